package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Matrix;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanczosBoundsTest {
  private final NaiveOps ops = new NaiveOps();
  private final LanczosBounds<double[]> bounds = new LanczosBounds<>(ops);

  private static double[] diagonal(double... values) {
    double[] a = new double[values.length * values.length];
    for (int i = 0; i < values.length; i++) {
      a[i * (values.length + 1)] = values[i];
    }
    return a;
  }

  @Test
  void withAsManyStepsAsDimensionsTheEndsAreExact() {
    for (double[] values : new double[][] {{3}, {2, 2}, {1, 5}, {4, 1, 3}, {1, 2, 3, 4, 5, 6, 7}}) {
      ops.resize(values.length);
      assertThat(bounds.estimate(diagonal(values), 10)).isTrue();
      double least = Double.POSITIVE_INFINITY;
      double most = 0;
      for (double v : values) {
        least = Math.min(least, v);
        most = Math.max(most, v);
      }
      assertThat(bounds.least()).isBetween(least * (1 - 1e-9), least * (1 + 1e-9));
      assertThat(bounds.most()).isBetween(most * (1 - 1e-9), most * (1 + 1e-9));
    }
  }

  /** The spectrum of a Gaussian matrix fills an interval with ends (1 ± √(b/d))² (Marchenko and Pastur). */
  @ParameterizedTest
  @CsvSource({"60,240", "60,480", "120,480"})
  void theEndsOfTheSpectrumOfGaussianDataAreMet(int b, int d) {
    for (int seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      double[] e = new double[b * d];
      for (int i = 0; i < e.length; i++) {
        e[i] = random.nextGaussian();
      }
      ops.resize(b);
      ops.gramOfRows(new Operand().set(Matrix.of(e, b, d), null, null), ops.buffer(0));
      double[] w = new double[b];
      new SymmetricEigen(new NaiveColumnOps()).values(ops.buffer(0).clone(), b, w);
      assertThat(bounds.estimate(ops.buffer(0), 20)).isTrue();
      assertThat(bounds.most()).isBetween(0.98 * w[0], 1.05 * w[0]);
      assertThat(bounds.least()).isBetween(0.8 * w[b - 1], 1.1 * w[b - 1]);
    }
  }

  @Test
  void aSpectrumThatIsTooWideIsRefused() {
    ops.resize(3);
    assertThat(bounds.estimate(diagonal(1, 3, 9), 8.9)).isFalse();
    assertThat(bounds.estimate(diagonal(1, 3, 9), 9.1)).isTrue();
    assertThat(bounds.estimate(diagonal(0, 1, 1), 1e10)).isFalse();
    assertThat(bounds.estimate(diagonal(-1, 1, 1), 1e10)).isFalse();
    assertThat(bounds.estimate(diagonal(Double.NaN, 1, 1), 10)).isFalse();
    assertThat(bounds.estimate(diagonal(0, 0, 0), 10)).isFalse();
  }
}
