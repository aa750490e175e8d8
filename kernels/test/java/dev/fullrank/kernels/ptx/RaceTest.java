package dev.fullrank.kernels.ptx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Accesses that no barrier orders are found, and those that one orders are not. */
class RaceTest {
  private static final int THREADS = 64;

  /** Shared memory of 64 elements: {@code %r1} is the address of the thread's own one, {@code %r2} that of the next thread's. */
  private static final String SHARED =
      """
      .shared .u32 x[64];
      mov.u32 %r9, x;
      mad.lo.u32 %r1, %thread, 4, %r9;
      add.u32 %r3, %thread, 1;
      and.b32 %r3, %r3, 63;
      mad.lo.u32 %r2, %r3, 4, %r9;
      mov.u32 %r4, 7;
      setp.eq.u32 %p1, %thread, 0;
      setp.eq.u32 %p2, %thread, 40;
      """;

  private static void run(String body, int blocks) {
    Snippets.run(Snippets.kernel(body), new Grid(blocks, 1, THREADS, 0), new long[THREADS * blocks]);
  }

  private static void isFine(String body) {
    run(SHARED + body, 1);
  }

  private static void isRace(String body, String... message) {
    assertThatThrownBy(() -> run(SHARED + body, 1))
        .isInstanceOf(PtxFault.class)
        .hasMessageContaining("race: ")
        .hasMessageContainingAll(message);
  }

  private static void isFineInTwoBlocks(String body) {
    run(SHARED + body, 2);
  }

  private static void isRaceInTwoBlocks(String body, String... message) {
    assertThatThrownBy(() -> run(SHARED + body, 2))
        .isInstanceOf(PtxFault.class)
        .hasMessageContaining("race: ")
        .hasMessageContainingAll(message);
  }

  @Test
  void aLoadAfterAStoreOfAnotherThreadNeedsABarrier() {
    isFine("st.shared.u32 [%r1], %r4; bar.sync 0; ld.shared.u32 %r5, [%r2];");
    isFine("st.shared.u32 [%r1], %r4; ld.shared.u32 %r5, [%r1];");
    isRace("st.shared.u32 [%r1], %r4; ld.shared.u32 %r5, [%r2];", "thread 1 wrote some of the 4 bytes at 4 of the shared variable x");
  }

  @Test
  void aStoreAfterALoadOfAnotherThreadNeedsABarrier() {
    String before = "st.shared.u32 [%r1], %r4; bar.sync 0; ld.shared.u32 %r5, [%r2];";
    isFine(before + "bar.sync 0; st.shared.u32 [%r1], %r4;");
    isRace(before + "st.shared.u32 [%r1], %r4;", "read some");
    isRace(before + "@%p1 ld.shared.u32 %r5, [%r2]; st.shared.u32 [%r1], %r4;", "read some");
  }

  @Test
  void twoStoresToSharedMemoryRaceWhateverTheirValue() {
    isFine("@%p1 st.shared.u32 [x], %r4; bar.sync 0; @%p2 st.shared.u32 [x], %r4;");
    isRace("@%p1 st.shared.u32 [x], %r4; @%p2 st.shared.u32 [x], %r4;", "thread 40", "thread 0 wrote some of the 4 bytes at 0");
    isRace("st.shared.u32 [x], %r4;", "thread 1", "thread 0 wrote");
  }

