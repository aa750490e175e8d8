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
    double[] w = a.clone();
    assertThat(ops.resize(m).invertPositiveDefinite(w, w)).as("m=%d", m).isTrue();
    double[] apart = new double[m * m];
    Arrays.fill(apart, Double.NaN);
    assertThat(ops.invertPositiveDefinite(a, apart)).as("m=%d", m).isTrue();
    assertThat(w).as("in place, m=%d", m).isEqualTo(apart);
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

  @ParameterizedTest
  @MethodSource("ops")
  void residualIsSmallForEveryOrderAndCondition(CpuOps ops) {
    for (int m : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 47, 48, 49, 96, 97, 130, 257}) {
      for (double condition : new double[] {1, 1e4, 1e12}) {
        assertThat(residual(ops, SpdMatrices.withCondition(m, condition, m), m)).as("m=%d κ=%g", m, condition).isLessThan(1);
      }
    }
  }

  /** Rows and columns that grow or shrink by the condition, and a factor of the kind that triangular inverses suffer from. */
  @ParameterizedTest
  @MethodSource("ops")
  void gradedAndKahanMatricesAreNoWorse(CpuOps ops) {
    for (int m : new int[] {6, 33, 100}) {
      for (double condition : new double[] {1e4, 1e12}) {
        assertThat(residual(ops, SpdMatrices.graded(m, condition), m)).as("down, m=%d κ=%g", m, condition).isLessThan(1);
        assertThat(residual(ops, SpdMatrices.graded(m, 1 / condition), m)).as("up, m=%d κ=%g", m, condition).isLessThan(1);
      }
    }
    for (int m : new int[] {6, 20, 30}) {
      assertThat(residual(ops, SpdMatrices.kahan(m), m)).as("Kahan, m=%d", m).isLessThan(1);
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void scaleDoesNotMatter(CpuOps ops) {
    int m = 30;
    double[] a = SpdMatrices.withCondition(m, 1e3, 1);
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
      double[] a = SpdMatrices.withCondition(m, 10, 1);
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
