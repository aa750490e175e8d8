package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.CovariancePenalty;
import dev.fullrank.Details;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.SvMax;
import dev.fullrank.VarianceEstimator;
import dev.fullrank.VarianceHinge;
import dev.fullrank.WeightedSum;
import java.util.Arrays;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Numbers worked out elsewhere, by hand and in other systems. */
class NumbersTest {
  private static final Percentage ROUNDING = Percentage.withPercentage(1e-11);

  private static Details.Spectral details(Regularizer r, Matrix z) {
    try (Evaluation evaluation = r.forward(z)) {
      return (Details.Spectral) evaluation.details();
    }
  }

  @Test
  void boundsOfUnitRowsForEitherShape() {
    try (Regularizer s = MeanSingularValue.builder().device(Kind.DEVICE).normalizeRows(true).build()) {
      Details.Spectral tall = details(s, Kind.data(144, 128).toMatrix());
      assertThat(tall.lowerBound()).isCloseTo(0.09375, ROUNDING);
      assertThat(tall.upperBound()).isCloseTo(1.0606601717798212, ROUNDING);
      Details.Spectral wide = details(s, Kind.data(64, 128).toMatrix());
      assertThat(wide.lowerBound()).isCloseTo(0.125, ROUNDING);
      assertThat(wide.upperBound()).isCloseTo(1, ROUNDING);
      assertThat(wide.meanSingularValue()).isBetween(0.125, 1.0);
    }
  }

  @Test
  void threeUnitRows() {
    Matrix z = Matrix.of(new double[] {1, 0, 0, 1, 1, 0}, 3, 2);
    try (Regularizer s = MeanSingularValue.builder().device(Kind.DEVICE).build(); Regularizer svMax = SvMax.builder().build()) {
      assertThat(s.value(z)).isCloseTo(1.2071067811865475, ROUNDING);
      assertThat(svMax.value(z)).isCloseTo(1.0503984758101148, ROUNDING);
    }
  }

  @Test
  void equationFourRunsFromLambdaToLambdaTimesE() {
    try (Regularizer svMax = SvMax.builder().device(Kind.DEVICE).strength(2).build()) {
      Matrix best = OrthogonalMatrices.stackedIdentities(8).toMatrix();
      Matrix worst = OrthogonalMatrices.equalRows(32, 8).toMatrix();
      assertThat(svMax.value(best)).isCloseTo(2, ROUNDING);
      assertThat(svMax.value(worst)).isCloseTo(2 * Math.E, ROUNDING);
      assertThat(details(svMax, best).utilisation()).isCloseTo(1, ROUNDING);
      assertThat(details(svMax, worst).utilisation()).isBetween(0.0, 1e-12);
    }
  }

  @Test
  void aSingleDirectionHasUtilisationOneAndNoGradient() {
    for (int[] shape : new int[][] {{1, 1}, {1, 6}, {6, 1}}) {
      Matrix z = Kind.data(shape[0], shape[1]).toMatrix();
      try (Regularizer svMax = SvMax.builder().device(Kind.DEVICE).strength(3).build()) {
        Bits bits = Kind.bits(svMax, z);
        assertThat(bits.value()).isEqualTo(3);
        assertThat(Arrays.stream(bits.gradient()).allMatch(g -> g == 0)).isTrue();
        assertThat(details(svMax, z).utilisation()).isEqualTo(1);
      }
    }
  }

