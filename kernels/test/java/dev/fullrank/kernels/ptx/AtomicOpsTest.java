package dev.fullrank.kernels.ptx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.LongBinaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AtomicOpsTest {
  private static final long[] VALUES = {7, -3, 0x7fffffffL, 0x80000000L, 12, 0xff, -1, 1L << 40, 1};
  private static final long START = 100;

  /** Applies an operation of all threads to one element, and compares with the same in the order of threads. */
  private static void check(String instruction, LongBinaryOperator expected) {
    PtxKernel kernel = Snippets.kernel("ld.global.u64 %rd1, [%given]; cvt.u32.u64 %r1, %rd1;\n" + instruction + ";");
    try (DeviceMemory memory = new DeviceMemory()) {
      long in = memory.allocate((long) VALUES.length * Long.BYTES);
      long out = memory.allocate(Long.BYTES);
      memory.copyIn(in, VALUES);
      memory.copyIn(out, new long[] {START});
      kernel.launch(memory, 1, 1, VALUES.length, 0, in, out, 0);
      long[] result = new long[1];
      memory.copyOut(out, result);
      assertThat(result).as(instruction).containsExactly(LongStream.of(VALUES).reduce(START, expected));
    }
  }

  private static long low(long value) {
    return value & 0xffffffffL;
  }

  @Test
  void integersAreCombinedInMemory() {
    check("atom.global.add.u32 %r2, [%out], %r1", (old, a) -> low(old + a));
    check("red.global.add.u64 [%out], %rd1", Long::sum);
    check("atom.global.min.s32 %r2, [%out], %r1", (old, a) -> low(Math.min((int) old, (int) a)));
    check("atom.global.min.u64 %rd2, [%out], %rd1", (old, a) -> Long.compareUnsigned(old, a) < 0 ? old : a);
    check("red.global.max.u32 [%out], %r1", (old, a) -> Math.max(low(old), low(a)));
    check("red.relaxed.gpu.global.max.s64 [%out], %rd1", Math::max);
    check("atom.global.or.b32 %r2, [%out], %r1", (old, a) -> low(old | a));
    check("atom.global.and.b64 %rd2, [%out], %rd1", (old, a) -> old & a);
    check("red.global.xor.b32 [%out], %r1", (old, a) -> low(old ^ a));
    check("atom.global.exch.b64 %rd2, [%out], %rd1", (old, a) -> a);
    check("atom.global.cas.b64 %rd2, [%out], 100, %rd1", (old, a) -> old == START ? a : old);
    check("atom.global.inc.u32 %r2, [%out], 102", (old, a) -> old >= 102 ? 0 : old + 1);
    check("atom.global.dec.u32 %r2, [%out], 50", (old, a) -> old == 0 || old > 50 ? 50 : old - 1);
  }

  @Test
  void eachThreadGetsTheValueThatItReplaced() {
    PtxKernel kernel = Snippets.kernel(
        """
        .shared .u32 counter;
        setp.eq.u32 %p1, %thread, 0;
        @%p1 st.shared.u32 [counter], 5;
        bar.sync 0;
        atom.shared.add.u32 %r1, [counter], 1;
        cvt.u64.u32 %rd1, %r1;
        st.global.u64 [%mine], %rd1;
        """);
    long[] tickets = Snippets.run(kernel, 100);
    Arrays.sort(tickets);
    assertThat(tickets).containsExactly(LongStream.range(5, 105).toArray());
  }
}
