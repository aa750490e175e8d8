package dev.fullrank.kernels.ptx;

import static dev.fullrank.kernels.ptx.Ugly.bits;
import static dev.fullrank.kernels.ptx.Ugly.real;
import static dev.fullrank.kernels.ptx.Ugly.single;

import java.math.BigDecimal;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FloatOpsTest {
  private static final long[] DOUBLES = Ugly.doubles();
  private static final long[] FLOATS = Ugly.floats();

  private static final double[] FEW = {
    0.0, -0.0, 1, -1, 1 / 3.0, -3, 0x1p-1074, 0x1p-1022, 1e300, -Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
    Double.NaN, 0x1p-149, -0x1p-126, 0x1.fffffep127, 1 + 0x1p-23, 1 + 0x1p-52, -0x1p-60
  };

  @FunctionalInterface
  private interface FloatBinary {
    float apply(float a, float b);
  }

  private static void doubles(String text, DoubleBinaryOperator expected) {
    new OneInstruction(text).is(DOUBLES, (a, b) -> bits(expected.applyAsDouble(real(a), real(b))));
  }

  private static void doubles(String text, DoubleUnaryOperator expected) {
    new OneInstruction(text).is(DOUBLES, a -> bits(expected.applyAsDouble(real(a))));
  }

  private static void floats(String text, FloatBinary expected) {
    new OneInstruction(text).is(FLOATS, (a, b) -> bits(expected.apply(single(a), single(b))));
  }

  private static void floats(String text, DoubleUnaryOperator expected) {
    new OneInstruction(text).is(FLOATS, a -> bits((float) expected.applyAsDouble(single(a))));
  }

  @Test
  void theFourOperationsAreThoseOfIeee754() {
    doubles("add.f64 %fd0, %fd1, %fd2", (a, b) -> a + b);
    doubles("add.rn.f64 %fd0, %fd1, %fd2", (a, b) -> a + b);
    doubles("sub.rn.f64 %fd0, %fd1, %fd2", (a, b) -> a - b);
    doubles("mul.f64 %fd0, %fd1, %fd2", (a, b) -> a * b);
    doubles("div.rn.f64 %fd0, %fd1, %fd2", (a, b) -> a / b);
    floats("add.f32 %f0, %f1, %f2", (a, b) -> a + b);
    floats("sub.f32 %f0, %f1, %f2", (a, b) -> a - b);
    floats("mul.rn.f32 %f0, %f1, %f2", (a, b) -> a * b);
    floats("div.rn.f32 %f0, %f1, %f2", (a, b) -> a / b);
    floats("add.f32 %f0, %f1, 0f3F800000", a -> a + 1);
    doubles("mul.f64 %fd0, %fd1, 0d4008000000000000", a -> a * 3);
  }

  @Test
  void rootsAndReciprocalsAreRoundedOnce() {
    doubles("sqrt.rn.f64 %fd0, %fd1", Math::sqrt);
    doubles("rcp.rn.f64 %fd0, %fd1", a -> 1 / a);
    floats("sqrt.rn.f32 %f0, %f1", Math::sqrt);
    floats("rcp.rn.f32 %f0, %f1", a -> 1 / a);
  }

  @Test
  void approximationsAreAccurate() {
    floats("sqrt.approx.f32 %f0, %f1", Math::sqrt);
    floats("rcp.approx.f32 %f0, %f1", a -> 1 / a);
    floats("rsqrt.approx.f32 %f0, %f1", a -> 1 / Math.sqrt(a));
    doubles("rsqrt.approx.f64 %fd0, %fd1", a -> 1 / Math.sqrt(a));
    floats("ex2.approx.f32 %f0, %f1", a -> Math.pow(2, a));
    floats("lg2.approx.f32 %f0, %f1", a -> Math.log(a) / Math.log(2));
    floats("ex2.approx.ftz.f32 %f0, %f1", a -> Math.pow(2, a) < Float.MIN_NORMAL ? 0 : Math.pow(2, a));
    floats("rcp.approx.ftz.f32 %f0, %f1", a -> {
      double reciprocal = Math.abs(a) < Float.MIN_NORMAL ? Math.copySign(1, a) / 0 : 1 / a;
      return Math.abs(reciprocal) < Float.MIN_NORMAL ? Math.copySign(0, a) : reciprocal;
    });
    long[] values = {bits(4.0), bits(-3.0), bits(0.0), bits(0x1p-1030), bits(0x1p1023)};
    new OneInstruction("rcp.approx.ftz.f64 %fd0, %fd1").is(values, a -> {
      double expected = real(a) == -3 ? -0x1.55555p-2 : Math.abs(real(a)) < 1e-300 ? Double.POSITIVE_INFINITY : 1 / real(a);
      return bits(Math.abs(expected) < Double.MIN_NORMAL ? 0 : expected);
    });
    new OneInstruction("rsqrt.approx.ftz.f64 %fd0, %fd1").is(new long[] {bits(0.25), bits(3.0), bits(0x1p-1040)}, a ->
        real(a) == 3 ? bits(0x1.279a7p-1) : bits(real(a) < 0.1 ? Double.POSITIVE_INFINITY : 2.0));
  }

  @Test
  void aFusedMultiplyAddIsRoundedOnce() {
    long[] doubles = DoubleStream.of(FEW).mapToLong(Double::doubleToRawLongBits).toArray();
    long[] floats = DoubleStream.of(FEW).mapToLong(x -> bits((float) x)).distinct().toArray();
    new OneInstruction("fma.rn.f64 %fd0, %fd1, %fd2, %fd3").is(doubles, (a, b, c) -> {
      BigDecimal exact = exactly(real(a), real(b), real(c));
      return bits(exact == null ? Math.fma(real(a), real(b), real(c)) : exact.doubleValue());
    });
    new OneInstruction("fma.rn.f32 %f0, %f1, %f2, %f3").is(floats, (a, b, c) -> {
      BigDecimal exact = exactly(single(a), single(b), single(c));
      return bits(exact == null ? Math.fma(single(a), single(b), single(c)) : exact.floatValue());
    });
  }

  @Test
  void extremaIgnoreNanUnlessToldOtherwise() {
    doubles("max.f64 %fd0, %fd1, %fd2", (a, b) -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b));
    doubles("min.f64 %fd0, %fd1, %fd2", (a, b) -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b));
    floats("max.f32 %f0, %f1, %f2", (a, b) -> Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.max(a, b));
    floats("max.NaN.f32 %f0, %f1, %f2", Math::max);
    floats("min.NaN.f32 %f0, %f1, %f2", Math::min);
  }

  @Test
  void signsAreChanged() {
    doubles("neg.f64 %fd0, %fd1", a -> -a);
    doubles("abs.f64 %fd0, %fd1", Math::abs);
    floats("neg.f32 %f0, %f1", a -> -a);
    floats("abs.f32 %f0, %f1", Math::abs);
    doubles("copysign.f64 %fd0, %fd1, %fd2", (a, b) -> Math.copySign(b, a));
    floats("copysign.f32 %f0, %f1, %f2", (a, b) -> Math.copySign(b, a));
  }

  @Test
  void kindsOfNumbersAreTold() {
    test("finite", Double::isFinite, Double::isFinite);
    test("infinite", Double::isInfinite, Double::isInfinite);
    test("number", a -> !Double.isNaN(a), a -> !Double.isNaN(a));
    test("notanumber", Double::isNaN, Double::isNaN);
    test("normal", a -> Math.getExponent(a) >= -1022 && Double.isFinite(a), a -> Math.getExponent(a) >= -126 && Double.isFinite(a));
    test("subnormal", a -> Math.getExponent(a) < -1022 && a != 0, a -> Math.getExponent(a) < -126 && a != 0);
  }

  @Test
  void otherRoundingsBracketTheExactResult() {
    for (Rounding rounding : new Rounding[] {Rounding.ZERO, Rounding.DOWN, Rounding.UP}) {
      String modifier = rounding.modifier();
      doubles("add." + modifier + ".f64 %fd0, %fd1, %fd2", (a, b) -> sum(rounding, a, b));
      doubles("sub." + modifier + ".f64 %fd0, %fd1, %fd2", (a, b) -> sum(rounding, a, -b));
      doubles("mul." + modifier + ".f64 %fd0, %fd1, %fd2", (a, b) -> product(rounding, a, b));
      doubles("fma." + modifier + ".f64 %fd0, %fd1, 0d3FF0000000000000, %fd2", (a, b) -> sum(rounding, a, b));
      // The product of two floats is a double, unless it leaves the range.
      floats("mul." + modifier + ".f32 %f0, %f1, %f2", (a, b) -> rounding.toSingle((double) a * b));
    }
  }

  /** The exact result, null if there is none or it is zero, where only the sign matters. */
  private static @Nullable BigDecimal exactly(double a, double b, double c) {
    if (!Double.isFinite(a) || !Double.isFinite(b) || !Double.isFinite(c)) {
      return null;
    }
    BigDecimal exact = new BigDecimal(a).multiply(new BigDecimal(b)).add(new BigDecimal(c));
    return exact.signum() == 0 ? null : exact;
  }

  private static double sum(Rounding rounding, double a, double b) {
    if (!Double.isFinite(a) || !Double.isFinite(b)) {
      return a + b;
    }
    BigDecimal exact = new BigDecimal(a).add(new BigDecimal(b));
    if (exact.signum() == 0) {
      // IEEE 754, 6.3: rounding down makes -0 of a zero sum, unless both terms are +0.
      return rounding == Rounding.DOWN && (bits(a) != 0 || bits(b) != 0) ? -0.0 : a + b;
    }
    return directed(rounding, exact, a + b);
  }

  private static double product(Rounding rounding, double a, double b) {
    boolean special = a == 0 || b == 0 || !Double.isFinite(a) || !Double.isFinite(b);
    return special ? a * b : directed(rounding, new BigDecimal(a).multiply(new BigDecimal(b)), a * b);
  }

  /** By the definition: the double next to the exact result on the side that the rounding says. */
  private static double directed(Rounding rounding, BigDecimal exact, double nearest) {
    boolean down = rounding == Rounding.DOWN || (rounding == Rounding.ZERO && exact.signum() > 0);
    double result = down ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    for (double candidate : new double[] {Math.nextDown(nearest), nearest, Math.nextUp(nearest)}) {
      int order = Double.isInfinite(candidate) ? (candidate > 0 ? 1 : -1) : new BigDecimal(candidate).compareTo(exact);
      if (down && order <= 0) {
        result = Math.max(result, candidate);
      } else if (!down && order >= 0) {
        result = Math.min(result, candidate);
      }
    }
    return result == 0 ? Math.copySign(0, exact.signum()) : result;
  }

  private static void test(String kind, DoublePredicate ofDouble, DoublePredicate ofFloat) {
    new OneInstruction("testp." + kind + ".f64 %p0, %fd1").is(DOUBLES, a -> ofDouble.test(real(a)) ? 1 : 0);
    new OneInstruction("testp." + kind + ".f32 %p0, %f1").is(FLOATS, a -> ofFloat.test(single(a)) ? 1 : 0);
  }
}
