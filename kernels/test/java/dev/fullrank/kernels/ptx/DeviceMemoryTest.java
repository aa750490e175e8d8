package dev.fullrank.kernels.ptx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceMemoryTest {
  private final DeviceMemory memory = new DeviceMemory();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void copiesOfAllTypesComeBack() {
    long address = memory.allocate(16);
    memory.copyIn(address, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
    byte[] bytes = new byte[3];
    memory.copyOut(address + 1, bytes);
    assertThat(bytes).containsExactly(2, 3, 4);
    memory.copyIn(address, new short[] {-5, 6});
    short[] shorts = new short[2];
    memory.copyOut(address, shorts);
    assertThat(shorts).containsExactly((short) -5, (short) 6);
    memory.copyIn(address, new int[] {-7, 8});
    int[] ints = new int[2];
    memory.copyOut(address, ints);
    assertThat(ints).containsExactly(-7, 8);
    memory.copyIn(address, new long[] {-9, 10});
    long[] longs = new long[2];
    memory.copyOut(address, longs);
    assertThat(longs).containsExactly(-9, 10);
    memory.copyIn(address, new float[] {1.5f, Float.NaN});
    float[] floats = new float[2];
    memory.copyOut(address, floats);
    assertThat(floats).containsExactly(1.5f, Float.NaN);
    memory.copyIn(address, new double[] {-0.0, 2.5});
    double[] doubles = new double[2];
    memory.copyOut(address, doubles);
    assertThat(doubles).containsExactly(-0.0, 2.5);
  }

  @Test
  void freshMemoryIsAlignedPoisonedAndNotWritten() {
    long address = memory.allocate(100);
    assertThat(address % 256).isZero();
    byte[] bytes = new byte[100];
    memory.copyOut(address, bytes);
    assertThat(bytes).containsOnly(0xA5);
    assertThat(memory.isWritten(address, 1)).isFalse();
    memory.copyIn(address + 3, new byte[90]);
    assertThat(memory.isWritten(address + 3, 90)).isTrue();
    assertThat(memory.isWritten(address + 2, 91)).isFalse();
    assertThat(memory.isWritten(address + 3, 91)).isFalse();
  }

  @Test
  void memoryOfOthersCanBeUsedOnceItIsWritten() {
    PtxKernel kernel = Snippets.kernel("ld.global.u64 %rd1, [%in]; add.u64 %rd1, %rd1, 1; st.global.u64 [%out], %rd1;");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mine = arena.allocate(16, 8);
      mine.set(ValueLayout.JAVA_LONG, 0, 41);
      long address = mine.address();
      isFound(kernel, address, "outside of all allocations");
      memory.register(address, 16);
      isFound(kernel, address, "never written");
      memory.markWritten(address, 8);
      kernel.launch(memory, 1, 1, 1, 0, address, address + 8, 0);
      assertThat(mine.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(42);
      assertThat(memory.isWritten(address, 16)).isTrue();
      memory.unregister(address);
      isFound(kernel, address, "outside of all allocations");
    }
  }

  private void isFound(PtxKernel kernel, long address, String message) {
    assertThatThrownBy(() -> kernel.launch(memory, 1, 1, 1, 0, address, address + 8, 0))
        .isInstanceOf(PtxFault.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatIsNotThereIsRefused() {
    long address = memory.allocate(64);
    assertThatThrownBy(() -> memory.free(address + 8)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory.unregister(address + 8)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory.register(address + 8, 8)).hasMessageContaining("overlaps");
    assertThatThrownBy(() -> memory.register(address - 8, 16)).hasMessageContaining("overlaps");
    assertThatThrownBy(() -> memory.copyIn(address + 8, new long[8])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory.copyOut(address - 8, new long[1])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory.markWritten(address + 60, 5)).isInstanceOf(IllegalArgumentException.class);
    memory.free(address);
    assertThatThrownBy(() -> memory.free(address)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory.copyOut(address, new long[1])).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void emptyAllocationsAreLegal() {
    long address = memory.allocate(0);
    memory.copyIn(address, new byte[0]);
    memory.free(address);
  }
}
