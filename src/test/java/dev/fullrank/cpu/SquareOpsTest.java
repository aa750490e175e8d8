package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operations on square matrices, element by element. */
class SquareOpsTest {
  private static final int[] ORDERS = {1, 2, 3, 5, 8, 12, 17, 200};

  static List<CpuOps> ops() {
    return Implementations.ops();
  }

  @ParameterizedTest
  @MethodSource("ops")
  void combine(CpuOps ops) {
    for (int m : ORDERS) {
      double[] a = Naive.random(m * m, 1);
      double[] b = Naive.random(m * m, 2);
      double[] nan = new double[m * m];
      Arrays.fill(nan, Double.NaN);
      double[] c = nan.clone();
      ops.resize(m).combine(0.5, 2, a, -3, b, c);
      double[] onlyA = nan.clone();
      ops.combine(0, 2, a, 0, nan, onlyA);
      double[] onlyB = nan.clone();
      ops.combine(0.5, 0, nan, -3, b, onlyB);
      double[] identity = nan.clone();
      ops.combine(0.5, 0, nan, 0, nan, identity);
      for (int i = 0; i < m * m; i++) {
        double diagonal = i % (m + 1) == 0 ? 0.5 : 0;
        assertThat(c[i]).isEqualTo(2 * a[i] + -3 * b[i] + diagonal);
        assertThat(onlyA[i]).isEqualTo(2 * a[i]);
        assertThat(onlyB[i]).isEqualTo(-3 * b[i] + diagonal);
        assertThat(identity[i]).isEqualTo(diagonal);
      }
      double[] inPlace = a.clone();
      ops.combine(0.5, 2, inPlace, -3, b, inPlace);
      assertThat(inPlace).isEqualTo(c);
      inPlace = b.clone();
      ops.combine(0.5, 2, a, -3, inPlace, inPlace);
      assertThat(inPlace).isEqualTo(c);
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void sums(CpuOps ops) {
    for (int m : ORDERS) {
      double[] a = Naive.random(m * m, 1);
      double[] b = Naive.random(m * m, 2);
      double trace = 0;
      double dot = 0;
      for (int i = 0; i < m; i++) {
        trace += a[i * m + i];
        for (int j = 0; j < m; j++) {
          dot += a[i * m + j] * b[i * m + j];
        }
      }
      ops.resize(m);
      double ulps = m * m * 0x1p-52;
      assertThat(ops.trace(a)).isEqualTo(trace);
      assertThat(Math.abs(ops.dot(a, b) - dot)).isLessThanOrEqualTo(ulps * m * m);
      a[m * m - 1] = Double.NaN;
      assertThat(ops.dot(a, b)).isNaN();
      assertThat(ops.trace(a)).isNaN();
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void sumWithATransposedMatrix(CpuOps ops) {
    for (int m : ORDERS) {
      double[] a = Naive.random(m * m, 1);
      double[] b = Naive.random(m * m, 2);
      double[] c = new double[m * m];
      ops.resize(m).addTransposed(0.5, a, -3, b, c);
      for (int i = 0; i < m * m; i++) {
        assertThat(c[i]).isEqualTo(0.5 * a[i] + -3 * b[i % m * m + i / m]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void symmetricMatrixTimesVectors(CpuOps ops) {
    for (int m : ORDERS) {
      double[] a = Naive.random(m * m, 1);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < i; j++) {
          a[i * m + j] = a[j * m + i];
        }
      }
      ops.resize(m);
      for (int count = 1; count <= 5; count++) {
        double[] x = Naive.random(count * m + 4, 3); // longer than needed
        double[] product = new double[count * m + 4];
        ops.multiply(a, count, x, product);
        for (int i = 0; i < count * m; i++) {
          double sum = 0;
          for (int j = 0; j < m; j++) {
            sum += a[i % m * m + j] * x[i / m * m + j];
          }
          assertThat(Math.abs(product[i] - sum)).isLessThanOrEqualTo(m * m * 0x1p-52);
        }
        assertThat(product[count * m]).isZero();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void rows(CpuOps ops) {
    for (int m : ORDERS) {
      double[] a = Naive.random(m * m, 1);
      double[] b = Naive.random(m * m, 2);
      double[] x = Naive.random(m + 4, 3); // longer than needed
      double[] dots = new double[m + 4];
      ops.resize(m);
      ops.rowDots(a, b, dots);
      double[] scaled = a.clone();
      ops.scaleRows(x, scaled);
      double[] subtracted = a.clone();
      ops.subtractDiagonal(subtracted, x);
      for (int i = 0; i < m; i++) {
        double ab = 0;
        for (int j = 0; j < m; j++) {
          int at = i * m + j;
          ab += a[at] * b[at];
          assertThat(scaled[at]).isEqualTo(x[i] * a[at]);
          assertThat(subtracted[at]).isEqualTo(i == j ? a[at] - x[i] : a[at]);
        }
        assertThat(Math.abs(dots[i] - ab)).isLessThanOrEqualTo(m * m * 0x1p-52);
      }
      assertThat(dots[m]).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void toAndFromTheHost(CpuOps ops) {
    double[] a = Naive.random(25, 1);
    double[] host = new double[30];
    ops.resize(5).download(a, host);
    assertThat(Arrays.copyOf(host, 25)).isEqualTo(a);
    double[] back = new double[25];
    ops.upload(host, back);
    assertThat(back).isEqualTo(a);
  }
}
