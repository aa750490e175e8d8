package dev.fullrank.kernels.ptx;

/** Atomic operations on integers. Those on floating-point numbers are refused: the order of a sum would not be fixed. */
final class AtomicOps {
  private AtomicOps() {}

  static Operation.Compute decode(Decoding code) {
    MemoryOps.isStrong(code);
    Space space = MemoryOps.space(code);
    code.take("noftz");
    String name = code.takeOne("add", "min", "max", "exch", "cas", "and", "or", "xor", "inc", "dec");
    Type type = code.type();
    if (type.isFloat()) {
      throw code.error("floating-point atomics are forbidden: their order is not fixed");
    }
    code.require(type != Type.PRED && type.bits() >= Integer.SIZE, type);
    boolean returns = code.opcode().equals("atom");
    int first = returns ? 1 : 0;
    int target = returns ? code.target(0, type) : -1;
    Access access = new Access(code.place(first, space), type, 1, true);
    int b = code.source(first + 1, type);
    int c = name.equals("cas") ? code.source(first + 2, type) : b;
    Lanes.Ternary update = update(name, type);
    return (warp, lanes) -> {
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        long address = access.address(warp, lane);
        Region region = access.region(warp, lane, address);
        long old = access.exclusive(warp, lane, region, address);
        access.replace(region, address, update.apply(old, warp.registers().get(b, lane), warp.registers().get(c, lane)));
        if (target >= 0) {
          warp.registers().set(target, lane, old);
        }
      }
    };
  }

  /** The new value, given the old one and the sources. */
  private static Lanes.Ternary update(String name, Type type) {
    return switch (name) {
      case "add" -> (old, b, c) -> type.narrow(old + b);
      case "min" -> (old, b, c) -> order(type, old, b) <= 0 ? old : b;
      case "max" -> (old, b, c) -> order(type, old, b) >= 0 ? old : b;
      case "exch" -> (old, b, c) -> b;
      case "cas" -> (old, b, c) -> old == b ? c : old;
      case "and" -> (old, b, c) -> old & b;
      case "or" -> (old, b, c) -> old | b;
      case "xor" -> (old, b, c) -> old ^ b;
      case "inc" -> (old, b, c) -> Long.compareUnsigned(old, b) >= 0 ? 0 : old + 1;
      default -> (old, b, c) -> old == 0 || Long.compareUnsigned(old, b) > 0 ? b : old - 1;
    };
  }

  private static int order(Type type, long a, long b) {
    return type.isSigned() ? Long.compare(type.extend(a), type.extend(b)) : Long.compareUnsigned(a, b);
  }
}
