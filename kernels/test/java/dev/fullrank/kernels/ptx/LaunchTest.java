package dev.fullrank.kernels.ptx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LaunchTest {
  private static final PtxKernel NOTHING = Snippets.kernel("");

  /** Stores into each thread's element the number of blocks that ran before. */
  private static final PtxKernel TURN = Snippets.kernel(
      """
      atom.global.add.u64 %rd1, [%in], 1;
      mov.u32 %r1, %ctaid.y;
      mov.u32 %r2, %nctaid.x;
      mad.lo.u32 %r3, %r1, %r2, %block;
      mul.wide.u32 %rd2, %r3, 8;
      add.u64 %rd3, %out, %rd2;
      st.global.u64 [%rd3], %rd1;
      """);

  private static void isRefused(PtxKernel kernel, Grid grid, String message, byte[]... parameters) {
    try (DeviceMemory memory = new DeviceMemory()) {
      assertThatThrownBy(() -> kernel.launch(memory, grid, parameters))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("snippet: " + message);
    }
  }

  private static void isAccepted(PtxKernel kernel, Grid grid) {
    try (DeviceMemory memory = new DeviceMemory()) {
      kernel.launch(memory, grid, 0, 0, 0);
    }
  }

  @Test
  void countAndSizesOfParametersMustFit() {
    Grid grid = new Grid(1, 1, 1, 0);
    byte[] eight = new byte[8];
    isAccepted(NOTHING, grid);
    isRefused(NOTHING, grid, "2 parameters, where 3 are declared", eight, eight);
    isRefused(NOTHING, grid, "4 parameters, where 3 are declared", eight, eight, eight, eight);
    isRefused(NOTHING, grid, "4 bytes for parameter out, which has 8", eight, new byte[4], eight);
  }

  @Test
  void blocksMustKeepToTheLimitsOfTheKernel() {
    PtxKernel most = Snippets.kernel("", ".maxntid 64", "");
    isAccepted(most, new Grid(1, 1, 64, 0));
    isRefused(most, new Grid(1, 1, 65, 0), "65 threads a block, where .maxntid says 64", new byte[8], new byte[8], new byte[8]);
    PtxKernel exact = Snippets.kernel("", ".reqntid 64", "");
    isAccepted(exact, new Grid(1, 1, 64, 0));
    isRefused(exact, new Grid(1, 1, 32, 0), "32 threads a block, where .reqntid says 64", new byte[8], new byte[8], new byte[8]);
  }

  @Test
  void sharedMemoryMustBeWhatDevicesGrant() {
    PtxKernel kernel = Snippets.kernel(".shared .b8 x[1024];");
    isAccepted(kernel, new Grid(1, 1, 1, 226 << 10));
    isRefused(kernel, new Grid(1, 1, 1, (226 << 10) + 1), "232449 bytes of shared memory", new byte[8], new byte[8], new byte[8]);
    PtxKernel large = Snippets.kernel(".shared .b8 x[49153];");
    isRefused(large, new Grid(1, 1, 1, 0), "49153 bytes of shared variables", new byte[8], new byte[8], new byte[8]);
  }

  @Test
  void dynamicSharedMemoryHasBoundsAndRaces() {
    String memory = ".extern .shared .align 8 .b8 memory[];\n";
    String own = "mov.u32 %r1, memory; mad.lo.u32 %r2, %thread, 4, %r1; ";
    String next = "xor.b32 %r3, %thread, 1; mad.lo.u32 %r3, %r3, 4, %r1; ";
    String store = own + next + "st.shared.u32 [%r2], %thread; ";
    PtxKernel ordered = Snippets.kernel(memory, "", store + "bar.sync 0; ld.shared.u32 %r4, [%r3];");
    isAccepted(ordered, new Grid(1, 1, 64, 256));
    assertThatThrownBy(() -> isAccepted(ordered, new Grid(1, 1, 64, 252)))
        .isInstanceOf(PtxFault.class)
        .hasMessageContaining("thread 63");
    assertThatThrownBy(() -> isAccepted(Snippets.kernel(memory, "", store + "ld.shared.u32 %r4, [%r3];"), new Grid(1, 1, 64, 256)))
        .isInstanceOf(PtxFault.class)
        .hasMessageContaining("race: ")
        .hasMessageContaining("the dynamic shared memory of 256 bytes");
    PtxKernel unwritten = Snippets.kernel(memory, "", own + "ld.shared.u32 %r4, [%r2];");
    assertThatThrownBy(() -> isAccepted(unwritten, new Grid(1, 1, 1, 4)))
        .isInstanceOf(PtxFault.class)
        .hasMessageContaining("never written");
  }

  @Test
  void gridsMustBeWithinTheLimitsOfTheHardware() {
    assertThatThrownBy(() -> new Grid(0, 1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Grid(1, 65536, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Grid(1, 1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Grid(1, 1, 1025, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Grid(1, 1, 1, -1)).isInstanceOf(IllegalArgumentException.class);
    isAccepted(NOTHING, new Grid(1, 65535, 1, 0));
  }

  @Test
  void blocksRunInTheOrderOfTheLaunch() {
    assertThat(turns(BlockOrder.forward())).containsExactly(LongStream.range(0, 12).toArray());
    assertThat(turns(BlockOrder.reverse())).containsExactly(LongStream.range(0, 12).map(i -> 11 - i).toArray());
    long[] shuffled = turns(BlockOrder.shuffled(5));
    assertThat(shuffled).containsExactlyInAnyOrder(LongStream.range(0, 12).toArray());
    assertThat(shuffled).isNotEqualTo(turns(BlockOrder.forward())).isEqualTo(turns(BlockOrder.shuffled(5)));
    assertThat(shuffled).isNotEqualTo(turns(BlockOrder.shuffled(6)));
  }

  private static long[] turns(BlockOrder order) {
    try (DeviceMemory memory = new DeviceMemory()) {
      long in = memory.allocate(Long.BYTES);
      long out = memory.allocate(12 * Long.BYTES);
      memory.copyIn(in, new long[1]);
      TURN.launch(memory, new Grid(4, 3, 1, 0).in(order), in, out, 0);
      long[] turns = new long[12];
      memory.copyOut(out, turns);
      return turns;
    }
  }

  @Test
  void everyOrderIsAPermutation() {
    for (BlockOrder order : new BlockOrder[] {BlockOrder.forward(), BlockOrder.reverse(), BlockOrder.shuffled(1)}) {
      for (int count : new int[] {0, 1, 2, 3, 17}) {
        assertThat(order.of(count)).containsExactlyInAnyOrder(IntStream.range(0, count).toArray());
      }
    }
  }
}
