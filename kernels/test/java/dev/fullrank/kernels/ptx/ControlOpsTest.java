package dev.fullrank.kernels.ptx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ControlOpsTest {
  @Test
  void lanesLoopAsOftenAsEachNeeds() {
    PtxKernel collatz = Snippets.kernel(
        """
        add.u32 %r1, %thread, 1;
        mov.u32 %r2, 0;
        again:
        setp.eq.u32 %p1, %r1, 1;
        @%p1 bra done;
        add.u32 %r2, %r2, 1;
        and.b32 %r3, %r1, 1;
        setp.ne.u32 %p2, %r3, 0;
        @!%p2 bra even;
        mad.lo.u32 %r1, %r1, 3, 1;
        bra.uni again;
        even:
        shr.u32 %r1, %r1, 1;
        bra.uni again;
        done:
        cvt.u64.u32 %rd1, %r2;
        st.global.u64 [%mine], %rd1;
        """);
    long[] expected = LongStream.rangeClosed(1, 100).map(ControlOpsTest::collatz).toArray();
    assertThat(Snippets.run(collatz, 100)).containsExactly(expected);
  }

  private static long collatz(long start) {
    long steps = 0;
    for (long n = start; n != 1; n = n % 2 == 0 ? n / 2 : 3 * n + 1) {
      steps++;
    }
    return steps;
  }

  @Test
  void guardsSwitchSingleInstructionsOff() {
    PtxKernel kernel = Snippets.kernel(
        """
        setp.lt.u32 %p1, %thread, 2;
        mov.u64 %rd1, 10;
        @%p1 mov.u64 %rd1, 20;
        @!%p1 add.u64 %rd1, %rd1, 1;
        st.global.u64 [%mine], %rd1;
        setp.eq.u32 %p2, %thread, 3;
        @%p2 ret;
        st.global.u64 [%mine], %rd1;
        """);
    assertThat(Snippets.run(kernel, 4)).containsExactly(20, 20, 11, 11);
  }

  @Test
  void aBlockAddsUpThroughSharedMemory() {
    PtxKernel sum = Snippets.kernel(
        """
        .shared .u64 partial[256];
        mov.u32 %r1, partial;
        shl.b32 %r2, %thread, 3;
        add.u32 %r1, %r1, %r2;
        ld.global.u64 %rd1, [%given];
        st.shared.u64 [%r1], %rd1;
        mov.u32 %r3, 128;
        again:
        bar.sync 0;
        setp.ge.u32 %p1, %thread, %r3;
        @%p1 bra skip;
        shl.b32 %r4, %r3, 3;
        add.u32 %r5, %r1, %r4;
        ld.shared.u64 %rd2, [%r5];
        ld.shared.u64 %rd3, [%r1];
        add.u64 %rd3, %rd3, %rd2;
        st.shared.u64 [%r1], %rd3;
        skip:
        shr.u32 %r3, %r3, 1;
        setp.ne.u32 %p2, %r3, 0;
        @%p2 bra again;
        barrier.cta.sync.aligned 0;
        ld.shared.u64 %rd4, [partial];
        st.global.u64 [%mine], %rd4;
        """);
    long[] inputs = LongStream.range(0, 512).map(i -> i * i).toArray();
    long[] result = Snippets.run(sum, new Grid(2, 1, 256, 0), inputs);
    assertThat(result[0]).isEqualTo(result[255]).isEqualTo(LongStream.range(0, 256).map(i -> i * i).sum());
    assertThat(result[256]).isEqualTo(LongStream.range(256, 512).map(i -> i * i).sum());
  }

  @Test
  void aBarrierMayCombinePredicates() {
    PtxKernel kernel = Snippets.kernel(
        """
        setp.lt.u32 %p1, %thread, 50;
        bar.red.popc.u32 %r1, 0, %p1;
        bar.red.or.pred %p2, 0, %p1;
        bar.red.and.pred %p3, 0, !%p1;
        selp.u32 %r2, 1000, 0, %p2;
        selp.u32 %r3, 10000, 0, %p3;
        add.u32 %r1, %r1, %r2;
        add.u32 %r1, %r1, %r3;
        cvt.u64.u32 %rd1, %r1;
        st.global.u64 [%mine], %rd1;
        """);
    assertThat(Snippets.run(kernel, 70)).containsOnly(1050);
  }
}
