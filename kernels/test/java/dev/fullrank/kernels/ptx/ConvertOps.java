package dev.fullrank.kernels.ptx;

import java.util.function.LongUnaryOperator;

/** Conversions between all types. */
final class ConvertOps {
  /** Every integer of smaller magnitude is a double. */
  private static final long EXACT_DOUBLES = 1L << 53;

  private ConvertOps() {}

  static Operation.Compute decode(Decoding code) {
    String mode = code.takeAny(Rounding.MODIFIERS);
    String integerMode = code.takeAny(Rounding.INTEGER_MODIFIERS);
    boolean saturate = code.take("sat");
    Type to = code.type();
    Type from = code.type();
    code.require(!to.isUntyped() && to != Type.PRED, to);
    code.require(!from.isUntyped() && from != Type.PRED, from);
    boolean rounds = to.isFloat() && (!from.isFloat() || to.bits() < from.bits());
    boolean roundsToInteger = from.isFloat() && !to.isFloat();
    boolean mayRoundToInteger = roundsToInteger || (from == to && from.isFloat());
    if (rounds != (mode != null) || (roundsToInteger && integerMode == null) || (!mayRoundToInteger && integerMode != null)) {
      throw code.error("a rounding is missing, or has nothing to round");
    }
    Rounding rounding = mode == null ? Rounding.NEAREST : Rounding.of(mode);
    LongUnaryOperator conversion;
    if (roundsToInteger) {
      Rounding toInteger = Rounding.of(integerMode == null ? "rni" : integerMode);
      conversion = bits -> toInteger(toInteger.toIntegral(FloatBits.value(from, bits)), to, from);
    } else if (!to.isFloat()) {
      conversion = saturate ? bits -> saturate(bits, from, to) : bits -> to.narrow(from.extend(bits));
    } else if (!from.isFloat()) {
      conversion = bits -> saturate(toFloat(from.extend(bits), from, to, rounding), to, saturate);
    } else if (integerMode != null) {
      Rounding toInteger = Rounding.of(integerMode);
      conversion = bits -> saturate(FloatBits.of(to, toInteger.toIntegral(FloatBits.value(from, bits)), rounding), to, saturate);
    } else {
      conversion = bits -> saturate(FloatBits.of(to, FloatBits.value(from, bits), rounding), to, saturate);
    }
    int source = code.sourceAtLeast(code.operand(1), from);
    Scope.Register target = code.targetAtLeast(code.operand(0), to);
    Type width = target.type();
    return Lanes.unary(target.number(), source, bits -> width.narrow(to.extend(conversion.applyAsLong(bits))));
  }

  /**
   * Out of range becomes the nearest integer of the type. NaN becomes 0, but where 64 bits are on either side the integer whose highest bit
   * alone is set (PTX ISA, cvt).
   */
  private static long toInteger(double integral, Type to, Type from) {
    long highest = 1L << (to.bits() - 1);
    if (Double.isNaN(integral)) {
      return from == Type.F64 || to.bits() == Long.SIZE ? highest : 0;
    }
    // 2^(bits−1), which is exact.
    double limit = Math.scalb(1.0, to.bits() - 1);
    if (to.isSigned()) {
      return to.narrow(integral >= limit ? highest - 1 : (long) Math.max(integral, -limit));
    }
    if (integral >= 2 * limit) {
      return to.mask();
    }
    return integral >= limit ? (long) (integral - limit) + highest : (long) Math.max(integral, 0);
  }

  private static long saturate(long bits, Type from, Type to) {
    long value = from.extend(bits);
    boolean negative = from.isSigned() && value < 0;
    long most = to.isSigned() ? to.mask() >>> 1 : to.mask();
    if (negative) {
      return to.narrow(to.isSigned() ? Math.max(value, -most - 1) : 0);
    }
    return Long.compareUnsigned(value, most) > 0 ? most : value;
  }

  /** Clamps to [0, 1]; NaN becomes +0. */
  private static long saturate(long bits, Type type, boolean saturate) {
    if (!saturate) {
      return bits;
    }
    double number = FloatBits.value(type, bits);
    return FloatBits.of(type, number > 0 ? Math.min(number, 1) : 0, Rounding.NEAREST);
  }

  private static long toFloat(long value, Type from, Type to, Rounding rounding) {
    if (value > -EXACT_DOUBLES && value < EXACT_DOUBLES && (value >= 0 || from.isSigned())) {
      return FloatBits.of(to, (double) value, rounding);
    }
    if (to == Type.F16) {
      // Beyond the range of halfs, where only the sign matters.
      return Half.of(value < 0 && from.isSigned() ? -Float.MAX_VALUE : Float.MAX_VALUE, rounding);
    }
    DirectedArithmetic arithmetic = new DirectedArithmetic(rounding, to == Type.F32);
    return FloatBits.of(to, arithmetic.round(DirectedArithmetic.exact(value, from.isSigned())), Rounding.NEAREST);
  }
}
