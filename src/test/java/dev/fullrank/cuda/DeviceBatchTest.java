package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceBatchTest {
  /** Kilobytes of shared memory that a block may have, from compute capability 7.5 to 9.0: the square, a slab of 16 rows, 4 KiB of variables. */
  @ParameterizedTest
  @CsvSource({"227, 128", "163, 128", "148, 128", "147, 127", "99, 102", "64, 80", "48, 67", "5, 5"})
  void columnsAreAsManyAsFitIntoSharedMemory(int kilobytes, int columns) {
    assertThat(DeviceBatch.columnsIn(kilobytes << 10)).isEqualTo(columns);
  }
}
