package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients; {@link MomentRegularizerTest} has what all regularizers of this kind must do. */
class CovariancePenaltyTest {
  private static final double ULP = 0x1p-53;

  private final CovariancePenalty penalty = CovariancePenalty.builder().build();

  private static double[][] gradient(Regularizer r, double[][] z) {
    Matrix m = Samples.matrix(z);
    Matrix g = Samples.blank(m);
    r.valueAndGradient(m, g);
    return Layout.values(g);
  }

  /** Covariances times b²·(b−1), without rounding. */
  private static BigDecimal[][] exactCovariances(double[][] z) {
    int b = z.length;
    int d = z[0].length;
    BigDecimal[][] y = new BigDecimal[b][d];
    for (int j = 0; j < d; j++) {
      BigDecimal sum = BigDecimal.ZERO;
      for (double[] row : z) {
        sum = sum.add(new BigDecimal(row[j]));
      }
      for (int i = 0; i < b; i++) {
        y[i][j] = new BigDecimal(z[i][j]).multiply(BigDecimal.valueOf(b)).subtract(sum);
      }
    }
    BigDecimal[][] c = new BigDecimal[d][d];
    for (int j = 0; j < d; j++) {
      for (int l = 0; l < d; l++) {
        c[j][l] = BigDecimal.ZERO;
        for (int i = 0; i < b; i++) {
          c[j][l] = c[j][l].add(y[i][j].multiply(y[i][l]));
        }
      }
    }
    return c;
  }

  /** Σ C_jl² over j ≠ l, or over all j, l; divided by d. */
  private static double exact(double[][] z, boolean withDiagonal) {
    BigDecimal[][] c = exactCovariances(z);
    BigDecimal sum = BigDecimal.ZERO;
    for (int j = 0; j < c.length; j++) {
      for (int l = 0; l < c.length; l++) {
        sum = withDiagonal || j != l ? sum.add(c[j][l].multiply(c[j][l])) : sum;
      }
    }
    BigDecimal unit = BigDecimal.valueOf(z.length).pow(2).multiply(BigDecimal.valueOf(z.length - 1));
    return sum.divide(unit.pow(2).multiply(BigDecimal.valueOf(c.length)), MathContext.DECIMAL128).doubleValue();
  }

  @Test
  void knownValue() {
    assertThat(penalty.value(Matrix.of(new double[] {0, 0, .2, .4}, 2, 2))).isCloseTo(0.0016, within(1e-17));
  }

  @ParameterizedTest
  @CsvSource({"2,2", "2,7", "3,3", "5,4", "4,5", "9,30", "30,9", "17,16", "16,17", "33,34", "12,40"})
  void agreesWithExactArithmeticAtUglySizes(int b, int d) {
    double[][] z = Samples.uneven(b * 100L + d, b, d);
    double whole = exact(z, true);
    double relative = Math.abs(penalty.value(Samples.matrix(z)) - exact(z, false)) / (b < d ? whole : exact(z, false));
    assertThat(relative).isLessThan(4 * b * ULP);
  }