  @Test
  void aBarrierOfTheWarpOrdersItsOwnLanesOnly() {
    // The next thread in the warp of 32.
    String within = "and.b32 %r5, %thread, 31; xor.b32 %r6, %thread, 1; mad.lo.u32 %r7, %r6, 4, %r9;\n";
    isFine(within + "st.shared.u32 [%r1], %r4; bar.warp.sync -1; ld.shared.u32 %r8, [%r7];");
    isFine(within + "st.shared.u32 [%r1], %r4; bar.warp.sync -1; ld.shared.u32 %r8, [%r7]; bar.warp.sync -1; st.shared.u32 [%r1], %r4;");
    isRace(within + "st.shared.u32 [%r1], %r4; ld.shared.u32 %r8, [%r7];", "thread 1 wrote");
    isRace(within + "st.shared.u32 [%r1], %r4; bar.warp.sync -1; ld.shared.u32 %r8, [%r7]; st.shared.u32 [%r1], %r4;", "read");
    isRace(
        "st.shared.u32 [%r1], %r4; bar.sync 0; st.shared.u32 [%r1], %r4; bar.warp.sync -1; ld.shared.u32 %r8, [%r2];",
        "thread 32",
        "thread 31 read some of the 4 bytes at 128 of the shared variable x");
    isRace(within + "st.shared.u32 [%r1], %r4; shfl.sync.bfly.b32 %r5, %r4, 1, 31, -1; ld.shared.u32 %r8, [%r7];", "wrote");
  }

  @Test
  void aLoadByManyThreadsIsOrderedBeforeAStoreOnlyByABarrierOfAll() {
    String broadcast = "@%p1 st.shared.u32 [x], %r4; bar.sync 0; ld.shared.u32 %r5, [x];";
    isFine(broadcast + "bar.sync 0; @%p1 st.shared.u32 [x], %r4;");
    isRace(broadcast + "@%p1 st.shared.u32 [x], %r4;", "another thread of the block read");
    isRace(broadcast + "bar.warp.sync -1; @%p1 st.shared.u32 [x], %r4;", "read");
    // Only one warp reads, and the same one writes.
    String oneWarp = "setp.lt.u32 %p3, %thread, 32; @%p1 st.shared.u32 [x], %r4; bar.sync 0; @%p3 ld.shared.u32 %r5, [x];";
    isFine(oneWarp + "bar.warp.sync -1; @%p1 st.shared.u32 [x], %r4;");
    isRace(oneWarp + "@%p1 st.shared.u32 [x], %r4;", "read");
  }

  @Test
  void atomicsRaceOnlyWithOtherAccesses() {
    String zero = "@%p1 st.shared.u32 [x], %r4; bar.sync 0;";
    isFine(zero + "atom.shared.add.u32 %r5, [x], 1; atom.shared.add.u32 %r5, [x], 1;");
    isFine(zero + "atom.shared.add.u32 %r5, [x], 1; bar.sync 0; ld.shared.u32 %r5, [x];");
    isRace(zero + "atom.shared.add.u32 %r5, [x], 1; ld.shared.u32 %r5, [x];", "wrote");
    isRace(zero + "@%p1 st.shared.u32 [x], %r4; atom.shared.add.u32 %r5, [x], 1;", "thread 0 wrote");
    isRace(zero + "atom.shared.add.u32 %r5, [x], 1; @%p1 st.shared.u32 [x], %r4;", "wrote");
    isRace(zero + "ld.shared.u32 %r5, [x]; atom.shared.add.u32 %r5, [x], 1;", "read");
  }

  @Test
  void volatileAccessIsNoExcuseInSharedMemory() {
    isFine("st.volatile.shared.u32 [%r1], %r4; bar.sync 0; ld.volatile.shared.u32 %r5, [%r2];");
    isRace("st.volatile.shared.u32 [%r1], %r4; ld.volatile.shared.u32 %r5, [%r2];", "wrote");
    isRace("st.shared.u32 [%r1], %r4; membar.cta; ld.shared.u32 %r5, [%r2];", "wrote");
  }

  @Test
  void blocksMustNotStoreDifferentValuesInOnePlace() {
    isFineInTwoBlocks("@%p1 st.global.u64 [%mine], %at;");
    isFineInTwoBlocks("@%p1 st.global.u32 [%out], %r4;");
    isFineInTwoBlocks("st.global.u32 [%out], %r4;");
    isRaceInTwoBlocks("@%p1 st.global.u64 [%out], %at;", "block (1, 0)", "a thread of another block wrote some of the 8 bytes at 0");
    isRaceInTwoBlocks("@%p1 st.global.u32 [%out], %r4; bar.sync 0; @%p1 st.global.u32 [%out], %block;", "another block wrote");
    isRaceInTwoBlocks("st.global.u32 [%out], %thread;", "block (0, 0), thread 1", "thread 0 wrote some of the 4 bytes at 0");
  }

