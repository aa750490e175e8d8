package dev.fullrank.kernels.ptx;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;

/**
 * Arithmetic of floats and doubles. Floats are computed in double and rounded: for + − · ÷ √ that is the same as rounding once, since
 * a double has more than twice as many bits and two more (Figueroa, 1995).
 */
final class FloatOps {
  private FloatOps() {}

  static Operation.Compute decode(Decoding code, Type type) {
    code.require(type == Type.F32 || type == Type.F64, type);
    return switch (code.opcode()) {
      case "add" -> sum(code, type, 1);
      case "sub" -> sum(code, type, -1);
      case "mul" -> product(code, type);
      case "fma" -> fused(code, type);
      case "div" -> quotient(code, type);
      case "min" -> binary(code, type, extremum(code.take("NaN"), Math::min));
      case "max" -> binary(code, type, extremum(code.take("NaN"), Math::max));
      case "abs" -> unary(code, type, Math::abs);
      case "neg" -> unary(code, type, a -> -a);
      case "copysign" -> binary(code, type, (sign, magnitude) -> Math.copySign(magnitude, sign));
      case "testp" -> test(code, type);
      case "sqrt" -> function(code, type, Math::sqrt);
      case "rcp" -> function(code, type, a -> 1 / a);
      case "rsqrt" -> approximation(code, type, a -> 1 / Math.sqrt(a));
      case "ex2" -> approximation(code, type, a -> Math.pow(2, a));
      case "lg2" -> approximation(code, type, a -> Math.log(a) / Math.log(2));
      default -> throw code.error("not defined for " + type);
    };
  }

  private static Operation.Compute unary(Decoding code, Type type, DoubleUnaryOperator function) {
    return Lanes.unary(code.target(0, type), code.source(1, type), a -> bits(type, function.applyAsDouble(value(type, a))));
  }

  private static Operation.Compute binary(Decoding code, Type type, DoubleBinaryOperator function) {
    return Lanes.binary(code.target(0, type), code.source(1, type), code.source(2, type), (a, b) ->
        bits(type, function.applyAsDouble(value(type, a), value(type, b))));
  }

  private static Operation.Compute sum(Decoding code, Type type, int sign) {
    Rounding rounding = roundingOrNearest(code);
    if (rounding == Rounding.NEAREST) {
      return binary(code, type, sign > 0 ? (a, b) -> a + b : (a, b) -> a - b);
    }
    DirectedArithmetic directed = new DirectedArithmetic(rounding, type == Type.F32);
    return binary(code, type, (a, b) -> directed.sum(a, sign * b));
  }

  private static Operation.Compute product(Decoding code, Type type) {
    Rounding rounding = roundingOrNearest(code);
    boolean nearest = rounding == Rounding.NEAREST;
    return binary(code, type, nearest ? (a, b) -> a * b : new DirectedArithmetic(rounding, type == Type.F32)::product);
  }

  /** Only the quotient that is rounded: {@code .approx} and {@code .full} come from fast-math. */
  private static Operation.Compute quotient(Decoding code, Type type) {
    code.takeOne("rn");
    return binary(code, type, (a, b) -> a / b);
  }

  private static Operation.Compute fused(Decoding code, Type type) {
    Rounding rounding = Rounding.of(code.takeOne(Rounding.MODIFIERS));
    int target = code.target(0, type);
    int a = code.source(1, type);
    int b = code.source(2, type);
    int c = code.source(3, type);
    if (rounding != Rounding.NEAREST) {
      DirectedArithmetic directed = new DirectedArithmetic(rounding, type == Type.F32);
      return Lanes.ternary(target, a, b, c, (x, y, z) -> bits(type, directed.fused(value(type, x), value(type, y), value(type, z))));
    }
    if (type == Type.F64) {
      return Lanes.ternary(target, a, b, c, (x, y, z) -> bits(type, Math.fma(value(type, x), value(type, y), value(type, z))));
    }
    return Lanes.ternary(target, a, b, c, (x, y, z) -> bits(type, Math.fma(single(x), single(y), single(z))));
  }

  /** Without {@code .NaN} a NaN is ignored, unless both are. −0 is less than +0. */
  private static DoubleBinaryOperator extremum(boolean keepNan, DoubleBinaryOperator function) {
    return (a, b) -> {
      if (!keepNan && Double.isNaN(a)) {
        return b;
      }
      return !keepNan && Double.isNaN(b) ? a : function.applyAsDouble(a, b);
    };
  }

  /** A function that is rounded once, or approximated, which here is the same. */
  private static Operation.Compute function(Decoding code, Type type, DoubleUnaryOperator function) {
    return code.takeOne("rn", "approx").equals("rn") ? unary(code, type, function) : approximated(code, type, function);
  }

  private static Operation.Compute approximation(Decoding code, Type type, DoubleUnaryOperator function) {
    code.takeOne("approx");
    return approximated(code, type, function);
  }

  private static Operation.Compute approximated(Decoding code, Type type, DoubleUnaryOperator function) {
    if (code.take("ftz")) {
      return unary(code, type, type == Type.F64 ? gross(function) : flushed(function));
    }
    code.require(type == Type.F32 || code.opcode().equals("rsqrt"), type);
    return unary(code, type, function);
  }

  /** {@code .approx.ftz.f64}, the start of iterations in NVIDIA's functions: sees and gives the upper 32 bits only. */
  private static DoubleUnaryOperator gross(DoubleUnaryOperator function) {
    return a -> flush(upper(function.applyAsDouble(flush(upper(a), Double.MIN_NORMAL))), Double.MIN_NORMAL);
  }

  /** {@code .approx.ftz.f32}, likewise. Nothing but approximations may flush subnormal numbers to zero. */
  private static DoubleUnaryOperator flushed(DoubleUnaryOperator function) {
    return a -> flush(function.applyAsDouble(flush(a, Float.MIN_NORMAL)), Float.MIN_NORMAL);
  }

  private static double upper(double number) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(number) >> Integer.SIZE << Integer.SIZE);
  }

  private static double flush(double number, double smallestNormal) {
    return Math.abs(number) < smallestNormal ? Math.copySign(0, number) : number;
  }

  private static Operation.Compute test(Decoding code, Type type) {
    double normal = type == Type.F32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    String kind = code.takeOne("finite", "infinite", "number", "notanumber", "normal", "subnormal");
    DoublePredicate property = switch (kind) {
      case "finite" -> Double::isFinite;
      case "infinite" -> Double::isInfinite;
      case "number" -> a -> !Double.isNaN(a);
      case "notanumber" -> Double::isNaN;
      case "normal" -> a -> Double.isFinite(a) && Math.abs(a) >= normal;
      default -> a -> a != 0 && Math.abs(a) < normal;
    };
    int target = code.target(0, Type.PRED);
    int source = code.source(1, type);
    return (warp, lanes) -> {
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        boolean holds = property.test(value(type, warp.registers().get(source, lane)));
        warp.registers().assign(target, 1 << lane, holds ? -1 : 0);
      }
    };
  }

  private static Rounding roundingOrNearest(Decoding code) {
    String modifier = code.takeAny(Rounding.MODIFIERS);
    return modifier == null ? Rounding.NEAREST : Rounding.of(modifier);
  }

  private static double value(Type type, long bits) {
    return FloatBits.value(type, bits);
  }

  private static float single(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  private static long bits(Type type, double number) {
    return FloatBits.of(type, number, Rounding.NEAREST);
  }
}
