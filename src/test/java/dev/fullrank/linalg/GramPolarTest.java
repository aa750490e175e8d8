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
    Random random = new Random(b * 31 + d);
    double[] e = new double[b * d];
    for (int i = 0; i < b; i++) {
      double scale = Math.pow(condition, -i / Math.max(1.0, b - 1));
      for (int j = 0; j < d; j++) {
        e[i * d + j] = scale * random.nextGaussian();
      }
    }
    gramOf(e, b, d);
    assertThat(polar.compute(1e15, 1e-15)).isTrue();
    assertThat(residual(b)).isLessThan(8 * UNIT_ROUNDOFF * polar.squaredCondition());
  }

  @Test
  void aConditionNumberBeyondTheLimitIsRefusedBeforeAnyStep() {
    gramOf(new double[] {1, 0, 0, 1e-4}, 2, 2);
    assertThat(polar.compute(1e7, 1e-12)).isFalse();
    assertThat(polar.squaredCondition()).isBetween(1e8, 2.3e8);
    assertThat(polar.compute(1e9, 1e-12)).isTrue();
  }

  @Test
  void aSingularGramMatrixIsRefused() {
    gramOf(new double[] {1, 2, 2, 4}, 2, 2);
    assertThat(polar.compute(1e300, 1e-12)).isFalse();
    gramOf(new double[4], 2, 2);
    assertThat(polar.compute(1e300, 1e-12)).isFalse();
  }

  @Test
  void anAbsurdlyCloseBoundStillConverges() {
    gramOf(new double[] {3, 0, 0, 3}, 2, 2);
    assertThat(polar.compute(1e3, 1e-15)).isTrue();
    assertThat(ops.buffer(GramPolar.Z)).usingComparatorWithPrecision(1e-15).containsExactly(1 / 3.0, 0, 0, 1 / 3.0);
  }
}
