package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("single")
class DeviceColumnsTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "8192, 32", "8193, 32", "65536, 1", "65537, 1", "2048, 8192", "2147483647, 8192"})
  void thereAreFewChunksUnlessTheyAreAsLongAsTheyMayBe(int b, int d) {
    int rows = DeviceColumns.rowsOfChunk(b, d);
    assertThat(rows).isBetween(128, 1024);
    assertThat(rows % 128).isZero();
    assertThat(rows == 1024 || Math.ceilDiv(b, rows) <= 64).isTrue();
  }
}
