package dev.fullrank.kernels.ptx;

import java.util.List;

/** Moves between registers, whole or in parts, and of addresses between spaces. */
final class MoveOps {
  private MoveOps() {}

  static Operation.Compute decode(Decoding code) {
    return code.opcode().equals("cvta") ? convertAddress(code) : move(code);
  }

  private static Operation.Compute move(Decoding code) {
    Type type = code.type();
    code.require(type.bits() != Byte.SIZE, type);
    if (type == Type.PRED) {
      int target = code.target(0, type);
      int source = code.predicate(code.operand(1));
      return (warp, lanes) -> warp.registers().assign(target, lanes, warp.registers().lanesWhere(source));
    }
    if (code.operand(0) instanceof Operand.Vector targets) {
      return unpack(code, type, targets.elements());
    }
    if (code.operand(1) instanceof Operand.Vector sources) {
      return pack(code, type, sources.elements());
    }
    return Lanes.unary(code.target(0, type), code.source(1, type), a -> a);
  }

  private static Operation.Compute unpack(Decoding code, Type type, List<Operand> elements) {
    Type part = part(code, type, elements.size());
    int source = code.source(1, type);
    int[] targets = elements.stream().mapToInt(element -> code.target(element, part)).toArray();
    return (warp, lanes) -> {
      Registers registers = warp.registers();
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        long whole = registers.get(source, lane);
        for (int i = 0; i < targets.length; i++) {
          registers.set(targets[i], lane, part.narrow(whole >>> (i * part.bits())));
        }
      }
    };
  }

  private static Operation.Compute pack(Decoding code, Type type, List<Operand> elements) {
    Type part = part(code, type, elements.size());
    int target = code.target(0, type);
    int[] sources = elements.stream().mapToInt(element -> code.source(element, part)).toArray();
    return (warp, lanes) -> {
      Registers registers = warp.registers();
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        long whole = 0;
        for (int i = 0; i < sources.length; i++) {
          whole |= registers.get(sources[i], lane) << (i * part.bits());
        }
        registers.set(target, lane, whole);
      }
    };
  }

  /** The type of each of so many equal parts, the first of which is the lowest. */
  private static Type part(Decoding code, Type type, int count) {
    Type part = Type.named("b" + type.bits() / count);
    if (part == null || part.bits() * count != type.bits()) {
      throw code.error(count + " parts do not make up " + type);
    }
    return part;
  }

  private static Operation.Compute convertAddress(Decoding code) {
    boolean fromGeneric = code.take("to");
    Space space = switch (code.takeOne("global", "shared", "local", "const", "param")) {
      case "shared" -> Space.SHARED;
      case "local" -> Space.LOCAL;
      case "param" -> Space.PARAM;
      default -> Space.GLOBAL;
    };
    Type type = code.type();
    code.require(type == Type.U64, type);
    long difference = fromGeneric ? -space.window() : space.window();
    return Lanes.unary(code.target(0, type), code.source(1, type), address -> address + difference);
  }
}
