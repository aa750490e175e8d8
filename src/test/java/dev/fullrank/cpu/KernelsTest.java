package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kernel against its definition, at every length up to several vectors and at ugly ones, with NaN on both sides. */
class KernelsTest {
  private static final int GUARD = 3;

  static List<Kernels> kernels() {
    return Implementations.kernels();
  }

  private static int[] lengths() {
    int[] lengths = new int[44];
    Arrays.setAll(lengths, i -> i <= 40 ? i : new int[] {257, 266, 1023}[i - 41]);
    return lengths;
  }

  /** n random numbers between NaNs. */
  private static double[] guarded(int n, long seed) {
    double[] x = new double[n + 2 * GUARD];
    Arrays.fill(x, Double.NaN);
    System.arraycopy(Naive.random(n, seed), 0, x, GUARD, n);
    return x;
  }

  private static void assertGuard(double[] x, int n) {
    for (int i = 0; i < GUARD; i++) {
      assertThat(x[i]).isNaN();
      assertThat(x[GUARD + n + i]).isNaN();
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void dotIsTheSumOfProducts(Kernels kernels) {
    for (int n : lengths()) {
      double[] x = guarded(n, 1);
      double[] y = guarded(n, 2);
      double[] sum = {0};
      double[] magnitude = {0};
      for (int i = GUARD; i < GUARD + n; i++) {
        sum[0] += x[i] * y[i];
        magnitude[0] += Math.abs(x[i] * y[i]);
      }
      double[] got = {kernels.dot(x, GUARD, y, GUARD, n)};
      assertThat(Naive.ratio(got, sum, magnitude, n)).as("n=%d", n).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void axpyAddsAMultiple(Kernels kernels) {
    for (int n : lengths()) {
      double[] x = guarded(n, 1);
      double[] y = guarded(n, 2);
      double[] expected = y.clone();
      for (int i = GUARD; i < GUARD + n; i++) {
        expected[i] = Math.fma(-0.7, x[i], y[i]);
      }
      kernels.axpy(-0.7, x, GUARD, y, GUARD, n);
      assertThat(y).as("n=%d", n).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void rotateIsAPlaneRotation(Kernels kernels) {
    for (int n : lengths()) {
      double[] x = guarded(n, 1);
      double[] y = guarded(n, 2);
      double[] expectedX = x.clone();
      double[] expectedY = y.clone();
      for (int i = GUARD; i < GUARD + n; i++) {
        expectedX[i] = 0.8 * x[i] - 0.6 * y[i];
        expectedY[i] = 0.6 * x[i] + 0.8 * y[i];
      }
      kernels.rotate(x, GUARD, y, GUARD, n, 0.8, 0.6);
      assertThat(x).as("n=%d", n).isEqualTo(expectedX);
      assertThat(y).as("n=%d", n).isEqualTo(expectedY);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void scaleMultiplies(Kernels kernels) {
    for (int n : lengths()) {
      double[] x = guarded(n, 1);
      double[] expected = x.clone();
      for (int i = GUARD; i < GUARD + n; i++) {
        expected[i] = 3.3 * x[i];
      }
      kernels.scale(3.3, x, GUARD, n);
      assertThat(x).as("n=%d", n).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void subtractRowsIsOneChainOfFusedMultiplyAdds(Kernels kernels) {
    for (int n : lengths()) {
      for (int depth : new int[] {0, 1, 2, 7, 48}) {
        int ldx = n + 2;
        double[] u = Naive.random(1 + 3 * depth, 1);
        double[] x = Naive.random(GUARD + depth * ldx + n, 2);
        double[] y = guarded(n, 3);
        double[] expected = y.clone();
        for (int j = 0; j < n; j++) {
          for (int q = 0; q < depth; q++) {
            expected[GUARD + j] = Math.fma(-u[1 + 3 * q], x[GUARD + q * ldx + j], expected[GUARD + j]);
          }
        }
        kernels.subtractRows(depth, u, 1, 3, x, GUARD, ldx, y, GUARD, n);
        assertThat(y).as("n=%d depth=%d", n, depth).isEqualTo(expected);
        assertGuard(y, n);
      }
    }
  }

  /** y += A·x for the rows and columns of four rows of a symmetric A, of which the upper triangle is there; each sum to its rounding. */
  @ParameterizedTest
  @MethodSource("kernels")
  void symmetricRowsServeRowsAndColumns(Kernels kernels) {
    for (int n : lengths()) {
      int m = n + 4;
      int lda = m + 3;
      double[] a = Naive.random(GUARD + 4 * lda, 1);
      for (int q = 0; q < 4; q++) {
        Arrays.fill(a, GUARD + q * lda, GUARD + q * (lda + 1), Double.NaN);
      }
      double[] x = Naive.random(GUARD + m, 2);
      double[] y = guarded(m, 3);
      double[] expected = y.clone();
      for (int q = 0; q < 4; q++) {
        for (int j = q; j < m; j++) {
          expected[GUARD + q] += a[GUARD + q * lda + j] * x[GUARD + j];
          expected[GUARD + j] += j == q ? 0 : a[GUARD + q * lda + j] * x[GUARD + q];
        }
      }
      kernels.symmetricRows(a, GUARD, lda, x, GUARD, y, GUARD, n, new double[4 * Blocking.WIDEST_VECTOR]);
      assertGuard(y, m);
      for (int j = GUARD; j < GUARD + m; j++) {
        assertThat(Math.abs(y[j] - expected[j])).as("n=%d j=%d", n, j).isLessThanOrEqualTo(2 * (m + 1) * 0x1p-53 * Math.sqrt(m));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void floatsAreWidenedInSums(Kernels kernels) {
    for (int n : lengths()) {
      float[] x = floats(GUARD + n, 1);
      double[] wide = new double[GUARD + n];
      double[] y = guarded(n, 2);
      double[] expected = y.clone();
      double sum = 0;
      for (int i = GUARD; i < GUARD + n; i++) {
        wide[i] = x[i];
        expected[i] = Math.fma(-0.7, x[i], y[i]);
        sum += wide[i] * y[i];
      }
      assertThat(Math.abs(kernels.dot(x, GUARD, y, GUARD, n) - sum)).as("n=%d", n).isLessThanOrEqualTo((n + 1) * n * 0x1p-53);
      kernels.axpy(-0.7, x, GUARD, y, GUARD, n);
      assertThat(y).as("n=%d", n).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void tileIsOneChainOfFusedMultiplyAdds(Kernels kernels) {
    for (int depth : new int[] {0, 2, 4, 6, 48, 192, 258}) {
      assertThat(tileErrors(kernels, depth, false)).as("depth=%d", depth).isZero();
      assertThat(tileErrors(kernels, depth, true)).as("depth=%d, added", depth).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void fewRowsAreThoseOfTheTile(Kernels kernels) {
    int rows = kernels.tileRows();
    int columns = kernels.tileColumns();
    int ldc = columns + 3;
    int depth = 48;
    double[] a = Naive.random(5 + depth * rows, 1);
    double[] b = Naive.random(7 + depth * columns, 2);
    double[] expected = Naive.random(2 + rows * ldc, 3);
    double[] c = expected.clone();
    kernels.tile(depth, a, 5, b, 7, expected, 2, ldc, expected, 2, ldc);
    for (int i = 0; i < rows; i += Tiles.LANES) {
      int to = 2 + i * ldc;
      kernels.fewRows(depth, a, 5 + i, b, 7, c, to, ldc, c, to, ldc);
    }
    assertThat(differences(c, expected)).isZero();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void fewRowsInSinglePrecisionAreThoseOfTheTile(Kernels kernels) {
    FloatTiles tiles = kernels.singles();
    int rows = tiles.tileRows();
    int columns = tiles.tileColumns();
    float[] a = floats(48 * rows, 1);
    float[] b = floats(48 * columns, 2);
    float[] zeros = new float[columns];
    float[] expected = new float[rows * columns];
    float[] c = new float[rows * columns];
    Arrays.fill(c, Float.NaN);
    tiles.tile(48, a, 0, b, 0, zeros, 0, 0, expected, 0, columns);
    for (int i = 0; i < rows; i += FloatTiles.LANES) {
      tiles.fewRows(48, a, i, b, 0, zeros, 0, 0, c, i * columns, columns);
    }
    assertThat(c).isEqualTo(expected);
  }

  /** Elements of C, the gaps between its rows included, that are not what the contract says; C starts as NaN unless added to. */
  private static int tileErrors(Kernels kernels, int depth, boolean add) {
    int rows = kernels.tileRows();
    int columns = kernels.tileColumns();
    int ldc = columns + 3;
    double[] a = Naive.random(5 + depth * rows, 1);
    double[] b = Naive.random(7 + depth * columns, 2);
    double[] c = Naive.random(2 + rows * ldc, 3);
    if (!add) {
      Arrays.fill(c, Double.NaN);
    }
    double[] expected = c.clone();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int at = 2 + i * ldc + j;
        expected[at] = add ? expected[at] : 0;
        for (int k = 0; k < depth; k++) {
          expected[at] = Math.fma(a[5 + k * rows + i], b[7 + k * columns + j], expected[at]);
        }
      }
    }
    double[] zeros = new double[columns];
    kernels.tile(depth, a, 5, b, 7, add ? c : zeros, add ? 2 : 0, add ? ldc : 0, c, 2, ldc);
    return differences(c, expected);
  }

  private static int differences(double[] got, double[] expected) {
    int differences = 0;
    for (int i = 0; i < got.length; i++) {
      differences += Double.compare(got[i], expected[i]) == 0 ? 0 : 1;
    }
    return differences;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void tileInSinglePrecisionIsOneChainOfFusedMultiplyAdds(Kernels kernels) {
    FloatTiles tiles = kernels.singles();
    int rows = tiles.tileRows();
    int columns = tiles.tileColumns();
    int ldc = columns + 3;
    for (int depth : new int[] {0, 2, 48, 258}) {
      float[] a = floats(depth * rows, 1);
      float[] b = floats(depth * columns, 2);
      float[] c = floats(rows * ldc, 3);
      float[] sum = c.clone();
      float[] fresh = new float[rows * ldc];
      Arrays.fill(fresh, Float.NaN);
      float[] product = fresh.clone();
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          int at = i * ldc + j;
          product[at] = 0;
          for (int k = 0; k < depth; k++) {
            sum[at] = Math.fma(a[k * rows + i], b[k * columns + j], sum[at]);
            product[at] = Math.fma(a[k * rows + i], b[k * columns + j], product[at]);
          }
        }
      }
      tiles.tile(depth, a, 0, b, 0, c, 0, ldc, c, 0, ldc);
      tiles.tile(depth, a, 0, b, 0, new float[columns], 0, 0, fresh, 0, ldc);
      assertThat(c).as("depth=%d, added", depth).isEqualTo(sum);
      assertThat(fresh).as("depth=%d", depth).isEqualTo(product);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void interleaveTurnsRowsInSinglePrecision(Kernels kernels) {
    for (int n = 0; n < 20; n++) {
      float[] src = floats(Tiles.LANES * (n + 1), 1);
      float[] turned = new float[(n + 1) * 6];
      Arrays.fill(turned, Float.NaN);
      float[] expected = turned.clone();
      for (int k = 0; k < n; k++) {
        for (int i = 0; i < Tiles.LANES; i++) {
          expected[k * 6 + i] = src[i * (n + 1) + k];
        }
      }
      kernels.singles().interleave(n, 1, src, 0, n + 1, turned, 0, 6);
      assertThat(turned).as("n=%d", n).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void narrowRoundsToNearest(Kernels kernels) {
    for (int n : lengths()) {
      for (int rows : new int[] {0, 1, 3}) {
        double[] src = Naive.random(5 + rows * (n + 1), 1);
        float[] dst = new float[2 + rows * (n + 3)];
        Arrays.fill(dst, Float.NaN);
        float[] expected = dst.clone();
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < n; j++) {
            expected[2 + i * (n + 3) + j] = (float) src[5 + i * (n + 1) + j];
          }
        }
        kernels.narrow(rows, n, src, 5, n + 1, dst, 2, n + 3);
        assertThat(dst).as("n=%d rows=%d", n, rows).isEqualTo(expected);
      }
    }
  }

  private static float[] floats(int n, long seed) {
    float[] x = new float[n];
    Elements.narrow(Naive.random(n, seed), 0, n, x, 0);
    return x;
  }

  @Test
  void theTileCheckSeesALostStepAndALostColumn() {
    assertThat(tileErrors(BrokenKernels.losingTheLastStep(new ScalarKernels()), 6, false)).isPositive();
    assertThat(tileErrors(BrokenKernels.losingTheLastColumn(new ScalarKernels()), 6, false)).isPositive();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void copyRunsKeepsRowsAndInterleaveTurnsThem(Kernels kernels) {
    for (int n = 0; n < 20; n++) {
      for (int width : new int[] {4, 8, 12, 16, 32}) {
        double[] src = Naive.random(3 + Math.max(n, Tiles.LANES) * (width + n + 1), 1);
        double[] run = new double[5 + (n + 1) * (width + 2)];
        Arrays.fill(run, Double.NaN);
        double[] turned = run.clone();
        double[] expectedRun = run.clone();
        double[] expectedTurned = run.clone();
        for (int k = 0; k < n; k++) {
          for (int i = 0; i < width; i++) {
            expectedRun[5 + k * (width + 2) + i] = -2 * src[3 + k * (width + 1) + i];
          }
          for (int i = 0; i < Tiles.LANES; i++) {
            expectedTurned[5 + k * (width + 2) + i] = -2 * src[3 + i * (n + 1) + k];
          }
        }
        kernels.copyRuns(n, width, -2, src, 3, width + 1, run, 5, width + 2);
        kernels.interleave(n, -2, src, 3, n + 1, turned, 5, width + 2);
        assertThat(differences(run, expectedRun)).as("n=%d width=%d", n, width).isZero();
        assertThat(differences(turned, expectedTurned)).as("n=%d width=%d", n, width).isZero();
      }
    }
  }
}
