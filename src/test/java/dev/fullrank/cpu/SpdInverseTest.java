package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The inverse by its residual, ‖AW − I‖ / (m·eps·‖A‖·‖W‖) in the Frobenius norm: LAPACK's ratio (dpot03), which a backward-stable
 * inverse keeps of order one whatever the condition of A.
 */
class SpdInverseTest {
  static List<CpuOps> ops() {
    return Implementations.ops();
  }

  private static double residual(CpuOps ops, double[] a, int m) {
    double[] w = new double[m * m];
    Arrays.fill(w, Double.NaN);
    assertThat(ops.resize(m).invertPositiveDefinite(a.clone(), w)).as("m=%d", m).isTrue();
    double[] product = Naive.product(a, w, m, m, m);
    double error = 0;
    double sizeA = 0;
    double sizeW = 0;
    for (int i = 0; i < m * m; i++) {
      double difference = product[i] - (i % (m + 1) == 0 ? 1 : 0);
      error += difference * difference;
      sizeA += a[i] * a[i];
      sizeW += w[i] * w[i];
      assertThat(w[i]).as("symmetric").isEqualTo(w[i % m * m + i / m]);
    }
    return Math.sqrt(error) / (m * 0x1p-52 * Math.sqrt(sizeA) * Math.sqrt(sizeW));
  }

  /** H·diag(1 … 1/κ, geometric)·H with the reflection H = I − 2vvᵀ/vᵀv of a random v. */
  private static double[] withCondition(int m, double condition, long seed) {
    double[] v = Naive.random(m, seed);
    double norm = 0;
    for (double x : v) {
      norm += x * x;
    }
    double[] h = new double[m * m];
    double[] scaled = new double[m * m];
    for (int i = 0; i < m; i++) {
      double value = m == 1 ? 1 : Math.pow(condition, -(double) i / (m - 1));
      for (int j = 0; j < m; j++) {
        h[i * m + j] = (i == j ? 1 : 0) - 2 * v[i] * v[j] / norm;
        scaled[i * m + j] = value * h[i * m + j];
      }
    }
    double[] a = Naive.product(h, scaled, m, m, m);
    for (int i = 0; i < m * m; i++) {
      a[i] = i % m < i / m ? a[i % m * m + i / m] : a[i];
    }
    return a;
  }

  @ParameterizedTest
  @MethodSource("ops")
  void residualIsSmallForEveryOrderAndCondition(CpuOps ops) {
    for (int m : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 47, 48, 49, 96, 97, 130, 257}) {
      for (double condition : new double[] {1, 1e4, 1e12}) {
        assertThat(residual(ops, withCondition(m, condition, m), m)).as("m=%d κ=%g", m, condition).isLessThan(1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void scaleDoesNotMatter(CpuOps ops) {
    int m = 30;
    double[] a = withCondition(m, 1e3, 1);
    for (double scale : new double[] {0x1p-900, 0x1p900}) {
      double[] scaled = a.clone();
      double[] w = new double[m * m];
      double[] expected = new double[m * m];
      for (int i = 0; i < m * m; i++) {
        scaled[i] *= scale;
      }
      assertThat(ops.resize(m).invertPositiveDefinite(a.clone(), expected)).isTrue();
      assertThat(ops.invertPositiveDefinite(scaled, w)).isTrue();
      for (int i = 0; i < m * m; i++) {
        assertThat(w[i] * scale).isEqualTo(expected[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void whatIsNotPositiveDefiniteIsRefused(CpuOps ops) {
    for (int m : new int[] {1, 2, 12, 49, 130}) {
      for (int bad : new int[] {0, m / 2, m - 1}) {
        for (double pivot : new double[] {-1, 0, Double.NaN, Double.POSITIVE_INFINITY}) {
          double[] a = new double[m * m];
          for (int i = 0; i < m; i++) {
            a[i * m + i] = i == bad ? pivot : 2;
          }
          boolean inverted = ops.resize(m).invertPositiveDefinite(a, new double[m * m]);
          assertThat(inverted).as("m=%d pivot %d = %g", m, bad, pivot).isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void onlyTheUpperTriangleIsRead(CpuOps ops) {
    for (int m : new int[] {2, 7, 60, 130}) {
      double[] a = withCondition(m, 10, 1);
      double[] expected = new double[m * m];
      assertThat(ops.resize(m).invertPositiveDefinite(a.clone(), expected)).isTrue();
      for (int i = 0; i < m * m; i++) {
        a[i] = i % m < i / m ? Double.NaN : a[i];
      }
      double[] w = new double[m * m];
      assertThat(ops.invertPositiveDefinite(a, w)).isTrue();
      assertThat(w).as("m=%d", m).isEqualTo(expected);
    }
  }
}
