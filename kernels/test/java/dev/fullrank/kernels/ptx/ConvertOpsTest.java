package dev.fullrank.kernels.ptx;

import static dev.fullrank.kernels.ptx.Ugly.bits;
import static dev.fullrank.kernels.ptx.Ugly.real;
import static dev.fullrank.kernels.ptx.Ugly.single;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConvertOpsTest {
  private static final long[] INTEGERS = Ugly.integers();
  private static final long[] DOUBLES = Ugly.doubles();
  private static final long[] FLOATS = Ugly.floats();

  private static final Map<Rounding, RoundingMode> MODES = new EnumMap<>(Map.of(
      Rounding.NEAREST, RoundingMode.HALF_EVEN,
      Rounding.ZERO, RoundingMode.DOWN,
      Rounding.DOWN, RoundingMode.FLOOR,
      Rounding.UP, RoundingMode.CEILING));

  /** Every finite half, by its value. Minus zero is left out. */
  private static final NavigableMap<Double, Integer> HALFS = halfs();

  @Test
  void integersAreExtendedAndCut() {
    for (Type to : Type.values()) {
      for (Type from : Type.values()) {
        if (to.isInteger() && from.isInteger()) {
          String text = "cvt" + to + from + " " + register(to, 0) + ", " + register(from, 1);
          // A byte lies in a register of 16 bits, extended as its type says.
          new OneInstruction(text).is(INTEGERS, a -> to.extend(from.extend(a)));
        }
      }
    }
  }

  @Test
  void integersOutOfRangeAreClampedOnDemand() {
    new OneInstruction("cvt.sat.s32.s64 %r0, %rd1").is(INTEGERS, a -> Math.clamp(a, Integer.MIN_VALUE, Integer.MAX_VALUE));
    new OneInstruction("cvt.sat.u32.s64 %r0, %rd1").is(INTEGERS, a -> Math.clamp(a, 0, 0xffffffffL));
    new OneInstruction("cvt.sat.u8.s32 %r0, %r1").is(INTEGERS, a -> Math.clamp(Type.S32.extend(a), 0, 255));
    new OneInstruction("cvt.sat.s16.u32 %r0, %r1").is(INTEGERS, a -> Math.min(a & 0xffffffffL, Short.MAX_VALUE));
    new OneInstruction("cvt.sat.s64.u64 %rd0, %rd1").is(INTEGERS, a -> a < 0 ? Long.MAX_VALUE : a);
  }

  @Test
  void numbersBecomeTheNearestIntegersInTheirRange() {
    for (Rounding rounding : Rounding.values()) {
      String modifier = rounding.modifier() + "i";
      for (Type to : Type.values()) {
        if (to.isInteger()) {
          String head = "cvt." + modifier + to;
          new OneInstruction(head + ".f64 " + register(to, 0) + ", %fd1").is(DOUBLES, a -> integer(real(a), rounding, to, Type.F64));
          new OneInstruction(head + ".f32 " + register(to, 0) + ", %f1").is(FLOATS, a -> integer(single(a), rounding, to, Type.F32));
        }
      }
      new OneInstruction("cvt." + modifier + ".s32.f16 %r0, %rs1")
          .is(Ugly.someHalfs(), a -> integer(Half.value(a), rounding, Type.S32, Type.F16));
      new OneInstruction("cvt." + modifier + ".f64.f64 %fd0, %fd1").is(DOUBLES, a -> bits(integral(real(a), rounding)));
      new OneInstruction("cvt." + modifier + ".f32.f32 %f0, %f1").is(FLOATS, a -> bits((float) integral(single(a), rounding)));
    }
  }

  @Test
  void integersBecomeTheNearestNumbers() {
    new OneInstruction("cvt.rn.f64.s32 %fd0, %r1").is(INTEGERS, a -> bits((double) (int) a));
    new OneInstruction("cvt.rn.f64.u32 %fd0, %r1").is(INTEGERS, a -> bits((double) (a & 0xffffffffL)));
    new OneInstruction("cvt.rn.f64.s64 %fd0, %rd1").is(INTEGERS, a -> bits((double) a));
    new OneInstruction("cvt.rn.f64.u64 %fd0, %rd1").is(INTEGERS, a -> bits(unsigned(a).doubleValue()));
    new OneInstruction("cvt.rn.f32.s32 %f0, %r1").is(INTEGERS, a -> bits((float) (int) a));
    new OneInstruction("cvt.rn.f32.s64 %f0, %rd1").is(INTEGERS, a -> bits((float) a));
    new OneInstruction("cvt.rn.f32.u64 %f0, %rd1").is(INTEGERS, a -> bits(unsigned(a).floatValue()));
    new OneInstruction("cvt.rn.f32.u16 %f0, %rs1").is(INTEGERS, a -> bits((float) (a & 0xffff)));
    new OneInstruction("cvt.rn.f64.s8 %fd0, %rs1").is(INTEGERS, a -> bits((double) (byte) a));
    new OneInstruction("cvt.rn.f16.s64 %rs0, %rd1").is(INTEGERS, a -> half(new BigDecimal(a), Rounding.NEAREST));
  }

  @Test
  void integersAreRoundedAsTold() {
    for (Rounding rounding : Rounding.values()) {
      String head = "cvt." + rounding.modifier();
      new OneInstruction(head + ".f64.s64 %fd0, %rd1").is(INTEGERS, a -> bits(rounded(new BigDecimal(a), rounding, 53)));
      new OneInstruction(head + ".f64.u64 %fd0, %rd1").is(INTEGERS, a -> bits(rounded(new BigDecimal(unsigned(a)), rounding, 53)));
      new OneInstruction(head + ".f32.u64 %f0, %rd1").is(INTEGERS, a -> bits((float) rounded(new BigDecimal(unsigned(a)), rounding, 24)));
      new OneInstruction(head + ".f32.s32 %f0, %r1").is(INTEGERS, a -> bits((float) rounded(new BigDecimal((int) a), rounding, 24)));
    }
  }

  @Test
  void doublesAreRoundedToFloatsAsTold() {
    new OneInstruction("cvt.rn.f32.f64 %f0, %fd1").is(DOUBLES, a -> bits((float) real(a)));
    for (Rounding rounding : new Rounding[] {Rounding.ZERO, Rounding.DOWN, Rounding.UP}) {
      String head = "cvt." + rounding.modifier();
      new OneInstruction(head + ".f32.f64 %f0, %fd1").is(DOUBLES, a -> bits(neighbour(real(a), rounding)));
    }
    new OneInstruction("cvt.f64.f32 %fd0, %f1").is(FLOATS, a -> bits((double) single(a)));
    new OneInstruction("cvt.sat.f32.f32 %f0, %f1").is(FLOATS, a -> bits(single(a) > 0 ? Math.min(single(a), 1) : 0));
    new OneInstruction("cvt.rn.sat.f32.f64 %f0, %fd1").is(DOUBLES, a -> bits((float) (real(a) > 0 ? Math.min(real(a), 1) : 0)));
  }

  @Test
  void halfsAreRoundedOnce() {
    for (Rounding rounding : Rounding.values()) {
      String head = "cvt." + rounding.modifier();
      new OneInstruction(head + ".f16.f64 %rs0, %fd1").is(DOUBLES, a -> half(real(a), rounding));
      new OneInstruction(head + ".f16.f32 %rs0, %f1").is(FLOATS, a -> half(single(a), rounding));
    }
    new OneInstruction("cvt.f32.f16 %f0, %rs1").is(Ugly.halfs(), a -> bits(Float.float16ToFloat((short) a)));
    new OneInstruction("cvt.f64.f16 %fd0, %rs1").is(Ugly.someHalfs(), a -> bits((double) Float.float16ToFloat((short) a)));
    new OneInstruction("cvt.f32.f16 %f4, %rs1;\ncvt.rn.f16.f32 %rs0, %f4").is(Ugly.halfs(), a -> (a & 0x7fff) > 0x7c00 ? 0x7fff : a);
  }

  private static String register(Type type, int number) {
    return switch (type.bits()) {
      case 64 -> "%rd" + number;
      case 32 -> "%r" + number;
      default -> "%rs" + number;
    };
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  private static double integral(double number, Rounding rounding) {
    if (!Double.isFinite(number) || Math.abs(number) >= 0x1p53) {
      return number;
    }
    return Math.copySign(new BigDecimal(number).setScale(0, MODES.get(rounding)).doubleValue(), number);
  }

  private static long integer(double number, Rounding rounding, Type to, Type from) {
    if (Double.isNaN(number)) {
      return from == Type.F64 || to.bits() == 64 ? to.extend(1L << (to.bits() - 1)) : 0;
    }
    BigInteger least = to.isSigned() ? BigInteger.TWO.pow(to.bits() - 1).negate() : BigInteger.ZERO;
    BigInteger most = BigInteger.TWO.pow(to.isSigned() ? to.bits() - 1 : to.bits()).subtract(BigInteger.ONE);
    if (Double.isInfinite(number)) {
      return (number > 0 ? most : least).longValue();
    }
    return new BigDecimal(number).setScale(0, MODES.get(rounding)).toBigIntegerExact().max(least).min(most).longValue();
  }

  /** An integer rounded to so many bits. */
  private static double rounded(BigDecimal exact, Rounding rounding, int bits) {
    int extra = Math.max(0, exact.toBigIntegerExact().abs().bitLength() - bits);
    BigDecimal unit = new BigDecimal(BigInteger.TWO.pow(extra));
    return exact.divide(unit).setScale(0, MODES.get(rounding)).multiply(unit).doubleValue();
  }

  /** The float on the side that the rounding says. */
  private static float neighbour(double number, Rounding rounding) {
    float nearest = (float) number;
    boolean down = rounding == Rounding.DOWN || (rounding == Rounding.ZERO && number > 0);
    if (nearest == number || Double.isNaN(number)) {
      return nearest;
    }
    if (nearest > number) {
      return down ? Math.nextDown(nearest) : nearest;
    }
    return down ? nearest : Math.nextUp(nearest);
  }

  private static NavigableMap<Double, Integer> halfs() {
    NavigableMap<Double, Integer> halfs = new TreeMap<>();
    for (int i = 0; i < 0x7c00; i++) {
      halfs.put((double) Float.float16ToFloat((short) i), i);
      halfs.put((double) -Float.float16ToFloat((short) i), i | 0x8000);
    }
    halfs.remove(-0.0);
    return halfs;
  }

  private static long half(double number, Rounding rounding) {
    if (Double.isNaN(number)) {
      return 0x7fff;
    }
    if (Double.isInfinite(number) || number == 0) {
      return (number == 0 ? 0 : 0x7c00) | (bits(number) < 0 ? 0x8000 : 0);
    }
    return half(new BigDecimal(number), rounding);
  }

  /** By search: the halfs on both sides, where the one behind the last has the value that it would have with a larger exponent. */
  private static long half(BigDecimal exact, Rounding rounding) {
    double number = exact.doubleValue();
    if (number < 0) {
      Rounding mirrored = rounding == Rounding.DOWN ? Rounding.UP : rounding == Rounding.UP ? Rounding.DOWN : rounding;
      return half(exact.negate(), mirrored) | 0x8000;
    }
    Map.Entry<Double, Integer> below = HALFS.floorEntry(number);
    if (below.getKey() == number) {
      return below.getValue();
    }
    Map.Entry<Double, Integer> above = HALFS.higherEntry(number);
    double next = above == null ? 65536 : above.getKey();
    int order = exact.subtract(new BigDecimal(below.getKey())).compareTo(new BigDecimal(next).subtract(exact));
    boolean up = switch (rounding) {
      case NEAREST -> order > 0 || (order == 0 && below.getValue() % 2 == 1);
      case UP -> true;
      default -> false;
    };
    return up ? below.getValue() + 1 : below.getValue();
  }
}
