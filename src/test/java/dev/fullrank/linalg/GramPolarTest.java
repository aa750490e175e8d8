package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Matrix;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GramPolarTest {
  private static final double UNIT_ROUNDOFF = 0x1p-53;

  private final NaiveOps ops = new NaiveOps();
  private final GramPolar<double[]> polar = new GramPolar<>(ops, new NaiveColumnOps());

  /** ‖Z·G·Z − I‖_F, which is u·κ² for a backward stable inverse square root. */
  private double residual(int k) {
    double[] product = new double[k * k];
    double[] result = new double[k * k];
    ops.symmetricProduct(ops.buffer(GramPolar.Z), ops.buffer(GramPolar.G), product);
    ops.symmetricProduct(product, ops.buffer(GramPolar.Z), result);
    ops.combine(-1, 1, result, 0, result, result);
    return Math.sqrt(ops.dot(result, result));
  }

  private void gramOf(double[] e, int b, int d) {
    ops.resize(b);
    ops.gramOfRows(new Operand().set(Matrix.of(e, b, d), null, null), ops.buffer(GramPolar.G));
  }

  @ParameterizedTest
  @CsvSource({"1,1,10", "1,5,10", "2,3,10", "7,7,100", "16,40,1e3", "33,60,1e4", "40,40,1e5", "20,90,3e6"})
  void theInverseSquareRootLeavesAResidualOfTheSquaredConditionNumber(int b, int d, double condition) {
    gramOf(graded(b, d, condition), b, d);
    assertThat(polar.survey()).isTrue();
    assertThat(polar.compute(1e-15, false)).isTrue();
    assertThat(residual(b)).isLessThan(8 * UNIT_ROUNDOFF * polar.squaredCondition());
  }

  /** The factors of a split Z, multiplied, are Z itself to the rounding of double, in which this reference does everything. */
  @ParameterizedTest
  @CsvSource({"5,9,3", "20,33,100", "40,40,1e4"})
  void theFactorsOfASplitRootCommute(int b, int d, double condition) {
    gramOf(graded(b, d, condition), b, d);
    assertThat(polar.survey()).isTrue();
    assertThat(polar.compute(1e-15, false)).isTrue();
    double[] z = ops.buffer(GramPolar.Z).clone();
    assertThat(polar.compute(1e-15, true)).isTrue();
    double[] product = new double[b * b];
    double[] zg = new double[b * b];
    ops.symmetricProduct(ops.buffer(GramPolar.P), ops.buffer(GramPolar.Z), product);
    ops.symmetricProduct(ops.buffer(GramPolar.Z), ops.buffer(GramPolar.G), zg);
    double error = 64 * UNIT_ROUNDOFF * polar.squaredCondition();
    ops.combine(0, 1, product, -1, z, product);
    assertThat(Math.sqrt(ops.dot(product, product) / ops.dot(z, z))).isLessThan(error);
    ops.combine(0, 1, zg, -1, ops.buffer(GramPolar.ZG), product);
    assertThat(Math.sqrt(ops.dot(product, product) / ops.dot(zg, zg))).isLessThan(error);
  }

  @Test
  void aStepMoreMendsWhatAWrongBoundLeft() {
    gramOf(graded(12, 30, 50), 12, 30);
    assertThat(polar.survey()).isTrue();
    assertThat(polar.compute(0.2, false)).isTrue();
    double before = residual(12);
    assertThat(before).isBetween(1e-6, 0.9);
    assertThat(polar.refine(before)).isTrue();
    assertThat(residual(12)).isLessThan(0.1 * before * before);
  }

  @Test
  void theConditionNumberIsEstimatedFromAbove() {
    gramOf(new double[] {1, 0, 0, 1e-4}, 2, 2);
    assertThat(polar.survey()).isTrue();
    assertThat(polar.squaredCondition()).isBetween(1e8, 2.3e8);
  }

  @Test
  void aSingularGramMatrixIsRefused() {
    gramOf(new double[] {1, 2, 2, 4}, 2, 2);
    assertThat(polar.survey()).isFalse();
    assertThat(polar.squaredCondition()).isInfinite();
    gramOf(new double[4], 2, 2);
    assertThat(polar.survey()).isFalse();
  }

  @Test
  void aMultipleOfTheIdentityTakesOneStep() {
    gramOf(new double[] {3, 0, 0, 3}, 2, 2);
    assertThat(polar.survey()).isTrue();
    assertThat(polar.compute(1e-15, false)).isTrue();
    assertThat(ops.buffer(GramPolar.Z)).usingComparatorWithPrecision(1e-15).containsExactly(1 / 3.0, 0, 0, 1 / 3.0);
  }

  private static double[] graded(int b, int d, double condition) {
    Random random = new Random(b * 31 + d);
    double[] e = new double[b * d];
    for (int i = 0; i < b; i++) {
      double scale = Math.pow(condition, -i / Math.max(1.0, b - 1));
      for (int j = 0; j < d; j++) {
        e[i * d + j] = scale * random.nextGaussian();
      }
    }
    return e;
  }
}
