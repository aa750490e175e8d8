package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each loop bit for bit against its definition, at every width up to several vectors, with NaN around all that it may touch. */
class ColumnKernelsTest {
  private static final int GUARD = 3;
  private static final int[] ROWS = {1, 2, 7, 8, 9, 15, 16, 17, 32};

  static List<ColumnKernels> kernels() {
    return Implementations.kernels().stream().map(Kernels::columns).toList();
  }

  private static int[] widths() {
    int[] widths = new int[36];
    Arrays.setAll(widths, i -> i <= 33 ? i + 1 : 257 * (i - 33));
    return widths;
  }

  private static double[] guarded(int n, long seed) {
    double[] x = new double[n + 2 * GUARD];
    Arrays.fill(x, Double.NaN);
    System.arraycopy(Naive.random(n, seed), 0, x, GUARD, n);
    return x;
  }

  /** rows × n numbers in an array of floats, NaN everywhere else. */
  private static Matrix floats(int rows, int n, long seed) {
    float[] memory = new float[GUARD + rows * (n + GUARD)];
    Arrays.fill(memory, Float.NaN);
    Matrix m = Matrix.of(memory, GUARD, rows, n, n + GUARD);
    Random random = new Random(seed);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < n; j++) {
        m.set(i, j, random.nextGaussian() + 3);
      }
    }
    return m;
  }

  private static FloatRows at(Matrix m) {
    FloatRows rows = new FloatRows().of(m);
    rows.load(0, Math.min(FloatRows.ROWS, m.rows()), 0, m.columns());
    return rows;
  }

  private static void assertAddsSums(ColumnKernels kernels, int rows, int n) {
    Matrix x = floats(rows, n, n);
    double[] shift = guarded(n, 1);
    double[] sum = Arrays.copyOf(Naive.random(n, 2), n + 1);
    double[] squares = Arrays.copyOf(Naive.random(n, 3), n + 1);
    double[] expectedSum = sum.clone();
    double[] expectedSquares = squares.clone();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < n; j++) {
        double y = x.get(i, j) - shift[GUARD + j];
        expectedSum[j] += y;
        expectedSquares[j] += y * y;
      }
    }
    kernels.addSums(rows, n, at(x), shift, GUARD, sum, squares);
    assertThat(sum).as("%d×%d", rows, n).isEqualTo(expectedSum);
    assertThat(squares).as("%d×%d", rows, n).isEqualTo(expectedSquares);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sumsOfRowsAreAddedInOrder(ColumnKernels kernels) {
    for (int rows : ROWS) {
      for (int n : widths()) {
        assertAddsSums(kernels, rows, n);
      }
    }
  }

  private static void assertDeviations(ColumnKernels kernels, int rows, int n) {
    Matrix x = floats(rows, n, n);
    Matrix out = floats(rows, n, 4);
    double[] factor = guarded(n, 1);
    double[] shift = guarded(n, 2);
    double[] delta = guarded(n, 3);
    factor[GUARD] = -0.0;
    float[] expected = ((float[]) out.segment().heapBase().orElseThrow()).clone();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < n; j++) {
        double y = (x.get(i, j) - shift[GUARD + j]) - delta[GUARD + j];
        expected[GUARD + i * (n + GUARD) + j] = (float) (factor[GUARD + j] * y + 0.0);
      }
    }
    kernels.deviations(rows, n, at(x), factor, shift, delta, GUARD, at(out));
    assertThat((float[]) out.segment().heapBase().orElseThrow()).as("%d×%d", rows, n).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void deviationsAreRoundedOnceAndNeverMinusZero(ColumnKernels kernels) {
    for (int rows : ROWS) {
      for (int n : widths()) {
        assertDeviations(kernels, rows, n);
      }
    }
  }

  private static float fma(float a, float b, float c) {
    return ScalarKernels.FUSED ? Math.fma(a, b, c) : a * b + c;
  }

  private static void assertAddsSingleSums(ColumnKernels kernels, int rows, int n) {
    Matrix x = floats(rows, n, n);
    int gap = n + GUARD;
    float[] sums = new float[3 * gap];
    Arrays.fill(sums, Float.NaN);
    for (int part = 0; part < 3; part++) {
      Elements.narrow(Naive.random(n, part), 0, n, sums, part * gap);
    }
    float[] expected = sums.clone();
    for (int j = 0; j < n; j++) {
      float[] y = new float[rows];
      for (int i = 0; i < rows; i++) {
        y[i] = (float) x.get(i, j) - sums[j];
      }
      int i = 0;
      for (; i <= rows - 8; i += 8) {
        float left = fma(y[i + 3], y[i + 3], fma(y[i + 2], y[i + 2], fma(y[i + 1], y[i + 1], y[i] * y[i])));
        float right = fma(y[i + 7], y[i + 7], fma(y[i + 6], y[i + 6], fma(y[i + 5], y[i + 5], y[i + 4] * y[i + 4])));
        expected[gap + j] += ((y[i] + y[i + 1]) + (y[i + 2] + y[i + 3])) + ((y[i + 4] + y[i + 5]) + (y[i + 6] + y[i + 7]));
        expected[2 * gap + j] += left + right;
      }
      for (; i < rows; i++) {
        expected[gap + j] += y[i];
        expected[2 * gap + j] = fma(y[i], y[i], expected[2 * gap + j]);
      }
    }
    kernels.addSingleSums(rows, n, at(x), sums, gap);
    assertThat(sums).as("%d×%d", rows, n).isEqualTo(expected);
  }

  private static void assertSingleDeviations(ColumnKernels kernels, int rows, int n) {
    Matrix x = floats(rows, n, n);
    Matrix out = floats(rows, n, 4);
    float[] factor = new float[n + 2 * GUARD];
    float[] mean = new float[n + 2 * GUARD];
    Elements.narrow(guarded(n, 1), 0, factor.length, factor, 0);
    Elements.narrow(guarded(n, 2), 0, mean.length, mean, 0);
    factor[GUARD] = -0.0f;
    float[] expected = ((float[]) out.segment().heapBase().orElseThrow()).clone();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < n; j++) {
        float y = (float) x.get(i, j) - mean[GUARD + j];
        expected[GUARD + i * (n + GUARD) + j] = factor[GUARD + j] * y + 0.0f;
      }
    }
    kernels.singleDeviations(rows, n, at(x), factor, mean, GUARD, at(out));
    assertThat((float[]) out.segment().heapBase().orElseThrow()).as("%d×%d", rows, n).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void inSinglePrecisionToo(ColumnKernels kernels) {
    for (int rows : ROWS) {
      for (int n : widths()) {
        assertAddsSingleSums(kernels, rows, n);
        assertSingleDeviations(kernels, rows, n);
      }
    }
  }

  @Test
  void aLostRowIsNoticed() {
    ColumnKernels broken = BrokenKernels.losingTheLastRow(new ScalarKernels()).columns();
    assertThatThrownBy(() -> assertAddsSums(broken, 9, 5)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> assertDeviations(broken, 9, 5)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> assertAddsSingleSums(broken, 9, 5)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> assertSingleDeviations(broken, 9, 5)).isInstanceOf(AssertionError.class);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sumsBecomeMoments(ColumnKernels kernels) {
    for (int n : widths()) {
      double[] sum = Arrays.copyOf(Naive.random(n, 1), n + 1);
      double[] squares = Arrays.copyOf(Naive.random(n, 2), n + 1); // some below zero, as rounding may leave them
      squares[n - 1] = Double.NaN;
      double[] mean = sum.clone();
      double[] within = squares.clone();
      for (int j = 0; j < n; j++) {
        mean[j] = sum[j] * (1 / 7.0);
        within[j] = Math.max(0, squares[j] - sum[j] * mean[j]);
      }
      kernels.centre(7, n, sum, squares);
      assertThat(sum).isEqualTo(mean);
      assertThat(squares).isEqualTo(within);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void singleSumsBecomeMomentsInDouble(ColumnKernels kernels) {
    for (int n : widths()) {
      int gap = n + GUARD;
      float[] sums = new float[3 * gap];
      Arrays.fill(sums, Float.NaN);
      Elements.narrow(Naive.random(n, 1), 0, n, sums, gap);
      Elements.narrow(Naive.random(n, 2), 0, n - 1, sums, 2 * gap); // and the last one stays NaN
      double[] mean = guarded(n, 3);
      double[] within = guarded(n, 4);
      double[] expectedMean = mean.clone();
      double[] expectedWithin = within.clone();
      for (int j = 0; j < n; j++) {
        double sum = sums[gap + j];
        expectedMean[GUARD + j] = sum * (1 / 7.0);
        expectedWithin[GUARD + j] = Math.max(0, sums[2 * gap + j] - sum * expectedMean[GUARD + j]);
      }
      kernels.centre(7, n, sums, gap, mean, within, GUARD);
      assertThat(mean).isEqualTo(expectedMean);
      assertThat(within).isEqualTo(expectedWithin);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void partsJoinInOneArrayOrInTwo(ColumnKernels kernels) {
    for (int n : widths()) {
      double[] mean = guarded(2 * n, 1);
      double[] squares = guarded(2 * n, 2);
      double[] expectedMean = mean.clone();
      double[] expectedSquares = squares.clone();
      for (int j = GUARD; j < GUARD + n; j++) {
        double step = mean[j + n] - mean[j];
        expectedMean[j] += step * 0.3;
        expectedSquares[j] += squares[j + n] + step * step * 1.7;
      }
      double[] apartMean = mean.clone();
      double[] apartSquares = squares.clone();
      kernels.merge(0.3, 1.7, n, mean, squares, GUARD + n, apartMean, apartSquares, GUARD);
      kernels.merge(0.3, 1.7, n, mean, squares, GUARD + n, mean, squares, GUARD);
      assertThat(mean).isEqualTo(expectedMean);
      assertThat(squares).isEqualTo(expectedSquares);
      assertThat(apartMean).isEqualTo(expectedMean);
      assertThat(apartSquares).isEqualTo(expectedSquares);
    }
  }
}
