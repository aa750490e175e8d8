package dev.fullrank.kernels.ptx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Each kind of fault is found where it was planted, and is not found in a twin without it. */
class FaultTest {
  private static final int THREADS = 64;

  private static void run(String body) {
    Snippets.run(Snippets.kernel(body), THREADS, new long[THREADS]);
  }

  private static void isFound(String body, String... message) {
    assertThatThrownBy(() -> run(body))
        .isInstanceOf(PtxFault.class)
        .hasMessageContainingAll("snippet, block (0, 0), thread ", "line ")
        .hasMessageContainingAll(message);
  }

  @Test
  void accessOutsideOfAllocations() {
    run("ld.global.u64 %rd1, [%given];");
    String beyond = "ld.global.u64 %rd1, [%given+8];";
    isFound(beyond, "thread 63", beyond, "outside of all allocations", "0 bytes behind");
    isFound("ld.global.u64 %rd1, [%in+-8];", "thread 0", "outside of all allocations");
    isFound("mov.u64 %rd1, 0; st.global.u64 [%rd1], %rd1;", "outside of all allocations, at 0x0");
    isFound("ld.global.v2.u64 {%rd1, %rd2}, [%in+504];", "16 bytes at 504 pass the end");
    isFound("ld.u64 %rd1, [%in+100000000];", "outside of all allocations");
  }

  @Test
  void accessToMemoryThatIsFree() {
    try (DeviceMemory memory = new DeviceMemory()) {
      long in = memory.allocate(Long.BYTES);
      long out = memory.allocate(Long.BYTES);
      memory.copyIn(in, new long[1]);
      PtxKernel kernel = Snippets.kernel("ld.global.u64 %rd1, [%in]; st.global.u64 [%out], %rd1;");
      kernel.launch(memory, 1, 1, 1, 0, in, out, 1);
      memory.free(in);
      assertThatThrownBy(() -> kernel.launch(memory, 1, 1, 1, 0, in, out, 1)).isInstanceOf(PtxFault.class).hasMessageContaining("outside");
    }
  }

  @Test
  void misalignedAccess() {
    run("ld.global.u32 %r1, [%in+4];");
    isFound("ld.global.u64 %rd1, [%in+4];", "misaligned: 8 bytes at 4");
    run("ld.global.v2.u32 {%r1, %r2}, [%in+8];");
    isFound("ld.global.v2.u32 {%r1, %r2}, [%in+4];", "misaligned: 8 bytes at 4");
    isFound("ld.global.u16 %rs1, [%in+1];", "misaligned: 2 bytes at 1");
    isFound(".shared .u64 x; mov.u32 %r1, x; st.shared.u32 [%r1+2], %r1;", "misaligned: 4 bytes at 2 of the shared variable x");
  }

  @Test
  void accessOutsideOfSharedVariables() {
    String own = ".shared .u64 first[64]; .shared .u64 second[64]; mov.u32 %r1, first; mad.lo.u32 %r1, %thread, 8, %r1;\n";
    run(own + "st.shared.u64 [%r1], %at;");
    isFound(own + "st.shared.u64 [%r1+8], %at;", "thread 63", "outside of all variables, at shared address");
    isFound(own + "st.shared.u64 [%r1+-8], %at;", "thread 0", "outside of all variables");
    isFound(own + "cvt.u64.u32 %rd1, %r1; st.global.u64 [%rd1], %at;", "outside of all allocations");
  }

  @Test
  void accessOutsideOfLocalMemory() {
    run(".local .u32 x[4]; st.local.u32 [x+12], %thread;");
    isFound(".local .u32 x[4]; st.local.u32 [x+16], %thread;", "outside of all variables, at local address 16");
  }

  @Test
  void registersThatWereNeverWritten() {
    run("mov.u32 %r1, 1; add.u32 %r2, %r1, 1;");
    isFound("add.u32 %r2, %r1, 1;", "reads register %r1, which was never written");
    isFound("@%p1 mov.u32 %r2, 1;", "reads register %p1");
    String some = "setp.lt.u32 %p1, %thread, 40; @%p1 mov.u32 %r1, 1;\n";
    isFound(some + "add.u32 %r2, %r1, 1;", "thread 40", "%r1");
    run(some + "@%p1 add.u32 %r2, %r1, 1;");
    isFound(some + "shfl.sync.bfly.b32 %r2, %r1, 1, 31, -1;", "thread 40", "%r1");
  }

  @Test
  void globalMemoryThatWasNeverWritten() {
    run("st.global.u64 [%mine], %at; ld.global.u64 %rd1, [%mine];");
    isFound("ld.global.u64 %rd1, [%mine];", "thread 0", "reads what was never written, 8 bytes at 0");
    isFound("st.global.u32 [%mine], %thread; ld.global.u64 %rd1, [%mine];", "reads what was never written");
    isFound("red.global.add.u32 [%mine], %thread;", "reads what was never written");
  }

