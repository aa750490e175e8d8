package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightedSumTest {
  private static final SvMax SV_MAX = SvMax.builder().build();
  private static final VarianceHinge HINGE = VarianceHinge.builder().build();
  private static final CovariancePenalty COVARIANCE = CovariancePenalty.builder().build();

  private static final WeightedSum SUM =
      WeightedSum.builder().add(2, SV_MAX).add(25, HINGE).add(-0.5, COVARIANCE).add(0.25, HINGE).build();

  private static Matrix random(int b, int d) {
    return Matrix.of(new Random(b + d).doubles((long) b * d, -1, 1).toArray(), b, d);
  }

  private static double[] gradient(Regularizer r, Matrix z) {
    double[] g = new double[z.rows() * z.columns()];
    r.valueAndGradient(z, Matrix.of(g, z.rows(), z.columns()));
    return g;
  }

  @Test
  void theSumHasTheWeightedGradientOfItsTerms() {
    for (int[] shape : new int[][] {{6, 4}, {4, 6}, {70, 33}}) {
      Matrix z = random(shape[0], shape[1]);
      double[] expected = new double[z.rows() * z.columns()];
      double value = 0;
      for (WeightedSum.Term term : SUM.terms()) {
        double[] g = gradient(term.regularizer(), z);
        Arrays.setAll(expected, i -> expected[i] + term.weight() * g[i]);
        value += term.weight() * term.regularizer().value(z);
      }
      double ulp = Math.ulp(Arrays.stream(expected).map(Math::abs).max().orElseThrow());
      assertThat(gradient(SUM, z)).usingComparatorWithPrecision(4 * ulp).containsExactly(expected);
      assertThat(SUM.value(z)).isCloseTo(value, within(4 * Math.ulp(value)));
      try (Evaluation e = SUM.forward(z)) {
        double[] g = new double[expected.length];
        e.gradient(-2, Matrix.of(g, z.rows(), z.columns()));
        Arrays.setAll(g, i -> -g[i] / 2);
        assertThat(g).usingComparatorWithPrecision(4 * ulp).containsExactly(expected);
      }
    }
  }

  @Test
  void eachTermStaysReadableWithoutItsWeight() {
    Matrix z = random(9, 5);
    try (Evaluation e = SUM.forward(z)) {
      List<Evaluation> terms = e.terms();
      assertThat(terms).hasSize(4);
      assertThat(terms.get(1).value()).isEqualTo(HINGE.value(z));
      assertThat(terms.get(2).value()).isEqualTo(COVARIANCE.value(z));
      double[] g = new double[45];
      terms.get(2).gradient(1, Matrix.of(g, 9, 5));
      assertThat(g).containsExactly(gradient(COVARIANCE, z));
      assertThat(((Details.Sum) e.details()).terms().get(1)).isInstanceOf(Details.Variance.class);
      assertThat(e.value())
          .isEqualTo(2 * terms.get(0).value() + 25 * terms.get(1).value() - 0.5 * terms.get(2).value() + 0.25 * terms.get(3).value());
    }
  }

  @Test
  void aSumOfFloatGradientsIsRoundedOnce() {
    Matrix z = random(6, 4);
    float[] g = new float[24];
    SUM.valueAndGradient(z, Matrix.of(g, 6, 4));
    double[] exact = gradient(SUM, z);
    for (int i = 0; i < 24; i++) {
      assertThat(g[i]).isEqualTo((float) exact[i]);
    }
  }

  @Test
  void theStrictestPolicyDecidesOnNonFiniteInput() {
    Matrix z = Matrix.of(new double[] {1, Double.NaN, 2, 3}, 2, 2);
    NonFinitePolicy propagate = NonFinitePolicy.PROPAGATE;
    VarianceHinge lenient = VarianceHinge.builder().nonFinite(propagate).build();
    WeightedSum mixed = WeightedSum.builder().add(1, lenient).add(1, COVARIANCE).build();
    assertThatThrownBy(() -> mixed.value(z)).isInstanceOf(NonFiniteInputException.class);
    SvMax lenientSvMax = SvMax.builder().nonFinite(propagate).build();
    WeightedSum nan = WeightedSum.builder().add(1, lenient).add(1, lenientSvMax).build();
    assertThat(nan.value(z)).isNaN();
    assertThat(gradient(nan, z)).containsOnly(Double.NaN);
  }

  @Test
  void aClosedTermClosesNothingButIsNotUsed() {
    VarianceHinge own = VarianceHinge.builder().build();
    WeightedSum sum = WeightedSum.builder().add(1, own).build();
    Matrix z = random(3, 3);
    sum.close();
    assertThat(own.value(z)).isFinite();
    assertThatThrownBy(() -> sum.value(z)).isInstanceOf(IllegalStateException.class);
    WeightedSum other = WeightedSum.builder().add(1, own).build();
    own.close();
    assertThatThrownBy(() -> other.value(z)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEmptySumIsRefused() {
    assertThatThrownBy(() -> WeightedSum.builder().build()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> WeightedSum.builder().add(Double.NaN, HINGE)).hasMessageContaining("weight must be finite");
  }
}
