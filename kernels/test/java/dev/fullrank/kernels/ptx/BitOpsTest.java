package dev.fullrank.kernels.ptx;

import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class BitOpsTest {
  private static final long[] VALUES = Ugly.integers();
  private static final long[] COUNTS = {0, 1, 2, 7, 15, 16, 31, 32, 33, 63, 64, 65, 200, 255, 256, 0x80000000L, 0xffffffffL};

  private static void unary(String text, LongUnaryOperator expected) {
    new OneInstruction(text).is(VALUES, expected);
  }

  private static void binary(String text, LongBinaryOperator expected) {
    new OneInstruction(text).is(VALUES, expected);
  }

  private static void shift(String text, LongBinaryOperator expected) {
    new OneInstruction(text).is(VALUES, COUNTS, new long[1], (a, b, c) -> expected.applyAsLong(a, b));
  }

  @Test
  void logicWorksOnAllWidthsAndOnPredicates() {
    binary("and.b32 %r0, %r1, %r2", (a, b) -> a & b);
    binary("or.b64 %rd0, %rd1, %rd2", (a, b) -> a | b);
    binary("xor.b16 %rs0, %rs1, %rs2", (a, b) -> a ^ b);
    unary("not.b32 %r0, %r1", a -> ~a);
    unary("not.b16 %rs0, %rs1", a -> ~a);
    binary("and.pred %p0, %p1, %p2", (a, b) -> a & b & 1);
    binary("or.pred %p0, %p1, %p2", (a, b) -> (a | b) & 1);
    binary("xor.pred %p0, %p1, %p2", (a, b) -> (a ^ b) & 1);
    unary("not.pred %p0, %p1", a -> ~a & 1);
  }

  @Test
  void shiftsBeyondTheWidthLeaveZerosOrSigns() {
    shift("shl.b32 %r0, %r1, %r2", (a, n) -> n >= 32 ? 0 : a << n);
    shift("shl.b64 %rd0, %rd1, %r2", (a, n) -> n >= 64 ? 0 : a << n);
    shift("shl.b16 %rs0, %rs1, %r2", (a, n) -> n >= 16 ? 0 : a << n);
    shift("shr.u32 %r0, %r1, %r2", (a, n) -> n >= 32 ? 0 : (a & 0xffffffffL) >>> n);
    shift("shr.b64 %rd0, %rd1, %r2", (a, n) -> n >= 64 ? 0 : a >>> n);
    shift("shr.u64 %rd0, %rd1, %r2", (a, n) -> n >= 64 ? 0 : a >>> n);
    shift("shr.s32 %r0, %r1, %r2", (a, n) -> (int) a >> Math.min(n, 31));
    shift("shr.s64 %rd0, %rd1, %r2", (a, n) -> a >> Math.min(n, 63));
    shift("shr.s16 %rs0, %rs1, %r2", (a, n) -> (short) a >> Math.min(n, 15));
  }

  @Test
  void funnelShiftsTakeBitsFromTwoWords() {
    funnel("shf.l.wrap.b32 %r0, %r1, %r2, %r3", (a, b, n) -> (pair(a, b) << (n & 31)) >>> 32);
    funnel("shf.r.wrap.b32 %r0, %r1, %r2, %r3", (a, b, n) -> pair(a, b) >>> (n & 31));
    funnel("shf.l.clamp.b32 %r0, %r1, %r2, %r3", (a, b, n) -> (pair(a, b) << Math.min(n, 32)) >>> 32);
    funnel("shf.r.clamp.b32 %r0, %r1, %r2, %r3", (a, b, n) -> pair(a, b) >>> Math.min(n, 32));
  }

  @Test
  void fieldsAreExtractedWithTheirSign() {
    field("bfe.u32 %r0, %r1, %r2, %r3", (a, from, length) -> field(a, 32, false, from & 255, length & 255));
    field("bfe.s32 %r0, %r1, %r2, %r3", (a, from, length) -> field(a, 32, true, from & 255, length & 255));
    field("bfe.u64 %rd0, %rd1, %r2, %r3", (a, from, length) -> field(a, 64, false, from & 255, length & 255));
    field("bfe.s64 %rd0, %rd1, %r2, %r3", (a, from, length) -> field(a, 64, true, from & 255, length & 255));
  }

  @Test
  void fieldsAreInserted() {
    field("bfi.b32 %r0, %r1, 0x55aa55aa, %r2, %r3", (a, from, length) -> inserted(a, 0x55aa55aaL, 32, from & 255, length & 255));
    field("bfi.b64 %rd0, %rd1, 0x55aa55aa, %r2, %r3", (a, from, length) -> inserted(a, 0x55aa55aaL, 64, from & 255, length & 255));
  }

  @Test
  void bytesArePermuted() {
    long[] selectors = {0x3210, 0x7654, 0x5410, 0x7632, 0xba98, 0xfedc, 0x0123, 0xffff, 0x8888, 0x4321};
    new OneInstruction("prmt.b32 %r0, %r1, %r2, %r3").is(VALUES, VALUES, selectors, (a, b, s) -> {
      long result = 0;
      for (int i = 0; i < 4; i++) {
        int selector = (int) (s >>> (4 * i)) & 15;
        byte taken = (byte) (pair(a, b) >>> (8 * (selector & 7)));
        long chosen = (selector & 8) == 0 ? taken : taken < 0 ? -1 : 0;
        result |= (chosen & 0xff) << (8 * i);
      }
      return result;
    });
  }

  @Test
  void anyFunctionOfThreeBitsIsLookedUp() {
    ternary("lop3.b32 %r0, %r1, %r2, %r3, 0x80", (a, b, c) -> a & b & c);
    ternary("lop3.b32 %r0, %r1, %r2, %r3, 0xfe", (a, b, c) -> a | b | c);
    ternary("lop3.b32 %r0, %r1, %r2, %r3, 0x96", (a, b, c) -> a ^ b ^ c);
    ternary("lop3.b32 %r0, %r1, %r2, %r3, 0xca", (a, b, c) -> (a & b) | (~a & c));
    ternary("lop3.b32 %r0, %r1, %r2, %r3, 0x1a", (a, b, c) -> ((a & b) | c) ^ a);
  }

  @Test
  void bitsAreCountedReversedAndFound() {
    unary("brev.b32 %r0, %r1", a -> Integer.reverse((int) a));
    unary("brev.b64 %rd0, %rd1", Long::reverse);
    unary("popc.b32 %r0, %r1", a -> Integer.bitCount((int) a));
    unary("popc.b64 %r0, %rd1", Long::bitCount);
    unary("clz.b32 %r0, %r1", a -> Integer.numberOfLeadingZeros((int) a));
    unary("clz.b64 %r0, %rd1", Long::numberOfLeadingZeros);
    unary("bfind.u32 %r0, %r1", a -> 31 - Integer.numberOfLeadingZeros((int) a));
    unary("bfind.s32 %r0, %r1", a -> 31 - Integer.numberOfLeadingZeros((int) a < 0 ? ~(int) a : (int) a));
    unary("bfind.u64 %r0, %rd1", a -> 63 - Long.numberOfLeadingZeros(a));
    unary("bfind.shiftamt.u32 %r0, %r1", a -> (int) a == 0 ? -1 : Integer.numberOfLeadingZeros((int) a));
    unary("brev.b32 %r4, %r1;\nbfind.shiftamt.u32 %r0, %r4", a -> (int) a == 0 ? -1 : Integer.numberOfTrailingZeros((int) a));
  }

  private static void ternary(String text, Lanes.Ternary expected) {
    new OneInstruction(text).is(Ugly.fewIntegers(), expected);
  }

  private static void funnel(String text, Lanes.Ternary expected) {
    new OneInstruction(text).is(Ugly.fewIntegers(), Ugly.fewIntegers(), COUNTS, expected);
  }

  private static void field(String text, Lanes.Ternary expected) {
    new OneInstruction(text).is(Ugly.fewIntegers(), COUNTS, COUNTS, expected);
  }

  private static long pair(long low, long high) {
    return (high << 32) | (low & 0xffffffffL);
  }

  /** Bit by bit, as the definition says. */
  private static long field(long a, int bits, boolean signed, long from, long length) {
    int top = bits - 1;
    long sign = signed && length != 0 ? a >>> Math.min(from + length - 1, top) & 1 : 0;
    long result = 0;
    for (int i = 0; i < bits; i++) {
      long bit = i < length && from + i <= top ? a >>> (from + i) & 1 : sign;
      result |= bit << i;
    }
    return result;
  }

  private static long inserted(long a, long b, int bits, long from, long length) {
    long result = b;
    for (int i = 0; i < length && from + i < bits; i++) {
      long bit = 1L << (from + i);
      result = (a >>> i & 1) != 0 ? result | bit : result & ~bit;
    }
    return result;
  }
}
