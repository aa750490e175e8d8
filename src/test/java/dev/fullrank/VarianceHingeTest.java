package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients; {@link MomentRegularizerTest} has what all regularizers of this kind must do. */
class VarianceHingeTest {
  private final VarianceHinge hinge = VarianceHinge.builder().build();

  private static double[][] gradient(Regularizer r, double[][] z) {
    Matrix m = Samples.matrix(z);
    Matrix g = Samples.blank(m);
    r.valueAndGradient(m, g);
    return Layout.values(g);
  }

  /** The definition, in two passes. */
  private static double naive(double[][] z, double gamma, double epsilon, int lost) {
    int b = z.length;
    int d = z[0].length;
    double sum = 0;
    for (int j = 0; j < d; j++) {
      double mean = 0;
      for (double[] row : z) {
        mean += row[j] / b;
      }
      double squares = 0;
      for (double[] row : z) {
        squares += (row[j] - mean) * (row[j] - mean);
      }
      sum += Math.max(0, gamma - Math.sqrt(squares / (b - lost) + epsilon));
    }
    return sum / d;
  }

  @Test
  void knownValues() {
    Matrix two = Matrix.of(new double[] {0, 0, .2, .4}, 2, 2);
    assertThat(hinge.value(two)).isCloseTo(0.7876030486253618, within(1e-15));
    VarianceHinge biased = VarianceHinge.builder().estimator(VarianceEstimator.BIASED).build();
    assertThat(biased.value(two)).isCloseTo(0.8496256999218916, within(1e-15));

    double[] steps = new double[11];
    for (int i = 0; i < 11; i++) {
      steps[i] = i / 16.0;
    }
    assertThat(hinge.value(Matrix.of(steps, 11, 1))).isCloseTo(0.792469881703884, within(1e-15));

    double[][] constant = new double[32][];
    Arrays.setAll(constant, i -> new double[] {1, -2, 0.3});
    assertThat(hinge.value(Samples.matrix(constant))).isCloseTo(0.99, within(1e-16));
  }

  @Test
  void agreesWithTheDefinitionAtUglySizes() {
    assertIsTheHinge(hinge, 1, 1e-4, 1);
    assertIsTheHinge(
        VarianceHinge.builder().estimator(VarianceEstimator.BIASED).gamma(0.7).epsilon(1e-3).build(), 0.7, 1e-3, 0);
  }

  private static void assertIsTheHinge(Regularizer r, double gamma, double epsilon, int lost) {
    for (int b : new int[] {2, 3, 5, 31, 33, 100}) {
      for (int d : new int[] {1, 2, 7, 33, 129, 260}) {
        double[][] z = Samples.uneven(b + 1000L * d, b, d);
        assertThat(r.value(Samples.matrix(z))).as("%d×%d", b, d).isCloseTo(naive(z, gamma, epsilon, lost), within(b * 1e-15));
      }
    }
  }

  @Test
  void theDefinitionTellsTheBiasedVarianceFromTheUnbiased() {
    VarianceHinge biased = VarianceHinge.builder().estimator(VarianceEstimator.BIASED).build();
    assertThatThrownBy(() -> assertIsTheHinge(biased, 1, 1e-4, 1)).isInstanceOf(AssertionError.class);
  }

  @ParameterizedTest
  @EnumSource(VarianceEstimator.class)
  void gradientAgreesWithDifferences(VarianceEstimator estimator) {
    VarianceHinge r = VarianceHinge.builder().estimator(estimator).epsilon(1e-3).build();
    for (int b : new int[] {8, 20, 40}) {
      double[][] z = Samples.normal(b, b, 9, 0.4, 0.2);
      for (double[] row : z) {
        row[4] *= 10; // a column above the threshold
        row[5] += 50; // one with an offset
      }
      Richardson.check(x -> r.value(Samples.matrix(x)), z, gradient(r, z), 2e-3, 0x1p-53);
    }
  }