  @Test
  void sharedAndLocalMemoryThatWasNeverWritten() {
    run(".shared .u32 x[64]; mov.u32 %r1, x; mad.lo.u32 %r1, %thread, 4, %r1; st.shared.u32 [%r1], %r1; ld.shared.u32 %r2, [%r1];");
    isFound(".shared .u32 x[64]; ld.shared.u32 %r2, [x];", "reads what was never written", "the shared variable x");
    run(".local .u32 x; st.local.u32 [x], %thread; ld.local.u32 %r1, [x];");
    isFound(".local .u32 x; ld.local.u32 %r1, [x];", "reads what was never written");
  }

  @Test
  void sharedMemoryIsNotHandedOnToTheNextBlock() {
    String body =
        """
        .shared .u32 x;
        setp.ne.u32 %p1, %block, 0;
        @%p1 bra read;
        st.shared.u32 [x], 1;
        read:
        ld.shared.u32 %r1, [x];
        """;
    Snippets.run(Snippets.kernel(body), new Grid(1, 1, 1, 0), 1);
    assertThatThrownBy(() -> Snippets.run(Snippets.kernel(body), new Grid(2, 1, 1, 0), 1))
        .isInstanceOf(PtxFault.class)
        .hasMessageContainingAll("block (1, 0)", "never written");
  }

  @Test
  void barriersThatNotAllThreadsReach() {
    run("bar.sync 0; setp.lt.u32 %p1, %thread, 40; @%p1 exit;");
    isFound("setp.lt.u32 %p1, %thread, 40; @%p1 exit; bar.sync 0;", "divergent barrier: thread 0 has ended");
    isFound("setp.lt.u32 %p1, %thread, 40; @%p1 bar.sync 0;", "divergent barrier: thread 40 has ended");
  }

  @Test
  void threadsThatWaitAtDifferentBarriers() {
    String branch = "setp.lt.u32 %p1, %thread, 32; @%p1 bra other;\n";
    run(branch + "other: bar.sync 0;");
    isFound(branch + "bar.sync 0; ret; other: bar.sync 0;", "divergent barrier: thread 32 waits at line");
  }

  @Test
  void shufflesFromLanesThatTakeNoPart() {
    String half = "and.b32 %r2, %thread, 31; setp.lt.u32 %p1, %r2, 16;\n";
    run(half + "@%p1 shfl.sync.bfly.b32 %r1, %thread, 8, 31, 0xffff;");
    isFound(half + "@%p1 shfl.sync.bfly.b32 %r1, %thread, 16, 31, 0xffff;", "lane 0 reads from lane 16, which takes no part");
    isFound(half + "@!%p1 exit; shfl.sync.idx.b32 %r1, %thread, 20, 31, -1;", "lane 0 reads from lane 20, which takes no part");
    run("shfl.sync.down.b32 %r1, %thread, 1, 31, -1;");
    PtxKernel down = Snippets.kernel("shfl.sync.down.b32 %r1, %thread, 1, 31, -1;");
    assertThatThrownBy(() -> Snippets.run(down, 20, 1)).isInstanceOf(PtxFault.class).hasMessageContaining("lane 19 reads from lane 20");
  }

  @Test
  void lanesThatWaitInVain() {
    String half = "and.b32 %r2, %thread, 31; setp.lt.u32 %p1, %r2, 16;\n";
    run(half + "@%p1 bar.warp.sync 0xffff;");
    isFound(half + "@%p1 bar.warp.sync 0xff00;", "lane 0 is not in its own mask 0xff00");
    isFound(half + "@%p1 bar.warp.sync -1; bar.sync 0;", "waits in vain");
    isFound(half + "selp.b32 %r3, 0xffff, -1, %p1; bar.warp.sync %r3; bar.sync 0;", "waits in vain");
    isFound(half + "@%p1 bra other; bar.warp.sync -1; ret; other: bar.warp.sync -1;", "waits in vain");
  }

  @Test
  void loopsThatDoNotEnd() {
    PtxKernel loop = Snippets.kernel("mov.u32 %r1, 0; again: add.u32 %r1, %r1, 1; setp.ne.u32 %p1, %r1, 1000; @%p1 bra again;");
    Snippets.run(loop, 1, 1);
    PtxKernel endless = Snippets.kernel("again: bra again;");
    assertThatThrownBy(() -> Snippets.run(endless, 1, 1)).isInstanceOf(PtxFault.class).hasMessageContaining("still running");
  }
}
