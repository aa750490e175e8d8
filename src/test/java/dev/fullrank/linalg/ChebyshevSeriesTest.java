package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChebyshevSeriesTest {
  private final ChebyshevSeries series = new ChebyshevSeries();

  /** By the definition Tⱼ(cos φ) = cos jφ. */
  private double value(double t) {
    double phi = Math.acos(Math.clamp((t - series.centre()) / series.halfWidth(), -1, 1));
    double sum = 0;
    for (int j = 0; j <= series.degree(); j++) {
      sum += series.coefficient(j) * Math.cos(j * phi);
    }
    return series.scale() * sum;
  }

  @ParameterizedTest
  @CsvSource({"1,1.001,1e-7", "0.4,2,1e-3", "0.4,2,1e-7", "2e30,9e30,1e-7", "3e-40,3e-39,1e-6", "0.1,1,1e-8"})
  void theErrorIsWithinTheAccuracyOfTheWholeInterval(double least, double most, double accuracy) {
    assertThat(series.choose(least, most, accuracy)).isTrue();
    int points = 1000;
    for (int i = 0; i <= points; i++) {
      double t = least + (most - least) * i / points;
      assertThat(Math.abs(value(t) - 1 / Math.sqrt(t)) * Math.sqrt(most)).as("at %s", t).isLessThan(1.01 * accuracy + 1e-14);
    }
  }

  /** One term fewer leaves ((√κ − 1)/(√κ + 1))ʲ for the next j. */
  @ParameterizedTest
  @CsvSource({"4,1e-6", "9,1e-6", "12,1e-7"})
  void noMoreTermsAreTakenThanTheAccuracyNeeds(double condition, double accuracy) {
    assertThat(series.choose(1, condition, accuracy)).isTrue();
    double rate = (Math.sqrt(condition) - 1) / (Math.sqrt(condition) + 1);
    assertThat(Math.abs(series.coefficient(series.degree()))).isBetween(accuracy * (1 - rate), accuracy / rate);
  }

  @Test
  void whatIsNotAnIntervalOfPositiveNumbersOrIsTooWideIsRefused() {
    assertThat(series.choose(0, 1, 1e-7)).isFalse();
    assertThat(series.choose(-1, 1, 1e-7)).isFalse();
    assertThat(series.choose(2, 1, 1e-7)).isFalse();
    assertThat(series.choose(Double.NaN, 1, 1e-7)).isFalse();
    assertThat(series.choose(1, Double.POSITIVE_INFINITY, 1e-7)).isFalse();
    assertThat(series.choose(1, 100, 1e-7)).isFalse();
    assertThat(series.choose(1, 12, 1e-7)).isTrue();
  }
}