  @Test
  void blocksMustNotReadWhatOthersWrite() {
    isFineInTwoBlocks("ld.global.u64 %rd1, [%in]; st.global.u64 [%mine], %rd1;");
    isFineInTwoBlocks("ld.global.u64 %rd1, [%given]; add.u64 %rd1, %rd1, 1; st.global.u64 [%given], %rd1;");
    isRaceInTwoBlocks("@%p1 st.global.u64 [%mine], %at; ld.global.u64 %rd1, [%out];", "thread 0 wrote");
    isRaceInTwoBlocks("@%p1 st.global.u64 [%mine], %at; bar.sync 0; ld.global.u64 %rd1, [%out];", "block (1, 0)", "another block wrote");
    isRaceInTwoBlocks(
        "ld.global.u64 %rd1, [%in+512]; bar.sync 0; st.global.u64 [%given], %rd1;",
        "block (1, 0)",
        "another block read some of the 8 bytes at 512");
  }

  @Test
  void aBarrierOrdersGlobalMemoryWithinItsBlock() {
    String neighbour = "xor.b32 %r5, %i, 1; mad.wide.u32 %rd1, %r5, 8, %out;";
    isFineInTwoBlocks(neighbour + "st.global.u64 [%mine], %at; bar.sync 0; ld.global.u64 %rd2, [%rd1];");
    isRaceInTwoBlocks(neighbour + "st.global.u64 [%mine], %at; ld.global.u64 %rd2, [%rd1];", "wrote");
  }

  @Test
  void bytesSideBySideDoNotRace() {
    isFineInTwoBlocks("cvt.u64.u32 %rd1, %i; add.u64 %rd2, %out, %rd1; st.global.u8 [%rd2], %i;");
    isRaceInTwoBlocks("cvt.u64.u32 %rd1, %i; shr.u64 %rd1, %rd1, 1; add.u64 %rd2, %out, %rd1; st.global.u8 [%rd2], %i;", "wrote");
  }

  @Test
  void atomicsOnGlobalMemoryRaceOnlyWithPlainAccesses() {
    isFineInTwoBlocks("red.global.add.u64 [%in], 1;");
    isFineInTwoBlocks("red.global.add.u64 [%in], 1; ld.relaxed.gpu.global.u64 %rd1, [%in];");
    isFineInTwoBlocks("st.volatile.global.u32 [%out], %i; ld.volatile.global.u32 %r5, [%out];");
    isRaceInTwoBlocks("red.global.add.u64 [%in], 1; ld.global.u64 %rd1, [%in];", "wrote");
    isRaceInTwoBlocks("ld.global.u64 %rd1, [%in]; red.global.add.u64 [%in], 1;", "read");
    isRaceInTwoBlocks("@%p1 st.global.u32 [%out], %i; ld.volatile.global.u32 %r5, [%out];", "wrote");
  }

  @Test
  void launchesAreOrdered() {
    PtxKernel kernel = Snippets.kernel("ld.global.u64 %rd1, [%in]; add.u64 %rd1, %rd1, %at; st.global.u64 [%mine], %rd1;");
    try (DeviceMemory memory = new DeviceMemory()) {
      long in = memory.allocate(Long.BYTES * THREADS);
      long out = memory.allocate(Long.BYTES * THREADS);
      memory.copyIn(in, new long[THREADS]);
      kernel.launch(memory, 1, 1, THREADS, 0, in, out, 0);
      kernel.launch(memory, 1, 1, THREADS, 0, out, in, 0);
      assertThatThrownBy(() -> kernel.launch(memory, 1, 1, THREADS, 0, in, in, 0))
          .isInstanceOf(PtxFault.class)
          .hasMessageContaining("race");
    }
  }
}