  @Test
  void columnsOfTheGradientSumToZeroAndMeetEulersIdentity() {
    double[][] z = Samples.uneven(11, 57, 140);
    double[][] g = gradient(hinge, z);
    for (int j = 0; j < 140; j++) {
      double[] column = column(z, j);
      double[] slope = column(g, j);
      double variance = variance(column);
      double std = Math.sqrt(variance + 1e-4);
      double scale = norm(slope);
      assertThat(sum(slope)).isCloseTo(0, within(1e-14 * scale));
      double expected = std < 1 ? -variance / (140 * std) : 0;
      assertThat(dot(slope, column)).as("column %d", j).isCloseTo(expected, within(1e-14 * (scale * norm(column))));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-450, -20, 1, 30, 450})
  void homogeneousBitForBitInPowersOfTwo(int p) {
    double[][] z = Samples.uneven(12, 40, 130);
    VarianceHinge r = VarianceHinge.builder().gamma(Math.scalb(1.0, p)).epsilon(Math.scalb(1e-4, 2 * p)).build();
    double[][] scaled = Samples.scaled(z, Math.scalb(1.0, p));
    assertThat(r.value(Samples.matrix(scaled))).isEqualTo(Math.scalb(hinge.value(Samples.matrix(z)), p));
    assertThat(gradient(r, scaled)).isDeepEqualTo(gradient(hinge, z));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1000, -700, 700, 1000})
  void homogeneousBitForBitWhereSquaresLeaveTheRange(int p) {
    double[][] z = Samples.uneven(12, 40, 10);
    VarianceHinge plain = VarianceHinge.builder().epsilon(0).build();
    VarianceHinge r = VarianceHinge.builder().gamma(Math.scalb(1.0, p)).epsilon(0).build();
    double[][] scaled = Samples.scaled(z, Math.scalb(1.0, p));
    assertThat(r.value(Samples.matrix(scaled))).isEqualTo(Math.scalb(plain.value(Samples.matrix(z)), p));
    assertThat(gradient(r, scaled)).isDeepEqualTo(gradient(plain, z));
  }

  @Test
  void theLargestAndTheSmallestNumbersHaveFiniteGradients() {
    double max = Double.MAX_VALUE;
    double min = Double.MIN_VALUE;
    VarianceHinge r = VarianceHinge.builder().gamma(max).epsilon(0).build();
    double[][] z = {{max, min, 0, max}, {-max, 0, max, max / 4}, {max, min, max, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}};
    assertThat(r.value(Samples.matrix(z)) / max).isCloseTo(1 - meanStd(z, max), within(1e-14));
    double[][] g = gradient(r, z);
    for (int j = 0; j < 4; j++) {
      double[] slope = column(g, j);
      // ⟨g, z⟩ = −S/d needs z in units in which the product is a number.
      double unit = j == 1 ? min : max;
      double[] scaled = new double[6];
      for (int i = 0; i < 6; i++) {
        scaled[i] = z[i][j] / unit;
      }
      assertThat(dot(slope, scaled)).isCloseTo(-Math.sqrt(variance(scaled)) / 4, within(1e-14));
    }
  }

  private static double meanStd(double[][] z, double unit) {
    double sum = 0;
    for (int j = 0; j < z[0].length; j++) {
      double[] scaled = column(z, j);
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] /= unit;
      }
      sum += Math.sqrt(variance(scaled));
    }
    return sum / z[0].length;
  }

  @Test
  void shiftsAndRowPermutationsChangeNothing() {
    double[][] z = Samples.normal(13, 64, 33, 0.3, 0);
    double expected = hinge.value(Samples.matrix(z));
    Random random = new Random(1);
    for (int i = z.length - 1; i > 0; i--) {
      double[] row = z[i];
      int other = random.nextInt(i + 1);
      z[i] = z[other];
      z[other] = row;
    }
    assertThat(hinge.value(Samples.matrix(z))).isCloseTo(expected, within(1e-14));
    for (double[] row : z) {
      for (int j = 0; j < row.length; j++) {
        row[j] += j - 16;
      }
    }
    assertThat(hinge.value(Samples.matrix(z))).isCloseTo(expected, within(1e-14));
  }

  @Test
  void anOffsetOfManyStandardDeviationsLosesNothingButWhatItsRoundingTook() {
    double[][] z = Samples.normal(14, 50, 5, 1 / 64.0, 0);
    double[][] far = new double[50][5];
    for (int i = 0; i < 50; i++) {
      for (int j = 0; j < 5; j++) {
        far[i][j] = z[i][j] + (1 << 20);
        z[i][j] = far[i][j] - (1 << 20); // exact: what is left of z
      }
    }
    assertThat(hinge.value(Samples.matrix(far))).isCloseTo(hinge.value(Samples.matrix(z)), within(1e-15));
    double[][] near = gradient(hinge, z);
    double[][] away = gradient(hinge, far);
    for (int i = 0; i < 50; i++) {
      for (int j = 0; j < 5; j++) {
        assertThat(away[i][j]).isCloseTo(near[i][j], within(1e-13 * Richardson.norm(near)));
      }
    }
  }

  @Test
  void atTheKinkAndForConstantColumnsTheGradientIsZero() {
    VarianceHinge r = VarianceHinge.builder().gamma(2).epsilon(0).build();
    // Variances 4 (S = γ exactly), 0, and 1.
    double[][] z = {{-2, 5, -1}, {2, 5, 1}, {2, 5, 1}, {-2, 5, -1}, {0, 5, 0}};
    double[][] g = gradient(r, z);
    assertThat(column(g, 0)).containsOnly(0.0);
    assertThat(column(g, 1)).containsOnly(0.0);
    assertThat(column(g, 2)).isNotEqualTo(new double[5]);
    assertThat(r.value(Samples.matrix(z))).isEqualTo((0 + 2 + 1) / 3.0);
  }

  @Test
  void gammaForUnitRowsIsOneOverTheRootOfTheDimension() {
    double[][] z = Samples.normal(15, 20, 16, 0.1, 0);
    VarianceHinge unit = VarianceHinge.builder().gammaForUnitRows().build();
    VarianceHinge quarter = VarianceHinge.builder().gamma(0.25).build();
    assertThat(unit.value(Samples.matrix(z))).isEqualTo(quarter.value(Samples.matrix(z)));
  }

  @Test
  void rowsInAnArrayOfFloatsAreReachedWithoutAllocating() {
    Matrix z = Matrix.of(new float[40 * 200], 40, 200);
    Matrix g = Matrix.of(new float[3 + 40 * 203], 3, 40, 200, 203);
    assertThat(Allocation.fewestBytes(() -> hinge.valueAndGradient(z, g))).isZero();
  }

  @Test
  void detailsCountActiveAndDeadDimensions() {
    double[][] z = {{0, 1, -3}, {0.2, 1, 3}, {0.4, 1, 0}};
    try (Evaluation e = hinge.forward(Samples.matrix(z))) {
      Details.Variance v = (Details.Variance) e.details();
      assertThat(v.activeDimensions()).isEqualTo(2);
      assertThat(v.deadDimensions()).isEqualTo(1);
      assertThat(v.smallestStd()).isCloseTo(0.01, within(1e-16));
      assertThat(v.meanStd()).isCloseTo((Math.sqrt(0.04 + 1e-4) + 0.01 + Math.sqrt(9 + 1e-4)) / 3, within(1e-15));
    }
  }

  private static double[] column(double[][] z, int j) {
    double[] column = new double[z.length];
    Arrays.setAll(column, i -> z[i][j]);
    return column;
  }

  private static double sum(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v;
    }
    return sum;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  private static double variance(double[] x) {
    double mean = sum(x) / x.length;
    double squares = 0;
    for (double v : x) {
      squares += (v - mean) * (v - mean);
    }
    return squares / (x.length - 1);
  }
}
