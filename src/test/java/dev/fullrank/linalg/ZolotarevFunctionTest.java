package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZolotarevFunctionTest {
  private final ZolotarevFunction function = new ZolotarevFunction();

  /** The closed form of Nakatsukasa, Bai and Gygi 2010, eq. 3.5: x·(a + b·x²)/(1 + c·x²) with b = (a − 1)²/4, c = a + b − 1. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 0.999, 0.9, 0.5, 0.1, 1e-2, 1e-4, 1e-8, 1e-15})
  void onePoleIsTheDynamicallyWeightedHalleyStep(double l) {
    double l2 = l * l;
    double dd = Math.cbrt(4 * (1 - l2) / (l2 * l2));
    double sq = Math.sqrt(1 + dd);
    double a = sq + 0.5 * Math.sqrt(8 - 4 * dd + 8 * (2 - l2) / (l2 * sq));
    double b = (a - 1) * (a - 1) / 4;
    double c = a + b - 1;
    function.choose(1, l);
    assertThat(function.gamma(0)).isCloseTo(c, within(1e-13 * c));
    double middle = 1 / (1 + function.error()); // the step maps 1 to 1, the function goes beyond by as much as it stays below
    assertThat(middle * function.e()).isCloseTo(b / c, within(1e-12));
    assertThat(middle * function.f(0)).isCloseTo(a - b / c, within(1e-12 * a));
  }

  /** The best approximation of 1 on [l, 1] touches its least and its largest value 2r + 2 times in turn (Chebyshev). */
  @ParameterizedTest
  @ValueSource(doubles = {0.9, 0.5, 0.1, 1e-2, 1e-4, 1e-8})
  void theErrorEquioscillates(double l) {
    for (int poles : new int[] {1, 2, 3, 7, 12}) {
      function.choose(poles, l);
      double error = function.error();
      if (error < 1e-10) {
        continue; // its turns are lost in rounding
      }
      int turns = 0;
      double sign = -1;
      int points = 20_000;
      for (int i = 0; i <= points; i++) {
        double x = Math.pow(l, 1 - i / (double) points);
        double value = image(x);
        assertThat(value).isBetween(1 - error - 1e-13, 1 + error + 1e-13);
        if (sign * (value - 1) >= error * (1 - 1e-3)) {
          turns++;
          sign = -sign;
        }
      }
      assertThat(turns).as("%d poles, l = %s", poles, l).isEqualTo(2 * poles + 2);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1e-9", "0.3,1e-9", "1e-3,1e-9", "1e-6,1e-9", "1,1e-15", "0.3,1e-15", "3e-3,1e-17", "3e-4,1e-14"})
  void asManyPolesAreTakenAsTheAccuracyNeeds(double l, double accuracy) {
    assertThat(function.choose(l, accuracy)).isTrue();
    for (int i = 0; i <= 1000; i++) {
      assertThat(Math.abs(image(Math.pow(l, i / 1000.0)) - 1)).isLessThan(accuracy + function.poles() * 0x1p-52);
    }
    int poles = function.poles();
    if (l < 1 && accuracy > 1e-12) {
      function.choose(poles - 2, l);
      assertThat(function.error()).isGreaterThan(accuracy);
    }
  }

  @Test
  void whatNeedsTooManyPolesIsRefused() {
    assertThat(function.choose(1e-9, 1e-15)).isFalse();
  }

  /** At l = 1 the weights are Halley's own, x·(3 + x²)/(1 + 3x²), and its fifth-order sibling, a Padé approximant. */
  @Test
  void atOneTheStepsArePadeApproximants() {
    function.choose(1, 1);
    assertThat(image(0.5)).isCloseTo(0.5 * 3.25 / 1.75, within(1e-15));
    function.choose(2, 1);
    double t = 0.25;
    assertThat(image(0.5)).isCloseTo(0.5 * (5 + 10 * t + t * t) / (1 + 10 * t + 5 * t * t), within(1e-14));
  }

  private double image(double x) {
    double sum = function.e();
    for (int j = 0; j < function.poles(); j++) {
      sum += function.f(j) / (1 + function.gamma(j) * x * x);
    }
    return x * sum;
  }
}
