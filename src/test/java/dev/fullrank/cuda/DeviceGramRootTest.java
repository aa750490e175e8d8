package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.cuda.RootIteration.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the steps make of singular values, in exact terms: they are functions of one number. */
class DeviceGramRootTest {
  private static final int SAMPLES = 100_000;

  /** The largest |s − 1| of what the steps make of singular values from the least to 1, in geometric progression. */
  private static double left(double least, List<? extends Step> steps) {
    double worst = 0;
    for (int i = 0; i <= SAMPLES; i++) {
      double sigma = Math.pow(least, 1 - i / (double) SAMPLES);
      for (Step step : steps) {
        sigma = step.of(sigma);
      }
      worst = Math.max(worst, Math.abs(sigma - 1));
    }
    return worst;
  }

  private static List<Step> twice(List<? extends Step> steps) {
    List<Step> all = new ArrayList<>(steps);
    all.addAll(steps);
    return all;
  }

  private static List<Step> rationals(int newtonSchulz) {
    List<Step> all = new ArrayList<>(DeviceGramRoot.RATIONALS);
    for (int i = 0; i < newtonSchulz; i++) {
      all.add(DeviceGramRoot.NEWTON_SCHULZ);
    }
    return all;
  }

  @Test
  void polynomialsReachFromAThousandth() {
    assertThat(left(DeviceGramRoot.LEAST, DeviceGramRoot.POLYNOMIALS)).isBetween(1e-10, 5e-10);
    assertThat(left(0.5 * DeviceGramRoot.LEAST, DeviceGramRoot.POLYNOMIALS)).isGreaterThan(1e-3);
  }

  @Test
  void twiceTheyReachFromThreeTenMillionths() {
    assertThat(left(3e-7, twice(DeviceGramRoot.POLYNOMIALS))).isLessThan(1e-9);
    assertThat(left(1e-7, twice(DeviceGramRoot.POLYNOMIALS))).isGreaterThan(1e-5);
  }

  @Test
  void rationalFunctionsAndTwoNewtonSchulzStepsDoForFloatsAndThreeForDoubles() {
    assertThat(left(DeviceGramRoot.LEAST, rationals(2))).isBetween(1e-13, 1e-10);
    assertThat(left(DeviceGramRoot.LEAST, rationals(3))).isLessThan(1e-15);
  }

  /** What is near to 1 stays there, and does not go through numbers whose squares are small. */
  @Test
  void rationalFunctionsAreMonotoneAndPolynomialsAreNot() {
    double least = 1;
    for (int i = 0; i <= SAMPLES; i++) {
      double sigma = 0.1 + 0.9 * i / SAMPLES;
      least = Math.min(least, DeviceGramRoot.RATIONALS.getFirst().of(sigma));
    }
    assertThat(least).isGreaterThan(0.1);
    assertThat(DeviceGramRoot.POLYNOMIALS.getFirst().of(0.78)).isLessThan(0.1);
  }
}