  @Test
  void orthogonalColumnsHaveNoPenaltyBeyondTheRoundingOfTheirVariances() {
    // One live column: with b < d the whole of ‖C‖² is diagonal.
    double[][] z = new double[6][9];
    for (int i = 0; i < 6; i++) {
      z[i][4] = Math.sin(i);
    }
    double variance = Math.sqrt(exact(z, true) * 9);
    assertThat(penalty.value(Samples.matrix(z))).isBetween(0.0, 4 * 6 * ULP * variance * variance / 9);
    for (double[] row : gradient(penalty, z)) {
      for (double g : row) {
        assertThat(Math.abs(g)).isLessThan(4 * 6 * ULP * 4 * variance / 9);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"20,6", "6,20", "12,12"})
  void gradientAgreesWithDifferences(int b, int d) {
    for (CovarianceDivisor divisor : CovarianceDivisor.values()) {
      for (VarianceEstimator estimator : VarianceEstimator.values()) {
        CovariancePenalty r = CovariancePenalty.builder().divisor(divisor).estimator(estimator).build();
        double[][] z = Samples.uneven(b * 7L + d, b, d);
        Richardson.check(x -> r.value(Samples.matrix(x)), z, gradient(r, z), 0.02, b * ULP);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"40,13", "13,40"})
  void gradientSumsToZeroAndMeetsEulersIdentity(int b, int d) {
    double[][] z = Samples.uneven(3, b, d);
    double[][] g = gradient(penalty, z);
    double scale = Richardson.norm(g);
    for (int j = 0; j < d; j++) {
      double sum = 0;
      for (double[] row : g) {
        sum += row[j];
      }
      assertThat(sum).isCloseTo(0, within(4 * b * ULP * scale));
    }
    double c = penalty.value(Samples.matrix(z));
    assertThat(Richardson.dot(g, z)).isCloseTo(4 * c, within(4 * b * ULP * scale * Richardson.norm(z)));
  }

  @ParameterizedTest
  @ValueSource(ints = {-250, -100, -3, 5, 100, 250})
  void homogeneousOfDegreeFourBitForBitInPowersOfTwo(int p) {
    for (int[] shape : new int[][] {{10, 4}, {4, 10}}) {
      double[][] z = Samples.uneven(5, shape[0], shape[1]);
      double[][] scaled = Samples.scaled(z, Math.scalb(1.0, p));
      assertThat(penalty.value(Samples.matrix(scaled))).isEqualTo(Math.scalb(penalty.value(Samples.matrix(z)), 4 * p));
      double[][] expected = Samples.scaled(gradient(penalty, z), Math.scalb(1.0, 3 * p));
      assertThat(gradient(penalty, scaled)).isDeepEqualTo(expected);
    }
  }

  @Test
  void whatIsBeyondTheRangeOfDoubleIsInfiniteOrZeroAndNeverNaN() {
    for (int[] shape : new int[][] {{10, 4}, {4, 10}}) {
      double[][] z = Samples.normal(6, shape[0], shape[1], 1, 0);
      assertThat(penalty.value(Samples.matrix(Samples.scaled(z, 0x1p1000)))).isInfinite().isPositive();
      assertThat(penalty.value(Samples.matrix(Samples.scaled(z, 0x1p-1040)))).isEqualTo(0);
      for (double[] row : gradient(penalty, Samples.scaled(z, 0x1p1000))) {
        for (double g : row) {
          assertThat(Math.abs(g)).isInfinite();
        }
      }
      for (double[] row : gradient(penalty, Samples.scaled(z, 0x1p-1040))) {
        assertThat(row).containsOnly(0.0);
      }
    }
  }

  @Test
  void oneFeatureOrConstantFeaturesHaveNone() {
    double[][] one = Samples.normal(7, 10, 1, 1, 0);
    CovariancePenalty mean = CovariancePenalty.builder().divisor(CovarianceDivisor.OFF_DIAGONAL_ENTRIES).build();
    assertThat(mean.value(Samples.matrix(one))).isEqualTo(0);
    assertThat(gradient(mean, one)).isDeepEqualTo(new double[10][1]);
    assertThat(penalty.value(Samples.matrix(new double[3][5]))).isEqualTo(0);
    assertThat(gradient(penalty, new double[3][5])).isDeepEqualTo(new double[3][5]);
  }

  @Test
  void offDiagonalEntriesAreAveraged() {
    Matrix z = Samples.matrix(Samples.normal(8, 20, 5, 1, 0));
    CovariancePenalty mean = CovariancePenalty.builder().divisor(CovarianceDivisor.OFF_DIAGONAL_ENTRIES).build();
    assertThat(mean.value(z)).isCloseTo(penalty.value(z) / 4, within(1e-16));
    CovariancePenalty biased = CovariancePenalty.builder().estimator(VarianceEstimator.BIASED).build();
    assertThat(biased.value(z)).isCloseTo(penalty.value(z) * (19 / 20.0) * (19 / 20.0), within(1e-16));
  }

  @Test
  void detailsGiveTheUndividedSum() {
    Matrix z = Samples.matrix(Samples.normal(9, 20, 5, 1, 0));
    try (Evaluation e = penalty.forward(z)) {
      assertThat(((Details.Covariance) e.details()).sumOfSquares()).isCloseTo(5 * e.value(), within(1e-15));
    }
  }
}
