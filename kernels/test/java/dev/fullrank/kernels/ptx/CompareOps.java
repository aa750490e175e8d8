package dev.fullrank.kernels.ptx;

import java.util.Locale;

/** Comparisons and selections. */
final class CompareOps {
  private static final int LESS = 1;
  private static final int EQUAL = 2;
  private static final int GREATER = 4;

  /** One of them is NaN. */
  private static final int UNORDERED = 8;

  private static final String[] INTEGER_TESTS = {"eq", "ne", "lt", "le", "gt", "ge", "lo", "ls", "hi", "hs"};
  private static final String[] FLOAT_TESTS = {
    "eq", "ne", "lt", "le", "gt", "ge", "equ", "neu", "ltu", "leu", "gtu", "geu", "num", "nan"
  };

  private CompareOps() {}

  static Operation.Compute decode(Decoding code) {
    return switch (code.opcode()) {
      case "setp" -> setPredicate(code);
      case "set" -> set(code);
      case "selp" -> select(code);
      default -> selectBySign(code);
    };
  }

  /** How the outcome of a test is joined with a predicate. */
  private enum Join {
    NONE,
    AND,
    OR,
    XOR
  }

  /** A test of two registers, and how its outcome is joined with a predicate. */
  private record Test(Type type, int a, int b, int accepted, Join join, int third) {
    /** Lanes in which it holds, or does not hold. */
    int lanesWhere(Warp warp, int lanes, boolean holds) {
      Registers registers = warp.registers();
      int found = 0;
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        if (((relation(type, registers.get(a, lane), registers.get(b, lane)) & accepted) != 0) == holds) {
          found |= 1 << lane;
        }
      }
      return switch (join) {
        case NONE -> found;
        case AND -> found & registers.lanesWhere(third);
        case OR -> found | registers.lanesWhere(third);
        case XOR -> found ^ registers.lanesWhere(third);
      };
    }
  }

  private static Test test(Decoding code, Type type) {
    code.require(type != Type.F16 && type != Type.PRED && type.bits() > Byte.SIZE, type);
    String name = code.takeOne(type.isFloat() ? FLOAT_TESTS : INTEGER_TESTS);
    String join = code.takeAny("and", "or", "xor");
    boolean orders = !name.equals("eq") && !name.equals("ne");
    boolean unsignedName = name.equals("lo") || name.equals("ls") || name.equals("hi") || name.equals("hs");
    if ((type.isUntyped() && orders) || (unsignedName && type.isSigned())) {
      throw code.error("." + name + " is not defined for " + type);
    }
    int third = join == null ? 0 : code.predicate(code.operand(3));
    Join joined = join == null ? Join.NONE : Join.valueOf(join.toUpperCase(Locale.ROOT));
    return new Test(type, code.source(1, type), code.source(2, type), accepted(name), joined, third);
  }

  private static int accepted(String name) {
    return switch (name) {
      case "eq" -> EQUAL;
      case "ne" -> LESS | GREATER;
      case "lt", "lo" -> LESS;
      case "le", "ls" -> LESS | EQUAL;
      case "gt", "hi" -> GREATER;
      case "ge", "hs" -> GREATER | EQUAL;
      case "num" -> LESS | EQUAL | GREATER;
      case "nan" -> UNORDERED;
      default -> accepted(name.substring(0, name.length() - 1)) | UNORDERED;
    };
  }

  private static int relation(Type type, long a, long b) {
    if (type.isFloat()) {
      double x = FloatBits.value(type, a);
      double y = FloatBits.value(type, b);
      return Double.isNaN(x) || Double.isNaN(y) ? UNORDERED : x == y ? EQUAL : relation(Double.compare(x, y));
    }
    return relation(type.isSigned() ? Long.compare(type.extend(a), type.extend(b)) : Long.compareUnsigned(a, b));
  }

  private static int relation(int order) {
    if (order == 0) {
      return EQUAL;
    }
    return order < 0 ? LESS : GREATER;
  }

  private static Operation.Compute setPredicate(Decoding code) {
    Test test = test(code, code.type());
    Operand targets = code.operand(0);
    if (!(targets instanceof Operand.Pair pair)) {
      int target = code.target(targets, Type.PRED);
      return (warp, lanes) -> warp.registers().assign(target, lanes, test.lanesWhere(warp, lanes, true));
    }
    int yes = code.target(pair.first(), Type.PRED);
    int no = code.target(pair.second(), Type.PRED);
    return (warp, lanes) -> {
      int where = test.lanesWhere(warp, lanes, true);
      int whereNot = test.lanesWhere(warp, lanes, false);
      warp.registers().assign(yes, lanes, where);
      warp.registers().assign(no, lanes, whereNot);
    };
  }

  /** Gives all ones for true, or 1.0 in a float. */
  private static Operation.Compute set(Decoding code) {
    Type result = code.type();
    code.require(result == Type.U32 || result == Type.S32 || result == Type.F32, result);
    Test test = test(code, code.type());
    int target = code.target(0, result);
    long yes = result == Type.F32 ? FloatBits.of(result, 1, Rounding.NEAREST) : result.mask();
    return (warp, lanes) -> {
      int where = test.lanesWhere(warp, lanes, true);
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        warp.registers().set(target, lane, (where >>> lane & 1) != 0 ? yes : 0);
      }
    };
  }

  private static Operation.Compute select(Decoding code) {
    Type type = code.type();
    code.require(type != Type.PRED && type.bits() > Byte.SIZE, type);
    int target = code.target(0, type);
    int yes = code.source(1, type);
    int no = code.source(2, type);
    int predicate = code.predicate(code.operand(3));
    return (warp, lanes) -> {
      Registers registers = warp.registers();
      int where = registers.lanesWhere(predicate);
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        registers.set(target, lane, registers.get((where >>> lane & 1) != 0 ? yes : no, lane));
      }
    };
  }

  /** {@code slct}: the first where the third is at least 0, else the second; NaN is not at least 0. */
  private static Operation.Compute selectBySign(Decoding code) {
    Type type = code.type();
    Type sign = code.type();
    code.require(sign == Type.S32 || sign == Type.F32, sign);
    int third = code.source(3, sign);
    return Lanes.ternary(code.target(0, type), code.source(1, type), code.source(2, type), third, (a, b, c) ->
        (relation(sign, c, 0) & (GREATER | EQUAL)) != 0 ? a : b);
  }
}
