package dev.fullrank.kernels.ptx;

import static dev.fullrank.kernels.ptx.Ugly.real;
import static dev.fullrank.kernels.ptx.Ugly.single;

import org.junit.jupiter.api.Test;

class CompareOpsTest {
  @FunctionalInterface
  private interface Ints {
    boolean test(long a, long b);
  }

  @FunctionalInterface
  private interface Reals {
    boolean test(double a, double b);
  }

  private static void integers(String text, Ints expected) {
    new OneInstruction(text).is(Ugly.integers(), (a, b) -> expected.test(a, b) ? 1 : 0);
  }

  private static void reals(String name, Reals expected) {
    new OneInstruction("setp." + name + ".f64 %p0, %fd1, %fd2").is(Ugly.doubles(), (a, b) -> expected.test(real(a), real(b)) ? 1 : 0);
    new OneInstruction("setp." + name + ".f32 %p0, %f1, %f2").is(Ugly.floats(), (a, b) -> expected.test(single(a), single(b)) ? 1 : 0);
  }

  @Test
  void integersAreOrderedByTheirSign() {
    integers("setp.eq.s32 %p0, %r1, %r2", (a, b) -> (int) a == (int) b);
    integers("setp.ne.b64 %p0, %rd1, %rd2", (a, b) -> a != b);
    integers("setp.lt.s32 %p0, %r1, %r2", (a, b) -> (int) a < (int) b);
    integers("setp.le.s64 %p0, %rd1, %rd2", (a, b) -> a <= b);
    integers("setp.gt.s16 %p0, %rs1, %rs2", (a, b) -> (short) a > (short) b);
    integers("setp.ge.u32 %p0, %r1, %r2", (a, b) -> Integer.compareUnsigned((int) a, (int) b) >= 0);
    integers("setp.lt.u64 %p0, %rd1, %rd2", (a, b) -> Long.compareUnsigned(a, b) < 0);
    integers("setp.lo.u32 %p0, %r1, %r2", (a, b) -> Integer.compareUnsigned((int) a, (int) b) < 0);
    integers("setp.ls.u32 %p0, %r1, %r2", (a, b) -> Integer.compareUnsigned((int) a, (int) b) <= 0);
    integers("setp.hi.u16 %p0, %rs1, %rs2", (a, b) -> (a & 0xffff) > (b & 0xffff));
    integers("setp.hs.u64 %p0, %rd1, %rd2", (a, b) -> Long.compareUnsigned(a, b) >= 0);
    integers("setp.gt.s32 %p0, %r1, -1", (a, b) -> (int) a > -1);
  }

  @Test
  void comparisonsWithNanAreFalseUnlessTheyAcceptIt() {
    reals("eq", (a, b) -> a == b);
    reals("ne", (a, b) -> a < b || a > b);
    reals("lt", (a, b) -> a < b);
    reals("le", (a, b) -> a <= b);
    reals("gt", (a, b) -> a > b);
    reals("ge", (a, b) -> a >= b);
    reals("equ", (a, b) -> !(a < b || a > b));
    reals("neu", (a, b) -> !(a == b));
    reals("ltu", (a, b) -> !(a >= b));
    reals("leu", (a, b) -> !(a > b));
    reals("gtu", (a, b) -> !(a <= b));
    reals("geu", (a, b) -> !(a < b));
    reals("num", (a, b) -> !Double.isNaN(a) && !Double.isNaN(b));
    reals("nan", (a, b) -> Double.isNaN(a) || Double.isNaN(b));
  }

  @Test
  void outcomesAreJoinedWithPredicates() {
    joined("setp.lt.and.s32 %p0, %r1, %r2, %p3", (less, c) -> less && c);
    joined("setp.lt.or.s32 %p0, %r1, %r2, %p3", (less, c) -> less || c);
    joined("setp.lt.xor.s32 %p0, %r1, %r2, %p3", (less, c) -> less ^ c);
    joined("setp.lt.and.s32 %p0, %r1, %r2, !%p3", (less, c) -> less && !c);
    joined("setp.lt.s32 %p4|%p0, %r1, %r2", (less, c) -> !less);
    joined("setp.lt.s32 %p0|%p4, %r1, %r2", (less, c) -> less);
    joined("setp.lt.or.s32 %p4|%p0, %r1, %r2, %p3", (less, c) -> !less || c);
  }

  private static void joined(String text, Join expected) {
    new OneInstruction(text).is(Ugly.fewIntegers(), (a, b, c) -> expected.of((int) a < (int) b, (c & 1) != 0) ? 1 : 0);
  }

  @FunctionalInterface
  private interface Join {
    boolean of(boolean less, boolean c);
  }

  @Test
  void setGivesAllOnesOrTheNumberOne() {
    integers("set.lt.u32.s32 %r4, %r1, %r2;\nand.b32 %r0, %r4, 1", (a, b) -> (int) a < (int) b);
    new OneInstruction("set.gt.s32.u64 %r0, %rd1, %rd2").is(Ugly.integers(), (a, b) -> Long.compareUnsigned(a, b) > 0 ? -1 : 0);
    new OneInstruction("set.le.f32.f32 %f0, %f1, %f2").is(Ugly.floats(), (a, b) -> Ugly.bits(single(a) <= single(b) ? 1f : 0f));
    new OneInstruction("set.eq.and.u32.s32 %r0, %r1, %r2, %p3")
        .is(Ugly.fewIntegers(), (a, b, c) -> (int) a == (int) b && (c & 1) != 0 ? -1 : 0);
  }

  @Test
  void selectionsTakeOneOfTwo() {
    new OneInstruction("selp.b32 %r0, %r1, %r2, %p3").is(Ugly.fewIntegers(), (a, b, c) -> (c & 1) != 0 ? a : b);
    new OneInstruction("selp.f64 %fd0, %fd1, 0d0000000000000000, %p2").is(Ugly.fewIntegers(), (a, b) -> (b & 1) != 0 ? a : 0);
    new OneInstruction("selp.b16 %rs0, %rs1, %rs2, %p3").is(Ugly.fewIntegers(), (a, b, c) -> (c & 1) != 0 ? a : b);
    new OneInstruction("slct.b32.s32 %r0, %r1, %r2, %r3").is(Ugly.fewIntegers(), (a, b, c) -> (int) c >= 0 ? a : b);
    new OneInstruction("slct.u64.f32 %rd0, %rd1, %rd2, %f3").is(Ugly.fewIntegers(), (a, b, c) -> single(c) >= 0 ? a : b);
  }
}
