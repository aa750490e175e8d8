package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZolotarevStepTest {
  private final ZolotarevStep step = new ZolotarevStep();

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
    step.choose(1, l);
    assertThat(step.gamma(0)).isCloseTo(c, within(1e-13 * c));
    assertThat(step.e()).isCloseTo(b / c, within(1e-12));
    assertThat(step.f(0)).isCloseTo(a - b / c, within(1e-12 * a));
  }

  /** The best approximation of 1 on [l, 1] touches its least and its largest value 2r + 2 times in turn (Chebyshev). */
  @ParameterizedTest
  @ValueSource(doubles = {0.9, 0.5, 0.1, 1e-2, 1e-4, 1e-8})
  void theErrorEquioscillates(double l) {
    for (int poles = 1; poles <= ZolotarevStep.MOST_POLES; poles++) {
      step.choose(poles, l);
      double least = step.image(l);
      double half = (1 - least) / 2;
      int turns = 0;
      double sign = -1;
      int points = 20_000;
      for (int i = 0; i <= points; i++) {
        double x = Math.pow(l, 1 - i / (double) points);
        double value = unclamped(x);
        assertThat(value).isBetween(least - 1e-12, 1 + 1e-12);
        if (sign * (value - (1 - half)) >= half * (1 - 1e-3)) {
          turns++;
          sign = -sign;
        }
      }
      assertThat(turns).as("%d poles, l = %s", poles, l).isEqualTo(2 * poles + 2);
    }
  }

  /** At l = 1 the weights are Halley's own, x·(3 + x²)/(1 + 3x²), and its fifth-order sibling, a Padé approximant. */
  @Test
  void atOneTheStepsArePadeApproximants() {
    step.choose(1, 1);
    assertThat(unclamped(0.5)).isCloseTo(0.5 * 3.25 / 1.75, within(1e-15));
    step.choose(2, 1);
    double t = 0.25;
    assertThat(unclamped(0.5)).isCloseTo(0.5 * (5 + 10 * t + t * t) / (1 + 10 * t + 5 * t * t), within(1e-14));
  }

  private double unclamped(double x) {
    double sum = step.e();
    for (int j = 0; j < step.poles(); j++) {
      sum += step.f(j) / (1 + step.gamma(j) * x * x);
    }
    return x * sum;
  }
}