  @Test
  void oneToSix() {
    try (Regularizer s = MeanSingularValue.builder().device(Kind.DEVICE).build()) {
      assertThat(s.value(Matrix.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2))).isCloseTo(5.01990933611188, ROUNDING);
    }
  }

  @Test
  void aHundredEqualRowsOfPointSixPointEight() {
    Matrix z = TestMatrix.of("equal", 100, 2, (_, j) -> j == 0 ? 0.6 : 0.8).toMatrix();
    try (Regularizer s = MeanSingularValue.builder().device(Kind.DEVICE).build()) {
      assertThat(2 * s.value(z)).isCloseTo(10, ROUNDING);
    }
  }

  @Test
  void vicRegOfTwoSamples() {
    Matrix z = Matrix.of(new double[] {0, 0, 0.2, 0.4}, 2, 2);
    try (Regularizer unbiased = VarianceHinge.builder().device(Kind.DEVICE).build();
        Regularizer biased = VarianceHinge.builder().device(Kind.DEVICE).estimator(VarianceEstimator.BIASED).build();
        Regularizer covariance = CovariancePenalty.builder().device(Kind.DEVICE).build()) {
      assertThat(unbiased.value(z)).isCloseTo(0.7876030486253618, ROUNDING);
      assertThat(biased.value(z)).isCloseTo(0.8496256999218916, ROUNDING);
      assertThat(covariance.value(z)).isCloseTo(0.0016, ROUNDING);
    }
  }

  @Test
  void aColumnOfSixteenths() {
    Matrix z = TestMatrix.of("sixteenths", 11, 1, (i, _) -> i / 16.0).toMatrix();
    try (Regularizer hinge = VarianceHinge.builder().device(Kind.DEVICE).gamma(1).epsilon(0).build();
        Regularizer standard = VarianceHinge.builder().device(Kind.DEVICE).build()) {
      assertThat(hinge.value(z)).isCloseTo(1 - Math.sqrt(11.0) / 16, ROUNDING);
      assertThat(standard.value(z)).isCloseTo(0.792469881703884, ROUNDING);
    }
  }

  @Test
  void constantColumns() {
    Matrix z = TestMatrix.of("constant", 32, 3, (_, j) -> j - 7.25).toMatrix();
    for (double epsilon : new double[] {1e-4, 0}) {
      try (Regularizer hinge = VarianceHinge.builder().device(Kind.DEVICE).epsilon(epsilon).build()) {
        Bits bits = Kind.bits(hinge, z);
        assertThat(bits.value()).isCloseTo(epsilon == 0 ? 1 : 0.99, ROUNDING);
        assertThat(Arrays.stream(bits.gradient()).allMatch(g -> g == 0)).isTrue();
      }
    }
  }

  /** relu′(0) = 0: a column exactly at the threshold gets no gradient. */
  @Test
  void theKink() {
    Matrix z = Matrix.of(new double[] {-1, 1}, 2, 1);
    try (Regularizer hinge = VarianceHinge.builder().device(Kind.DEVICE).gamma(Math.sqrt(2)).epsilon(0).build()) {
      Bits bits = Kind.bits(hinge, z);
      assertThat(bits.value()).isEqualTo(0);
      assertThat(Arrays.stream(bits.gradient()).allMatch(g -> g == 0)).isTrue();
    }
  }

  @Test
  void zeroRowsStayZeroUnderNormalisation() {
    TestMatrix full = Kind.data(6, 9);
    Matrix z = TestMatrix.of("zero rows", 6, 9, (i, j) -> i == 2 || i == 5 ? 0 : full.baseAt(i, j)).toMatrix();
    try (Regularizer s = MeanSingularValue.builder().device(Kind.DEVICE).normalizeRows(true).build()) {
      double[] gradient = Kind.bits(s, z).gradient();
      for (int j = 0; j < 9; j++) {
        assertThat(gradient[2 * 9 + j]).isEqualTo(0);
        assertThat(gradient[5 * 9 + j]).isEqualTo(0);
      }
      assertThat(Arrays.stream(gradient).allMatch(Double::isFinite)).isTrue();
    }
  }

  @Test
  void aWeightedSumIsTheSumOfItsTerms() {
    Matrix z = Kind.data(12, 7).toMatrix();
    try (Regularizer s = Kind.MEAN.create();
        Regularizer hinge = Kind.HINGE.create();
        Regularizer covariance = Kind.COVARIANCE.create();
        Regularizer sum = WeightedSum.builder().add(-2, s).add(25, hinge).add(0.5, covariance).build()) {
      Bits a = Kind.bits(s, z);
      Bits b = Kind.bits(hinge, z);
      Bits c = Kind.bits(covariance, z);
      Bits total = Kind.bits(sum, z);
      assertThat(total.value()).isCloseTo(-2 * a.value() + 25 * b.value() + 0.5 * c.value(), ROUNDING);
      double[] difference = total.gradient();
      for (int i = 0; i < difference.length; i++) {
        difference[i] -= -2 * a.gradient()[i] + 25 * b.gradient()[i] + 0.5 * c.gradient()[i];
      }
      assertThat(Compensated.norm(difference)).isLessThan(1e-14 * Compensated.norm(total.gradient()));
      try (Evaluation evaluation = sum.forward(z)) {
        assertThat(evaluation.terms()).hasSize(3);
        assertThat(evaluation.terms().get(1).value()).isEqualTo(b.value());
        assertThat(((Details.Sum) evaluation.details()).terms()).hasSize(3);
      }
    }
  }
}
