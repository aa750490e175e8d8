package dev.fullrank.kernels.ptx;

import java.util.List;

/** Loads and stores. */
final class MemoryOps {
  /** Hints to caches, which change no result. */
  private static final String[] CACHE_HINTS = {"ca", "cg", "cs", "lu", "cv", "wb", "wt"};

  private MemoryOps() {}

  static Operation.Compute decode(Decoding code) {
    return switch (code.opcode()) {
      case "ld" -> load(code);
      case "st" -> store(code);
      default -> fence(code);
    };
  }

  /** The space that an instruction names. */
  static Space space(Decoding code) {
    String name = code.takeAny("global", "shared", "local", "param", "const", "shared::cta");
    return switch (name) {
      case "global" -> Space.GLOBAL;
      case "shared", "shared::cta" -> Space.SHARED;
      case "local" -> Space.LOCAL;
      case "param" -> Space.PARAM;
      case "const" -> Space.CONST;
      case null, default -> Space.GENERIC;
    };
  }

  /** Takes the order and the scope of an access that other threads may be meant to see; true if it has any. */
  static boolean isStrong(Decoding code) {
    code.take("weak");
    boolean strong = code.takeAny("volatile", "relaxed", "acquire", "release", "acq_rel") != null;
    code.takeAny("cta", "gpu", "sys");
    return strong;
  }

  private static Operation.Compute load(Decoding code) {
    boolean strong = isStrong(code);
    Space space = space(code);
    code.takeAny(CACHE_HINTS);
    code.take("nc");
    Type type = valueType(code);
    List<Operand> targets = vector(code, 0);
    Access access = new Access(code.place(1, space), type, targets.size(), strong);
    Scope.Register[] registers = targets.stream().map(target -> code.targetAtLeast(target, type)).toArray(Scope.Register[]::new);
    return (warp, lanes) -> {
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        long address = access.address(warp, lane);
        Region region = access.region(warp, lane, address);
        for (int i = 0; i < registers.length; i++) {
          long value = access.load(warp, lane, region, address + (long) i * type.bytes());
          warp.registers().set(registers[i].number(), lane, registers[i].type().narrow(type.extend(value)));
        }
      }
    };
  }

  private static Operation.Compute store(Decoding code) {
    boolean strong = isStrong(code);
    Space space = space(code);
    code.takeAny(CACHE_HINTS);
    Type type = valueType(code);
    List<Operand> values = vector(code, 1);
    Access access = new Access(code.place(0, space), type, values.size(), strong);
    int[] registers = values.stream().mapToInt(value -> code.sourceAtLeast(value, type)).toArray();
    return (warp, lanes) -> {
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        long address = access.address(warp, lane);
        Region region = access.region(warp, lane, address);
        for (int i = 0; i < registers.length; i++) {
          long value = type.narrow(warp.registers().get(registers[i], lane));
          access.store(warp, lane, region, address + (long) i * type.bytes(), value);
        }
      }
    };
  }

  /** Fences order the accesses of one thread, which are in order here anyway; they order no threads, so they excuse no race. */
  private static Operation.Compute fence(Decoding code) {
    code.takeAny("sc", "acq_rel");
    code.takeOne("cta", "gl", "gpu", "sys");
    return (warp, lanes) -> {};
  }

  private static Type valueType(Decoding code) {
    Type type = code.type();
    code.require(type != Type.PRED && type != Type.F16, type);
    return type;
  }

  /** As many elements as the modifier says. */
  private static List<Operand> vector(Decoding code, int index) {
    String modifier = code.takeAny("v2", "v4");
    int count = modifier == null ? 1 : modifier.charAt(1) - '0';
    List<Operand> elements = code.elements(index);
    if (elements.size() != count) {
      throw code.error(elements.size() + " registers for " + count + " elements");
    }
    return elements;
  }
}
