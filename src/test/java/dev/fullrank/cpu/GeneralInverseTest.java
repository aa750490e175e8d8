package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.linalg.NaiveOps;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The inverse of general matrices by both residuals, ‖AW − I‖ and ‖WA − I‖ over m·2⁻⁵²·‖A‖·‖W‖ in the Frobenius norm: LAPACK's
 * ratio (dget03). Theory bounds the first by the growth of the pivots alone; Newton's iteration for the polar factor wants both.
 */
class GeneralInverseTest {
  private static final int[] ORDERS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 17, 47, 48, 49, 50, 96, 131, 257};

  static List<CpuOps> ops() {
    return Implementations.ops();
  }

  private static double[] inverse(CpuOps ops, double[] a, int m) {
    double[] w = new double[m * m];
    Arrays.fill(w, Double.NaN);
    assertThat(ops.resize(m).invert(a.clone(), w)).as("m=%d", m).isTrue();
    return w;
  }

  private static double norm(double[] a) {
    double sum = 0;
    for (double x : a) {
      sum += x * x;
    }
    return Math.sqrt(sum);
  }

  private static double residual(double[] a, double[] w, int m) {
    double[] product = Naive.product(a, w, m, m, m);
    for (int i = 0; i < m; i++) {
      product[i * m + i] -= 1;
    }
    return norm(product) / (m * 0x1p-52 * norm(a) * norm(w));
  }

  private static void assertInverts(CpuOps ops, double[] a, int m, String what) {
    double[] w = inverse(ops, a, m);
    assertThat(residual(a, w, m)).as("A·W, %s, m=%d", what, m).isLessThan(1);
    assertThat(residual(w, a, m)).as("W·A, %s, m=%d", what, m).isLessThan(1);
  }

  /** A·H with the reflection H = I − 2vvᵀ/vᵀv of a random v. */
  private static double[] reflected(double[] a, int m, long seed) {
    double[] v = Naive.random(m, seed);
    double[] result = a.clone();
    double norm = norm(v);
    for (int i = 0; i < m; i++) {
      double dot = 0;
      for (int j = 0; j < m; j++) {
        dot += a[i * m + j] * v[j];
      }
      for (int j = 0; j < m; j++) {
        result[i * m + j] -= 2 * dot / (norm * norm) * v[j];
      }
    }
    return result;
  }

  /** Singular values 1 … 1/κ, geometric, between reflections by random vectors. */
  private static double[] withCondition(int m, double condition) {
    double[] a = new double[m * m];
    for (int i = 0; i < m; i++) {
      a[i * m + i] = m == 1 ? 1 : Math.pow(condition, -(double) i / (m - 1));
    }
    double[] right = reflected(reflected(a, m, 1), m, 2);
    return reflected(reflected(Naive.transposed(right, m, m), m, 3), m, 4);
  }

  @ParameterizedTest
  @MethodSource("ops")
  void residualsAreSmallForEveryOrderAndCondition(CpuOps ops) {
    for (int m : ORDERS) {
      assertInverts(ops, Naive.random(m * m, m), m, "random");
      for (double condition : new double[] {1, 1e4, 1e8, 1e13}) {
        assertInverts(ops, withCondition(m, condition), m, "κ=" + condition);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void gradedMatrices(CpuOps ops) {
    for (int m : new int[] {2, 12, 49, 131}) {
      double[] rows = Naive.random(m * m, m);
      double[] columns = rows.clone();
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
          rows[i * m + j] *= Math.pow(10, -12.0 * i / m);
          columns[i * m + j] *= Math.pow(10, -12.0 * j / m);
        }
      }
      assertInverts(ops, rows, m, "graded rows");
      assertInverts(ops, columns, m, "graded columns");
      double[] bothWays = Naive.transposed(rows, m, m);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
          bothWays[i * m + j] = rows[(m - 1 - i) * m + j];
        }
      }
      assertInverts(ops, bothWays, m, "graded upwards: the pivot is always the last row");
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void oneSingularValueNearlyZero(CpuOps ops) {
    for (int m : new int[] {2, 12, 49, 131}) {
      double[] a = Naive.random(m * m, m);
      for (int j = 0; j < m; j++) {
        double sum = 0;
        for (int i = 0; i < m - 1; i++) {
          sum += a[i * m + j];
        }
        a[(m - 1) * m + j] = sum * (1 + (j == 0 ? 0x1p-40 : 0)); // the last row is nearly the sum of the others
      }
      assertInverts(ops, a, m, "nearly singular");
    }
  }

  /** The last column doubles in each step of the elimination; up to this order the bound with pivot growth 2⁹ is still small. */
  @ParameterizedTest
  @MethodSource("ops")
  void pivotGrowth(CpuOps ops) {
    int m = 10;
    double[] a = new double[m * m];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        a[i * m + j] = i == j || j == m - 1 ? 1 : i > j ? -1 : 0;
      }
    }
    assertInverts(ops, a, m, "Wilkinson");
  }

  /** Exact: a permutation times powers of two. */
  @ParameterizedTest
  @MethodSource("ops")
  void permutationsAreInvertedExactly(CpuOps ops) {
    for (int m : ORDERS) {
      for (int step : new int[] {-1, 1, 3, 7}) { // reversed; shifted by one; strided, where it is a permutation
        double[] a = new double[m * m];
        double[] expected = new double[m * m];
        int seen = 0;
        for (int i = 0; i < m; i++) {
          int j = step == 1 ? (i + 1) % m : Math.floorMod(step * i - (step < 0 ? 1 : 0), m);
          seen += a[i * m + j] == 0 && isFree(a, j, m) ? 1 : 0;
          a[i * m + j] = Math.scalb(1.0, i % 5);
          expected[j * m + i] = Math.scalb(1.0, -(i % 5));
        }
        if (seen == m) {
          assertThat(inverse(ops, a, m)).as("m=%d step %d", m, step).isEqualTo(expected);
        }
      }
    }
  }

  private static boolean isFree(double[] a, int column, int m) {
    for (int i = 0; i < m; i++) {
      if (a[i * m + column] != 0) {
        return false;
      }
    }
    return true;
  }

  @ParameterizedTest
  @MethodSource("ops")
  void firstPivotZeroAgreesWithTheNaiveTwin(CpuOps ops) {
    for (int m : ORDERS) {
      if (m == 1) {
        continue;
      }
      double[] a = Naive.random(m * m, 100 + m);
      for (int i = 0; i < m; i++) {
        a[i * m + i] = 0;
      }
      double[] expected = new double[m * m];
      assertThat(new NaiveOps().resize(m).invert(a.clone(), expected)).isTrue();
      double[] w = inverse(ops, a, m);
      double[] difference = new double[m * m];
      for (int i = 0; i < m * m; i++) {
        difference[i] = w[i] - expected[i];
      }
      double condition = norm(a) * norm(expected);
      assertThat(norm(difference)).as("m=%d", m).isLessThanOrEqualTo(m * 0x1p-52 * condition * norm(expected));
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void scaleDoesNotMatter(CpuOps ops) {
    int m = 60;
    double[] a = Naive.random(m * m, 1);
    double[] expected = inverse(ops, a, m);
    for (double scale : new double[] {0x1p-900, 0x1p900}) {
      double[] scaled = a.clone();
      for (int i = 0; i < m * m; i++) {
        scaled[i] *= scale;
      }
      double[] w = inverse(ops, scaled, m);
      for (int i = 0; i < m * m; i++) {
        assertThat(w[i] * scale).isEqualTo(expected[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void singularMatricesAreRefused(CpuOps ops) {
    for (int m : new int[] {1, 2, 12, 49, 131}) {
      for (int bad : new int[] {0, m / 2, m - 1}) {
        double[] column = Naive.random(m * m, m);
        double[] row = column.clone();
        for (int i = 0; i < m; i++) {
          column[i * m + bad] = 0;
          row[bad * m + i] = 0;
        }
        assertThat(ops.resize(m).invert(column, new double[m * m])).as("m=%d column %d", m, bad).isFalse();
        assertThat(ops.invert(row, new double[m * m])).as("m=%d row %d", m, bad).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void nonFiniteElementsAreRefusedWhereverTheyAre(CpuOps ops) {
    for (int m : new int[] {1, 2, 12, 49, 131}) {
      for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
        for (int at : new int[] {0, m - 1, (m - 1) * m, m * m / 2, m * m - 1}) {
          double[] a = Naive.random(m * m, m);
          a[at] = bad;
          assertThat(ops.resize(m).invert(a, new double[m * m])).as("m=%d [%d] = %g", m, at, bad).isFalse();
        }
      }
    }
  }
}
