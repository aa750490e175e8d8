package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.linalg.NaiveOps;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The factor by |A − UᵀU|, solutions by their residual: both are backward stable whatever the condition of A. */
class CholeskyTest {
  private static final int[] ORDERS = {1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 17, 31, 33, 47, 48, 49, 95, 96, 97, 130, 257};

  static List<CpuOps> ops() {
    return Implementations.ops();
  }

  private static double[] factor(CpuOps ops, double[] a, int m) {
    double[] u = new double[m * m];
    Arrays.fill(u, Double.NaN);
    assertThat(ops.resize(m).factor(a, u)).as("m=%d", m).isTrue();
    return u;
  }

  /** Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., Theorem 10.3: |A − UᵀU| ≤ γ_{m+1}·|Uᵀ|·|U|. */
  @ParameterizedTest
  @MethodSource("ops")
  void factorTimesItselfIsTheMatrix(CpuOps ops) {
    for (int m : ORDERS) {
      for (double condition : new double[] {1, 1e6, 1e12}) {
        double[] a = SpdMatrices.withCondition(m, condition, m);
        double[] u = factor(ops, a, m);
        double[] ut = Naive.transposed(u, m, m);
        double[] magnitude = Naive.product(Naive.absolute(ut), Naive.absolute(u), m, m, m);
        double[] product = Naive.product(ut, u, m, m, m);
        assertThat(Naive.ratio(product, a, magnitude, m + 4)).as("m=%d κ=%g", m, condition).isLessThanOrEqualTo(1);
        for (int i = 0; i < m * m; i++) {
          assertThat(i % m >= i / m || u[i] == 0).as("zero below the diagonal").isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void factorIsThatOfTheNaiveTwin(CpuOps ops) {
    for (int m : ORDERS) {
      double[] a = SpdMatrices.withCondition(m, 10, m);
      double[] expected = new double[m * m];
      assertThat(new NaiveOps().resize(m).factor(a, expected)).isTrue();
      double[] magnitude = new double[m * m];
      Arrays.fill(magnitude, 10); // the condition, by which a backward error may grow
      assertThat(Naive.ratio(factor(ops, a, m), expected, magnitude, m + 4)).as("m=%d", m).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void onlyTheUpperTriangleIsReadAndTheFactorMayTakeItsPlace(CpuOps ops) {
    for (int m : ORDERS) {
      double[] a = SpdMatrices.withCondition(m, 100, 1);
      double[] expected = factor(ops, a, m);
      for (int i = 0; i < m * m; i++) {
        a[i] = i % m < i / m ? Double.NaN : a[i];
      }
      assertThat(ops.factor(a, a)).isTrue();
      assertThat(a).as("m=%d", m).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void whatIsNotPositiveDefiniteIsRefused(CpuOps ops) {
    for (int m : new int[] {1, 2, 12, 49, 130}) {
      for (int bad : new int[] {0, m / 2, m - 1}) {
        for (double pivot : new double[] {-1, 0, Double.NaN, Double.POSITIVE_INFINITY}) {
          double[] a = SpdMatrices.withCondition(m, 10, 1);
          a[bad * m + bad] = pivot;
          assertThat(ops.resize(m).factor(a, new double[m * m])).as("m=%d pivot %d = %g", m, bad, pivot).isFalse();
        }
      }
    }
  }

  /** ‖b − Ax‖ ≤ c·m·eps·‖A‖·‖x‖, and nothing beyond the order is touched. */
  @ParameterizedTest
  @MethodSource("ops")
  void solutionsHaveASmallResidual(CpuOps ops) {
    for (int m : ORDERS) {
      for (double condition : new double[] {1, 1e6, 1e12}) {
        double[] a = SpdMatrices.withCondition(m, condition, m);
        double[] b = Naive.random(m, 7);
        double[] x = Arrays.copyOf(b, m + 3);
        Arrays.fill(x, m, m + 3, Double.NaN);
        ops.resize(m).solve(factor(ops, a, m), x);
        double[] ax = Naive.product(a, Arrays.copyOf(x, m), m, m, 1);
        double residual = 0;
        double sizeX = 0;
        for (int i = 0; i < m; i++) {
          residual += (b[i] - ax[i]) * (b[i] - ax[i]);
          sizeX += x[i] * x[i];
        }
        assertThat(Math.sqrt(residual) / (m * 0x1p-52 * Math.sqrt(sizeX))).as("m=%d κ=%g", m, condition).isLessThan(1);
        assertThat(x[m]).isNaN();
      }
    }
  }
}
