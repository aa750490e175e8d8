package dev.fullrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  @ParameterizedTest
  @CsvSource({
    "41.528982, 41.53", "0.0884030, 0.08840", "1794.18, 1794", "12345.6, 12350", "999999.9, 1000000", "2744873, 2.745e6",
    "0.00123456, 0.001235", "0.000999, 9.990e-4", "1.2345e-300, 1.234e-300", "0.99999, 1.000", "9.99999, 10.00", "1, 1.000",
    "-2.5, -2.500", "0, 0", "NaN, n/a", "Infinity, ∞", "-Infinity, −∞", "5e-324, 4.941e-324", "1.7976931348623157e308, 1.798e308",
  })
  void fourDigits(double value, String text) {
    assertThat(Numbers.compact(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "0.125, 0.125", "1e-4, 1e-4", "2.5e-7, 2.5e-7", "0, 0", "100, 100", "3e9, 3e9", "-0.5, -0.5"})
  void asFewAsSayIt(double value, String text) {
    assertThat(Numbers.shortest(value)).isEqualTo(text);
  }

  @Test
  void groupsPercentagesAndRanges() {
    assertThat(Numbers.grouped(1234567, " ")).isEqualTo("1 234 567");
    assertThat(Numbers.percent(0.56449)).isEqualTo("56.4\u00a0%");
    assertThat(Numbers.percent(Double.NaN)).isEqualTo("n/a");
    assertThat(Numbers.ranges(new int[] {3, 7, 8, 9, 12, 13}, 10, "-")).isEqualTo("3, 7-9, 12-13");
    assertThat(Numbers.ranges(new int[] {1, 3, 5, 7, 9}, 2, "-")).isEqualTo("1, 3 and 3 more");
    assertThat(Numbers.ranges(new int[0], 2, "-")).isEmpty();
  }
}
