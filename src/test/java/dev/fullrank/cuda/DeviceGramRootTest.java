package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.fullrank.cuda.RootIteration.Nonic;
import dev.fullrank.cuda.RootIteration.Polynomial;
import dev.fullrank.cuda.RootIteration.Quintic;
import dev.fullrank.cuda.RootIteration.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    List<Step> all = new ArrayList<>(RootByProducts.RATIONALS);
    for (int i = 0; i < newtonSchulz; i++) {
      all.add(Quintic.NEWTON_SCHULZ);
    }
    return all;
  }

  @Test
  void rationalFunctionsAndThreeNewtonSchulzStepsDoForDoubles() {
    assertThat(left(DeviceGramRoot.LEAST, rationals(2))).isBetween(1e-13, 1e-10);
    assertThat(left(DeviceGramRoot.LEAST, rationals(RootByProducts.NEWTON_SCHULZ_STEPS))).isLessThan(1e-15);
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 1", "0.5, 3, 1e-8", "0.1, 4, 1e-8", "1e-3, 7, 2e-9", "2e-4, 8, 1e-8", "3e-5, 10, 1e-8", "1e-6, 12, 1e-8"})
  void polynomialsTakeAllToOne(double least, int steps, double left) {
    assertThat(left(least, PolynomialSteps.from(least))).isLessThan(left);
    assertThat(PolynomialSteps.from(least)).hasSizeLessThanOrEqualTo(steps);
  }

  /** Products: a quintic takes one, a nonic two, and each step but the first three more. */
  @ParameterizedTest
  @CsvSource({
    "1, 1e-8, 0", "0.999999, 1e-8, 1", "0.5, 1e-8, 6", "0.31, 4e-9, 7", "0.317, 2.8e-9, 7", "0.25, 1e-8, 9", "0.2, 1e-8, 10", "0.14, 4e-9, 11",
    "0.1, 1e-8, 11", "0.1, 1e-11, 13", "0.05, 1e-8, 12", "1e-3, 1e-8, 24",
  })
  void theCheapestStepsTakeAllToOneToo(double least, double left, int products) {
    List<Polynomial> steps = PolynomialSteps.cheapest(least, left);
    assertThat(left(least, steps)).isLessThan(1.001 * left);
    assertThat(PolynomialSteps.products(steps)).isLessThanOrEqualTo(products);
    assertThat(PolynomialSteps.products(steps)).isLessThanOrEqualTo(PolynomialSteps.products(PolynomialSteps.from(least)));
  }

  /** p(σ²/α²)·σ/α, as a step of σ itself. */
  @Test
  void stepsOverAScaleAreThoseOfWhatIsScaled() {
    for (double alpha : new double[] {1e-3, 1, 3, 1e5}) {
      for (Polynomial step : List.of(new Quintic(5, -4, 3), new Nonic(7, -6, 5, -4, 3))) {
        for (double sigma : new double[] {0.1, 0.5, 1}) {
          assertThat(step.over(alpha).of(alpha * sigma)).isCloseTo(step.of(sigma), withPercentage(1e-10));
        }
      }
    }
  }

  /** A singular value outside of the interval cannot come to −1, where Z·G·Z = I would hold as well. */
  @ParameterizedTest
  @CsvSource({"0.7", "0.3", "0.1", "0.01", "1e-3"})
  void noStepChangesASign(double least) {
    for (List<? extends Polynomial> steps : List.of(PolynomialSteps.from(least), PolynomialSteps.cheapest(least, 1e-8))) {
      for (Polynomial step : steps) {
        double before = 0;
        for (int i = 1; i <= SAMPLES; i++) {
          double x = 10.0 * i / SAMPLES;
          assertThat(step.of(x)).isPositive();
          if (x < least || x > 2) {
            assertThat(step.of(x)).isGreaterThan(before);
          }
          before = step.of(x);
        }
      }
    }
  }

  @Test
  void productsAreCounted() {
    Nonic nonic = new Nonic(1, 1, 1, 1, 1);
    assertThat(PolynomialSteps.products(List.of())).isZero();
    assertThat(PolynomialSteps.products(PolynomialSteps.from(1e-3))).isEqualTo(25);
    assertThat(PolynomialSteps.products(List.of(nonic, Quintic.NEWTON_SCHULZ, nonic))).isEqualTo(2 + 4 + 5);
  }

  /** The coefficients for 10⁻³ in the paper's way, computed once in extended precision. */
  @Test
  void theFirstPolynomialsAreThoseOfThePaper() {
    List<Quintic> steps = PolynomialSteps.from(1e-3);
    expect(steps.get(0), 8.47032880384808, -25.1080747066619, 18.629275599118);
    expect(steps.get(1), 4.18283418329394, -3.10870110988924, 0.580606681350049);
    expect(steps.get(4), 2.27374999343404, -1.64466036790807, 0.416190927497887);
    expect(steps.get(5), 1.88871619735183, -1.2651572253386, 0.37651892555749);
    assertThat(steps.getLast()).isEqualTo(Quintic.NEWTON_SCHULZ);
  }

  private static void expect(Quintic step, double a, double b, double c) {
    assertThat(step.a()).isCloseTo(a, withPercentage(1e-7));
    assertThat(step.b()).isCloseTo(b, withPercentage(1e-7));
    assertThat(step.c()).isCloseTo(c, withPercentage(1e-7));
  }

  /** No other choice of the numbers does better: the error is taken, with alternating signs, at one place more than there are numbers. */
  @ParameterizedTest
  @CsvSource({"2, 0.3", "3, 0.01", "5, 0.01", "5, 0.3", "5, 0.9", "6, 0.1"})
  void eachPolynomialEquioscillates(int terms, double least) {
    double[] c = MinimaxPolynomial.nearestToOne(terms, least, 1.1);
    double largest = 0;
    List<Double> extremes = new ArrayList<>();
    for (int i = 0; i <= SAMPLES; i++) {
      double x = least + (1.1 - least) * i / SAMPLES;
      double p = 0;
      for (int j = 0; j < terms; j++) {
        p += c[j] * Math.pow(x, 2 * j + 1);
      }
      double e = 1 - p;
      largest = Math.max(largest, Math.abs(e));
      if (extremes.isEmpty() || Math.signum(e) != Math.signum(extremes.getLast())) {
        extremes.add(e);
      } else if (Math.abs(e) > Math.abs(extremes.getLast())) {
        extremes.set(extremes.size() - 1, e);
      }
    }
    assertThat(extremes).hasSize(terms + 1);
    for (double e : extremes) {
      assertThat(Math.abs(e)).isCloseTo(largest, withPercentage(1e-3));
    }
  }

  @Test
  void stepsAreMadeForWhatGaussianMatricesOfTheShapeHave() {
    assertThat(DeviceGramRoot.least(256, 2048)).isEqualTo(DeviceGramRoot.LEAST);
    assertThat(DeviceGramRoot.least(64, 64)).isEqualTo(DeviceGramRoot.LEAST);
    assertThat(DeviceGramRoot.least(1024, 1024)).isBetween(2e-5, 6e-5);
    assertThat(DeviceGramRoot.least(1024, 1040)).isGreaterThan(DeviceGramRoot.least(1024, 1024));
  }

  @Test
  void twiceTheyReachFromThreeTenMillionths() {
    List<Quintic> once = PolynomialSteps.from(DeviceGramRoot.LEAST);
    assertThat(left(0.5 * DeviceGramRoot.LEAST, once)).isGreaterThan(1e-3);
    assertThat(left(3e-7, twice(once))).isLessThan(1e-8);
    assertThat(left(1e-7, twice(once))).isGreaterThan(1e-5);
  }

  /** A schedule reaches from the least eigenvalue that there may be where it is taken, and is the shortest that does. */
  @Test
  void schedulesReachTheLeastRitzValueAndBelow() {
    for (FlatSpectra.Schedule schedule : FlatSpectra.ALL) {
      double least = Math.sqrt(schedule.ratio() / 1.5);
      assertThat(left(least, schedule.steps())).isLessThan(1.001e-8);
      assertThat(FlatSpectra.reach(schedule.steps().size())).isLessThanOrEqualTo(least);
    }
    assertThat(FlatSpectra.ALL).extracting(schedule -> schedule.steps().size()).containsExactly(3, 4);
    assertThat(FlatSpectra.reach(3)).isBetween(0.24, 0.25);
    assertThat(FlatSpectra.reach(4)).isBetween(0.06, 0.065);
    assertThat(PolynomialSteps.from(0.999 * FlatSpectra.reach(3))).hasSize(4);
  }

  @Test
  void theTableOfSchedulesIsWhatTheKernelReads() {
    double[] table = FlatSpectra.table(4e-12);
    assertThat(table).hasSize(1 + 2 + 3 * 3 + 2 + 3 * 4).startsWith(4e-12, FlatSpectra.ALL.getFirst().ratio(), 3);
    Quintic last = FlatSpectra.ALL.getLast().steps().getLast();
    assertThat(table).endsWith(last.a(), last.b(), last.c());
    assertThat(table[12]).isEqualTo(0.02);
    assertThat(table[13]).isEqualTo(4);
  }

  /** What is near to 1 stays there, and does not go through numbers whose squares are small. */
  @Test
  void rationalFunctionsAreMonotoneAndPolynomialsAreNot() {
    double least = 1;
    for (int i = 0; i <= SAMPLES; i++) {
      double sigma = 0.1 + 0.9 * i / SAMPLES;
      least = Math.min(least, RootByProducts.RATIONALS.getFirst().of(sigma));
    }
    assertThat(least).isGreaterThan(0.1);
    assertThat(PolynomialSteps.from(DeviceGramRoot.LEAST).getFirst().of(0.78)).isLessThan(0.1);
  }
}
