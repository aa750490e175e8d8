package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Matrix;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GramRootTest {
  private static final double UNIT_ROUNDOFF = 0x1p-53;

  private final NaiveOps ops = new NaiveOps();
  private final GramRoot<double[]> root = new GramRoot<>(ops);

  /** ‖Z·G·Z − I‖_F, which is u·κ² for a backward stable inverse square root. */
  private double residual(int k) {
    double[] product = new double[k * k];
    double[] result = new double[k * k];
    ops.symmetricProduct(ops.buffer(GramRoot.Z), ops.buffer(GramRoot.G), product);
    ops.symmetricProduct(product, ops.buffer(GramRoot.Z), result);
    ops.combine(-1, 1, result, 0, result, result);
    return Math.sqrt(ops.dot(result, result));
  }

  private void gramOf(double[] e, int b, int d) {
    ops.resize(b);
    ops.gramOfRows(new Operand().set(Matrix.of(e, b, d), null, null), ops.buffer(GramRoot.G));
  }

  @ParameterizedTest
  @CsvSource({"1,1,10", "1,5,10", "2,3,10", "7,7,100", "16,40,1e3", "33,60,1e4", "40,40,1e2"})
  void theInverseSquareRootLeavesAResidualOfTheSquaredConditionNumber(int b, int d, double condition) {
    gramOf(graded(b, d, condition), b, d);
    assertThat(root.survey()).isTrue();
    assertThat(root.choose(1e-9)).isTrue();
    root.form();
    assertThat(residual(b)).isLessThan(4 * Math.sqrt(b) * 1e-9 + 32 * UNIT_ROUNDOFF * root.squaredCondition());
  }

  /** Σσ and tr Z are those of the dense Z, and do not need it. */
  @ParameterizedTest
  @CsvSource({"1,3,10", "9,20,10", "33,60,1e3"})
  void tracesAreKnownBeforeTheRoot(int b, int d, double condition) {
    gramOf(graded(b, d, condition), b, d);
    root.survey();
    assertThat(root.choose(1e-12)).isTrue();
    double sum = root.sum();
    double trace = root.traceOfRoot();
    root.form();
    double error = 64 * UNIT_ROUNDOFF * root.squaredCondition();
    assertThat(Math.abs(sum / ops.dot(ops.buffer(GramRoot.Z), ops.buffer(GramRoot.G)) - 1)).isLessThan(error);
    assertThat(Math.abs(trace / ops.trace(ops.buffer(GramRoot.Z)) - 1)).isLessThan(error);
  }

  @Test
  void theConditionNumberIsBoundedFromAbove() {
    gramOf(new double[] {1, 0, 0, 1e-4}, 2, 2);
    assertThat(root.survey()).isTrue();
    assertThat(root.squaredCondition()).isBetween(1e8, 1.27e8);
  }

  @Test
  void aSingularGramMatrixIsRefused() {
    gramOf(new double[] {1, 2, 2, 4}, 2, 2);
    assertThat(root.survey()).isFalse();
    assertThat(root.squaredCondition()).isInfinite();
    gramOf(new double[4], 2, 2);
    assertThat(root.survey()).isFalse();
  }

  /** A condition number that no Gram matrix in double survives has no function with so few poles. */
  @Test
  void whatNeedsTooManyPolesIsRefused() {
    gramOf(new double[] {1, 0, 0, 1e-7}, 2, 2);
    assertThat(root.survey()).isTrue();
    assertThat(root.choose(1e-15)).isFalse();
  }

  @Test
  void aMultipleOfTheIdentity() {
    gramOf(new double[] {3, 0, 0, 3}, 2, 2);
    assertThat(root.survey()).isTrue();
    assertThat(root.choose(1e-14)).isTrue();
    root.form();
    assertThat(ops.buffer(GramRoot.Z)).usingComparatorWithPrecision(1e-14).containsExactly(1 / 3.0, 0, 0, 1 / 3.0);
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
