package dev.fullrank.kernels.ptx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class IntegerOpsTest {
  private static final long[] VALUES = Ugly.integers();

  private static void unary(String text, LongUnaryOperator expected) {
    new OneInstruction(text).is(VALUES, expected);
  }

  private static void binary(String text, LongBinaryOperator expected) {
    new OneInstruction(text).is(VALUES, expected);
  }

  private static void ternary(String text, Lanes.Ternary expected) {
    new OneInstruction(text).is(Ugly.fewIntegers(), expected);
  }

  @Test
  void sumsAndDifferencesWrapAround() {
    binary("add.s32 %r0, %r1, %r2", (a, b) -> (int) a + (int) b);
    binary("add.u64 %rd0, %rd1, %rd2", (a, b) -> a + b);
    binary("add.s16 %rs0, %rs1, %rs2", (a, b) -> (short) a + (short) b);
    binary("sub.s32 %r0, %r1, %r2", (a, b) -> (int) a - (int) b);
    binary("sub.u64 %rd0, %rd1, %rd2", (a, b) -> a - b);
    unary("add.s32 %r0, %r1, -7", a -> (int) a - 7);
  }

  @Test
  void extremaDependOnTheSign() {
    binary("min.s32 %r0, %r1, %r2", (a, b) -> Math.min((int) a, (int) b));
    binary("max.s32 %r0, %r1, %r2", (a, b) -> Math.max((int) a, (int) b));
    binary("min.u32 %r0, %r1, %r2", (a, b) -> Math.min(a & 0xffffffffL, b & 0xffffffffL));
    binary("max.u32 %r0, %r1, %r2", (a, b) -> Math.max(a & 0xffffffffL, b & 0xffffffffL));
    binary("min.s64 %rd0, %rd1, %rd2", Math::min);
    binary("max.u64 %rd0, %rd1, %rd2", (a, b) -> Long.compareUnsigned(a, b) > 0 ? a : b);
    binary("max.s16 %rs0, %rs1, %rs2", (a, b) -> Math.max((short) a, (short) b));
    binary("min.u16 %rs0, %rs1, %rs2", (a, b) -> Math.min(a & 0xffff, b & 0xffff));
  }

  @Test
  void absoluteValuesAndNegativesKeepTheSmallestInteger() {
    unary("abs.s32 %r0, %r1", a -> Math.abs((int) a));
    unary("abs.s64 %rd0, %rd1", Math::abs);
    unary("abs.s16 %rs0, %rs1", a -> Math.abs((short) a));
    unary("neg.s32 %r0, %r1", a -> -(int) a);
    unary("neg.s64 %rd0, %rd1", a -> -a);
  }

  @Test
  void productsHaveALowAHighAndAWideForm() {
    binary("mul.lo.s32 %r0, %r1, %r2", (a, b) -> a * b);
    binary("mul.lo.u64 %rd0, %rd1, %rd2", (a, b) -> a * b);
    binary("mul.lo.s16 %rs0, %rs1, %rs2", (a, b) -> (short) a * (short) b);
    binary("mul.hi.s32 %r0, %r1, %r2", (a, b) -> ((long) (int) a * (int) b) >> 32);
    binary("mul.hi.u32 %r0, %r1, %r2", (a, b) -> ((a & 0xffffffffL) * (b & 0xffffffffL)) >>> 32);
    binary("mul.hi.s64 %rd0, %rd1, %rd2", (a, b) -> BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)).shiftRight(64).longValue());
    binary("mul.hi.u64 %rd0, %rd1, %rd2", (a, b) -> unsigned(a).multiply(unsigned(b)).shiftRight(64).longValue());
    binary("mul.wide.s32 %rd0, %r1, %r2", (a, b) -> (long) (int) a * (int) b);
    binary("mul.wide.u32 %rd0, %r1, %r2", (a, b) -> (a & 0xffffffffL) * (b & 0xffffffffL));
    binary("mul.wide.s16 %r0, %rs1, %rs2", (a, b) -> (short) a * (short) b);
    binary("mul.wide.u16 %r0, %rs1, %rs2", (a, b) -> (a & 0xffff) * (b & 0xffff));
    unary("mul.wide.s32 %rd0, %r1, 8", a -> (int) a * 8L);
  }

  @Test
  void productsAreAddedInTheWidthOfTheResult() {
    ternary("mad.lo.s32 %r0, %r1, %r2, %r3", (a, b, c) -> (int) a * (int) b + (int) c);
    ternary("mad.lo.s64 %rd0, %rd1, %rd2, %rd3", (a, b, c) -> a * b + c);
    ternary("mad.hi.u32 %r0, %r1, %r2, %r3", (a, b, c) -> (((a & 0xffffffffL) * (b & 0xffffffffL)) >>> 32) + c);
    ternary("mad.wide.s32 %rd0, %r1, %r2, %rd3", (a, b, c) -> (long) (int) a * (int) b + c);
    ternary("mad.wide.u32 %rd0, %r1, %r2, %rd3", (a, b, c) -> (a & 0xffffffffL) * (b & 0xffffffffL) + c);
    ternary("mad.wide.u16 %r0, %rs1, %rs2, %r3", (a, b, c) -> (a & 0xffff) * (b & 0xffff) + c);
  }

  @Test
  void quotientsAreRoundedTowardZero() {
    binary("or.b32 %r2, %r2, 1;\ndiv.s32 %r0, %r1, %r2", (a, b) -> (int) a / ((int) b | 1));
    binary("or.b32 %r2, %r2, 1;\ndiv.u32 %r0, %r1, %r2", (a, b) -> Integer.divideUnsigned((int) a, (int) b | 1));
    binary("or.b64 %rd2, %rd2, 1;\ndiv.u64 %rd0, %rd1, %rd2", (a, b) -> Long.divideUnsigned(a, b | 1));
    binary("or.b64 %rd2, %rd2, 1;\ndiv.s64 %rd0, %rd1, %rd2", (a, b) -> a / (b | 1));
    binary("or.b32 %r2, %r2, 1;\nrem.s32 %r0, %r1, %r2", (a, b) -> (int) a % ((int) b | 1));
    binary("or.b64 %rd2, %rd2, 1;\nrem.u64 %rd0, %rd1, %rd2", (a, b) -> Long.remainderUnsigned(a, b | 1));
    binary("or.b64 %rd2, %rd2, 1;\nrem.s64 %rd0, %rd1, %rd2", (a, b) -> a % (b | 1));
  }

  @Test
  void aDivisionByZeroIsAFault() {
    assertThatThrownBy(() -> unary("div.s32 %r0, 5, %r1", a -> 0)).isInstanceOf(PtxFault.class).hasMessageContaining("division by zero");
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }
}
