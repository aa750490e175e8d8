package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.linalg.NaiveOps;
import dev.fullrank.linalg.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The inverse by its residual, ‖AW − I‖ / (m·eps·‖A‖·‖W‖) in the Frobenius norm: LAPACK's ratio (dpot03), which a backward-stable
 * inverse keeps of order one whatever the condition of A; eps is that of the precision, and so are the conditions.
 */
class SpdInverseTest {
  static List<Arguments> ops() {
    return Implementations.ops().stream()
        .flatMap(ops -> Stream.of(Precision.values()).map(precision -> Arguments.of(ops, precision)))
        .toList();
  }

  private static double residual(CpuOps ops, Precision precision, double[] a, int m) {
    double[] w = a.clone();
    assertThat(ops.resize(m).invertPositiveDefinite(w, w, precision)).as("m=%d", m).isTrue();
    double[] apart = new double[m * m];
    Arrays.fill(apart, Double.NaN);
    assertThat(ops.invertPositiveDefinite(a, apart, precision)).as("m=%d", m).isTrue();
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
    return Math.sqrt(error) / (m * eps(precision) * Math.sqrt(sizeA) * Math.sqrt(sizeW));
  }

  private static double eps(Precision precision) {
    return precision == Precision.SINGLE ? 0x1p-23 : 0x1p-52;
  }

  /** Below 1/(m·eps), beyond which a pivot may vanish in rounding. */
  private static double[] conditions(Precision precision) {
    return precision == Precision.SINGLE ? new double[] {1, 1e2, 1e4} : new double[] {1, 1e4, 1e12};
  }

  @ParameterizedTest
  @MethodSource("ops")
  void residualIsSmallForEveryOrderAndCondition(CpuOps ops, Precision precision) {
    for (int m : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 47, 48, 49, 96, 97, 130, 257}) {
      for (double condition : conditions(precision)) {
        assertThat(residual(ops, precision, SpdMatrices.withCondition(m, condition, m), m)).as("m=%d κ=%g", m, condition).isLessThan(1);
      }
    }
  }

  /** Rows and columns that grow or shrink by the condition, and a factor of the kind that triangular inverses suffer from. */
  @ParameterizedTest
  @MethodSource("ops")
  void gradedAndKahanMatricesAreNoWorse(CpuOps ops, Precision precision) {
    for (int m : new int[] {6, 33, 100}) {
      for (double condition : conditions(precision)) {
        assertThat(residual(ops, precision, SpdMatrices.graded(m, condition), m)).as("down, m=%d κ=%g", m, condition).isLessThan(1);
        assertThat(residual(ops, precision, SpdMatrices.graded(m, 1 / condition), m)).as("up, m=%d κ=%g", m, condition).isLessThan(1);
      }
    }
    for (int m : precision == Precision.SINGLE ? new int[] {6} : new int[] {6, 20, 30}) {
      assertThat(residual(ops, precision, SpdMatrices.kahan(m), m)).as("Kahan, m=%d", m).isLessThan(1);
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void scaleDoesNotMatter(CpuOps ops, Precision precision) {
    int m = 30;
    double[] a = SpdMatrices.withCondition(m, 1e3, 1);
    double large = precision == Precision.SINGLE ? 0x1p100 : 0x1p900;
    for (double scale : new double[] {1 / large, large}) {
      double[] scaled = a.clone();
      double[] w = new double[m * m];
      double[] expected = new double[m * m];
      for (int i = 0; i < m * m; i++) {
        scaled[i] *= scale;
      }
      assertThat(ops.resize(m).invertPositiveDefinite(a.clone(), expected, precision)).isTrue();
      assertThat(ops.invertPositiveDefinite(scaled, w, precision)).isTrue();
      for (int i = 0; i < m * m; i++) {
        assertThat(w[i] * scale).isEqualTo(expected[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void whatIsNotPositiveDefiniteIsRefused(CpuOps ops, Precision precision) {
    for (int m : new int[] {1, 2, 12, 49, 130}) {
      for (int bad : new int[] {0, m / 2, m - 1}) {
        for (double pivot : new double[] {-1, 0, Double.NaN, Double.POSITIVE_INFINITY}) {
          double[] a = new double[m * m];
          for (int i = 0; i < m; i++) {
            a[i * m + i] = i == bad ? pivot : 2;
          }
          boolean inverted = ops.resize(m).invertPositiveDefinite(a, new double[m * m], precision);
          assertThat(inverted).as("m=%d pivot %d = %g", m, bad, pivot).isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void onlyTheUpperTriangleIsRead(CpuOps ops, Precision precision) {
    for (int m : new int[] {2, 7, 60, 130}) {
      double[] a = SpdMatrices.withCondition(m, 10, 1);
      double[] expected = new double[m * m];
      assertThat(ops.resize(m).invertPositiveDefinite(a.clone(), expected, precision)).isTrue();
      for (int i = 0; i < m * m; i++) {
        a[i] = i % m < i / m ? Double.NaN : a[i];
      }
      double[] w = new double[m * m];
      assertThat(ops.invertPositiveDefinite(a, w, precision)).isTrue();
      assertThat(w).as("m=%d", m).isEqualTo(expected);
    }
  }

  /** The naive twin, in double; the condition, by which a backward error may grow, is 10. */
  @ParameterizedTest
  @MethodSource("ops")
  void inverseIsThatOfTheNaiveTwinInThisPrecision(CpuOps ops, Precision precision) {
    for (int m : new int[] {1, 2, 7, 13, 33, 49, 130, 257}) {
      double[] a = SpdMatrices.withCondition(m, 10, m);
      double[] expected = new double[m * m];
      double[] w = new double[m * m];
      double[] magnitude = new double[m * m];
      Arrays.fill(magnitude, 10 * 10 * eps(precision) / 0x1p-52); // ‖A⁻¹‖ times the condition
      assertThat(new NaiveOps().resize(m).invertPositiveDefinite(a, expected)).isTrue();
      assertThat(ops.resize(m).invertPositiveDefinite(a, w, precision)).isTrue();
      assertThat(Naive.ratio(w, expected, magnitude, m + 2)).as("m=%d", m).isLessThanOrEqualTo(1);
      for (double value : w) {
        assertThat(precision == Precision.DOUBLE || value == (float) value).as("m=%d", m).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void whatHasNoPivotInSinglePrecisionIsRefusedThere(CpuOps ops, Precision precision) {
    for (double pivot : new double[] {1e60, 1e-60}) {
      double[] a = {2, 0, 0, 0, pivot, 0, 0, 0, 2};
      boolean inverted = ops.resize(3).invertPositiveDefinite(a, new double[9], precision);
      assertThat(inverted).as("%g", pivot).isEqualTo(precision == Precision.DOUBLE);
    }
  }
}
