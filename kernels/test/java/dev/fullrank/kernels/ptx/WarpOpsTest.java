package dev.fullrank.kernels.ptx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WarpOpsTest {
  private static final int THREADS = 64;
  private static final long[] INPUTS = LongStream.range(0, THREADS).map(i -> 100 + i).toArray();

  /** Compares what 64 threads store with a function of the thread. */
  private static void check(String instructions, LongUnaryOperator expected) {
    String body = "ld.global.u64 %rd1, [%given]; cvt.u32.u64 %r1, %rd1; and.b32 %r2, %thread, 31;\n";
    PtxKernel kernel = Snippets.kernel(body + instructions + "\ncvt.u64.u32 %rd3, %r0;\nst.global.u64 [%mine], %rd3;");
    long[] result = Snippets.run(kernel, THREADS, INPUTS);
    assertThat(result).as(instructions).containsExactly(LongStream.range(0, THREADS).map(expected).toArray());
  }

  private static long value(long warp, long lane) {
    return 100 + 32 * warp + lane;
  }

  @Test
  void shufflesReadFromOtherLanesOfTheSegment() {
    check("shfl.sync.down.b32 %r0, %r1, 4, 31, -1;", i -> value(i / 32, i % 32 + 4 < 32 ? i % 32 + 4 : i % 32));
    check("shfl.sync.up.b32 %r0, %r1, 3, 0, -1;", i -> value(i / 32, i % 32 >= 3 ? i % 32 - 3 : i % 32));
    check("shfl.sync.bfly.b32 %r0, %r1, 5, 31, -1;", i -> value(i / 32, (i % 32) ^ 5));
    check("shfl.sync.idx.b32 %r0, %r1, 7, 31, -1;", i -> value(i / 32, 7));
    // Segments of 8 lanes: 0x1807 = (32 − 8) · 256 + 7.
    check("shfl.sync.idx.b32 %r0, %r1, 11, 0x1807, -1;", i -> value(i / 32, i % 32 / 8 * 8 + 3));
    check("shfl.sync.down.b32 %r0, %r1, 3, 0x1807, -1;", i -> value(i / 32, i % 8 + 3 < 8 ? i % 32 + 3 : i % 32));
    check("shfl.sync.up.b32 %r0, %r1, 3, 0x1800, -1;", i -> value(i / 32, i % 8 >= 3 ? i % 32 - 3 : i % 32));
    check("shfl.sync.bfly.b32 %r0, %r1, 8, 0x1807, -1;", i -> value(i / 32, (i % 32 ^ 8) < i % 32 ? i % 32 ^ 8 : i % 32));
  }

  @Test
  void shufflesSayWhetherTheLaneWasInRange() {
    check("shfl.sync.down.b32 %r3|%p1, %r1, 4, 31, -1; selp.b32 %r0, 1, 0, %p1;", i -> i % 32 + 4 < 32 ? 1 : 0);
    check("shfl.sync.up.b32 %r3|%p1, %r1, %r2, 0, -1; selp.b32 %r0, %r3, 0, %p1;", i -> value(i / 32, 0));
  }

  @Test
  void aShuffleMayTakeOnlySomeLanes() {
    check(
        """
        setp.lt.u32 %p1, %r2, 8;
        mov.u32 %r0, 9;
        @%p1 shfl.sync.bfly.b32 %r0, %r1, 1, 31, 0xff;
        """,
        i -> i % 32 < 8 ? value(i / 32, i % 32 ^ 1) : 9);
  }

  /** A_ij = 4·i + j and B_ij = 8·i + j of the lanes 4·i + j of A and 4·j + i of B, C = 1000: small integers, so that sums are exact. */
  @Test
  void aWarpMultipliesMatricesOfDoubles() {
    for (int n = 0; n < 2; n++) {
      int column = n;
      check(
          """
          cvt.rn.f64.u32 %%fd1, %%r2;
          and.b32 %%r4, %%r2, 3;
          shl.b32 %%r4, %%r4, 3;
          shr.u32 %%r5, %%r2, 2;
          add.u32 %%r4, %%r4, %%r5;
          cvt.rn.f64.u32 %%fd2, %%r4;
          mov.f64 %%fd3, 0d408F400000000000;
          mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%%fd4, %%fd5}, {%%fd1}, {%%fd2}, {%%fd3, %%fd3};
          cvt.rzi.u32.f64 %%r0, %%fd%d;
          """.formatted(4 + n),
          i -> 1000 + dot((int) (i % 32 / 4), (int) (2 * (i % 4)) + column));
    }
  }

  private static long dot(int row, int column) {
    long sum = 0;
    for (int l = 0; l < 4; l++) {
      sum += (4L * row + l) * (8L * l + column);
    }
    return sum;
  }

  @Test
  void lanesThatWentDifferentWaysMeetInAShuffle() {
    check(
        """
        and.b32 %r4, %thread, 1;
        setp.eq.u32 %p1, %r4, 0;
        @%p1 bra even;
        add.u32 %r1, %r1, 1000;
        bra.uni join;
        even:
        add.u32 %r1, %r1, 2000;
        join:
        shfl.sync.bfly.b32 %r0, %r1, 1, 31, 0xffffffff;
        """,
        i -> value(i / 32, i % 32 ^ 1) + ((i ^ 1) % 2 == 0 ? 2000 : 1000));
  }

  @Test
  void lanesThatEndedAreNotWaitedFor() {
    PtxKernel kernel = Snippets.kernel(
        """
        setp.ge.u32 %p1, %thread, 8;
        mov.u64 %rd1, 1;
        st.global.u64 [%mine], %rd1;
        @%p1 exit;
        shfl.sync.bfly.b32 %r1, %thread, 1, 31, 0xffffffff;
        cvt.u64.u32 %rd1, %r1;
        st.global.u64 [%mine], %rd1;
        """);
    assertThat(Snippets.run(kernel, 10)).containsExactly(1, 0, 3, 2, 5, 4, 7, 6, 1, 1);
  }

  @Test
  void votesCollectPredicates() {
    String third = "rem.u32 %r3, %r2, 3; setp.eq.u32 %p1, %r3, 0;\n";
    check(third + "vote.sync.ballot.b32 %r0, %p1, -1;", i -> 0b01001001001001001001001001001001L);
    check(third + "vote.sync.ballot.b32 %r0, !%p1, -1;", i -> 0b10110110110110110110110110110110L);
    check(third + "vote.sync.any.pred %p2, %p1, -1; selp.b32 %r0, 1, 0, %p2;", i -> 1);
    check(third + "vote.sync.all.pred %p2, %p1, -1; selp.b32 %r0, 1, 0, %p2;", i -> 0);
    check("setp.lt.u32 %p1, %thread, 32;\nvote.sync.uni.pred %p2, %p1, -1; selp.b32 %r0, 1, 0, %p2;", i -> 1);
    check("setp.lt.u32 %p1, %thread, 32;\nvote.sync.all.pred %p2, %p1, -1; selp.b32 %r0, 1, 0, %p2;", i -> i < 32 ? 1 : 0);
  }

  @Test
  void equalValuesAreMatched() {
    check("and.b32 %r3, %r2, 3; match.any.sync.b32 %r0, %r3, -1;", i -> 0x11111111L << (i % 4));
    check("mov.u32 %r3, 5; match.all.sync.b32 %r0|%p1, %r3, -1;", i -> 0xffffffffL);
    check("cvt.u64.u32 %rd2, %r2; match.all.sync.b64 %r4|%p1, %rd2, -1; selp.b32 %r0, 7, %r4, %p1;", i -> 0);
  }

  @Test
  void theActiveLanesAreKnown() {
    check("mov.u32 %r0, 0; setp.lt.u32 %p1, %r2, 5; @%p1 activemask.b32 %r0;", i -> i % 32 < 5 ? 31 : 0);
  }

  @Test
  void lanesKnowTheirNumbers() {
    check("mov.u32 %r0, %laneid;", i -> i % 32);
    check("mov.u32 %r0, %warpid;", i -> i / 32);
    check("mov.u32 %r0, %lanemask_lt;", i -> (1L << (i % 32)) - 1);
    check("mov.u32 %r0, %lanemask_ge;", i -> -1L << (i % 32) & 0xffffffffL);
    check("mov.u32 %r0, WARP_SZ;", i -> 32);
  }
}
