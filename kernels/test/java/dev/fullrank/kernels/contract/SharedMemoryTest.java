package dev.fullrank.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the library leaves for shared variables beside the dynamic shared memory of a kernel is enough. */
class SharedMemoryTest {
  /** As in DeviceBatch. */
  private static final int VARIABLES = 4 << 10;

  @ParameterizedTest
  @ValueSource(strings = {"batch_eigenvectors", "batch_polar"})
  void variablesTakeLessThanIsLeftForThem(String kernel) {
    assertThat(Kernels.committed().kernel(kernel).sharedBytes()).isBetween(1, VARIABLES);
  }
}
