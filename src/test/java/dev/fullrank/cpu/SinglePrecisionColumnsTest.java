package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.ElementType;
import dev.fullrank.Layout;
import dev.fullrank.Matrix;
import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.ColumnWindow;
import dev.fullrank.linalg.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Moments and deviations in single precision against their bounds, and the columns that must go in double instead. */
class SinglePrecisionColumnsTest {
  private static final double U = 0x1p-24;

  /** Large enough, with three windows of columns and a short last block. */
  private static final int B = 600;

  private static final int D = 300;

  private final CpuColumns columns = CpuColumns.create(1);

  /** Spreads of 2^-8 to 2^8, means within six of them. */
  private static Matrix random(int b, int d) {
    Matrix z = Matrix.of(new float[b * d], b, d);
    Random random = new Random(b + d);
    for (int i = 0; i < b; i++) {
      for (int j = 0; j < d; j++) {
        z.set(i, j, Math.scalb(random.nextGaussian() + j % 13 - 6, j % 17 - 8));
      }
    }
    return z;
  }

  private static double[] factors(int d) {
    double[] factors = new double[ColumnWindow.padded(d)];
    for (int j = 0; j < d; j++) {
      factors[j] = Math.scalb(1 + j / 1000.0, j % 23 - 20) * (j % 2 == 0 ? -1 : 1);
    }
    return factors;
  }

  private ColumnMoments moments(CpuColumns c, Matrix z, Precision precision) {
    ColumnMoments m = new ColumnMoments();
    c.moments(z, m, precision);
    return m;
  }

  private ColumnMoments single(Matrix z) {
    return moments(columns, z, Precision.SINGLE);
  }

  /** ρ_j = b·(z_0j − mean_j)²/M_j. */
  private static double rho(Matrix z, ColumnMoments exact, int j) {
    double distance = z.get(0, j) - exact.mean(j);
    return z.rows() * distance * distance / exact.sumOfSquares(j);
  }

  @ParameterizedTest
  @CsvSource({"600, 300", "64, 2100", "65, 4200", "131072, 1", "5000, 37", "1029, 129", "200, 1000"})
  void momentsAreWithinTheirBounds(int b, int d) {
    // a gap after each entry of the one column, for dense ones are no rows that are runs
    Matrix z = d == 1 ? Matrix.of(new float[2 * b], 0, b, 1, 2) : random(b, d);
    for (int i = 0; d == 1 && i < b; i++) {
      z.set(i, 0, i % 1000);
    }
    ColumnMoments exact = moments(columns, z, Precision.DOUBLE);
    ColumnMoments m = single(z);
    double ofSquares = (b % 8 == 0 ? 36 : 54) * U; // see the decision on the hinge in the precision of the data
    double ofMeans = (b % 8 == 0 ? 11 : 17) * U;
    int better = 0;
    for (int j = 0; j < d; j++) {
      double rho = rho(z, exact, j);
      double squares = exact.sumOfSquares(j);
      assertThat(Math.abs(m.sumOfSquares(j) - squares)).as("squares %d", j).isLessThan(ofSquares * (1 + rho) * squares);
      assertThat(Math.abs(m.mean(j) - exact.mean(j))).as("mean %d", j).isLessThan(ofMeans * Math.sqrt((1 + rho) * squares / b));
      better += Math.abs(m.sumOfSquares(j) - squares) <= 2 * U * (1 + rho) * squares ? 1 : 0;
    }
    assertThat(m.single()[0]).isTrue();
    assertThat(better).as("columns that are off by two roundings at most").isGreaterThan(d * 9 / 10);
  }

  @ParameterizedTest
  @CsvSource({"600, 300", "65, 4200", "1029, 129", "1100, 4000"})
  void deviationsAreWithinTheirBounds(int b, int d) {
    Matrix z = random(b, d);
    ColumnMoments m = single(z);
    double[] factors = factors(d);
    Matrix out = Matrix.of(new float[b * d], b, d);
    columns.deviations(z, m, factors, out);
    for (int j = 0; j < d; j++) {
      double size = Math.abs(factors[j]);
      double sigma = Math.sqrt(m.sumOfSquares(j) / b);
      for (int i = 0; i < b; i++) {
        double deviation = z.get(i, j) - m.mean(j);
        double bound = size * (4 * U * Math.abs(deviation) + 4 * U * sigma) + Float.MIN_VALUE;
        if (!(Math.abs(out.get(i, j) - factors[j] * deviation) <= bound)) {
          assertThat(out.get(i, j)).as("%d, %d", i, j).isEqualTo(factors[j] * deviation);
        }
      }
    }
  }

  @Test
  void smallMatricesAndOtherMemoryKeepTheBitsOfDouble() {
    Matrix small = random(300, 300);
    Matrix columnMajor = Layout.COLUMN_MAJOR.of(ElementType.FLOAT32, Layout.values(random(B, D)));
    for (Matrix z : new Matrix[] {small, columnMajor}) {
      ColumnMoments exact = moments(columns, z, Precision.DOUBLE);
      ColumnMoments m = single(z);
      for (int j = 0; j < z.columns(); j++) {
        assertThat(m.sumOfSquares(j)).isEqualTo(exact.sumOfSquares(j));
      }
    }
  }

  /** What makes a column go in double, its window with it, and no other. */
  @ParameterizedTest
  @ValueSource(strings = {"outlier in row 0", "overflow", "underflow", "constant"})
  void columnsThatNeedDoubleGetIt(String what) {
    for (int column : new int[] {0, 130, 299}) {
      Matrix z = random(B, D);
      for (int i = 0; i < B; i++) {
        switch (what) {
          case "overflow" -> z.set(i, column, 1e30 * Math.cos(i));
          case "underflow" -> z.set(i, column, 1e-30 * Math.cos(i));
          case "constant" -> z.set(i, column, 0.3);
          default -> z.set(i, column, i == 0 ? 1e4 : 1e-2 * Math.cos(i));
        }
      }
      ColumnMoments exact = moments(columns, z, Precision.DOUBLE);
      ColumnMoments m = single(z);
      for (int j = 0; j < D; j++) {
        boolean redone = j / ColumnWindow.COLUMNS == column / ColumnWindow.COLUMNS;
        assertThat(m.single()[j / ColumnWindow.COLUMNS]).isEqualTo(!redone);
        if (redone) {
          assertThat(m.sumOfSquares(j)).as(what).isEqualTo(exact.sumOfSquares(j));
          assertThat(m.mean(j)).isEqualTo(exact.mean(j));
        }
      }
      Matrix out = Matrix.of(new float[B * D], B, D);
      columns.deviations(z, m, factors(D), out);
      Matrix expected = Matrix.of(new float[B * D], B, D);
      columns.deviations(z, exact, factors(D), expected);
      for (int i = 0; i < B; i++) {
        assertThat(out.get(i, column)).isEqualTo(expected.get(i, column));
      }
    }
  }

  /** A mean that does not fit in a float leaves moments as they are and makes its deviations go in double; factors likewise. */
  @Test
  void deviationsThatDoNotFitAreInDouble() {
    Matrix z = random(B, D);
    for (int i = 0; i < B; i++) {
      z.set(i, 5, 3e5 + Math.cos(i));
    }
    double[] factors = factors(D);
    factors[140] = 1e-42;
    factors[299] = 1e39;
    ColumnMoments m = single(z);
    assertThat(m.single()).containsOnly(true);
    Matrix out = Matrix.of(new float[B * D], B, D);
    columns.deviations(z, m, factors, out);
    for (int i = 0; i < B; i++) {
      for (int j : new int[] {5, 140, 299}) {
        assertThat(out.get(i, j)).isEqualTo((double) (float) (factors[j] * ((z.get(i, j) - z.get(0, j)) - m.delta()[j])));
      }
    }
  }

  @Test
  void factorsThatAreNotFiniteReachEveryEntry() {
    Matrix z = random(B, D);
    ColumnMoments m = single(z);
    double[] factors = new double[ColumnWindow.padded(D)];
    Arrays.fill(factors, 0, D, Double.NaN);
    Matrix out = Matrix.of(new float[B * D], B, D);
    columns.deviations(z, m, factors, out);
    for (double[] row : Layout.values(out)) {
      assertThat(row).containsOnly(Double.NaN);
    }
  }

  @Test
  void anEntryThatIsNotFiniteIsNoticedWhereverItIs() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int[] at : new int[][] {{0, 0}, {0, 299}, {1, 17}, {63, 128}, {64, 255}, {599, 0}, {599, 299}}) {
        Matrix z = random(B, D);
        z.set(at[0], at[1], bad);
        assertThat(single(z).isFinite()).as("%s at %d, %d", bad, at[0], at[1]).isFalse();
      }
    }
  }

  /** Wherever the rows lie, on any kernels and any number of threads. */
  @Test
  void theSameBitsEverywhere() {
    int b = 700;
    int d = 4300;
    Matrix z = random(b, d);
    double[] factors = factors(d);
    Arrays.fill(factors, 128, 256, 0); // a window that is dead
    ColumnMoments expected = single(z);
    Matrix gradient = Matrix.of(new float[b * d], b, d);
    columns.deviations(z, expected, factors, gradient);
    Matrix padded = Matrix.of(new float[3 + b * (d + 5)], 3, b, d, d + 5);
    Matrix swapped = Matrix.of(ByteBuffer.allocate(4 * b * d).order(ByteOrder.BIG_ENDIAN), ElementType.FLOAT32, 0, b, d, d);
    for (Matrix same : new Matrix[] {z, padded, swapped}) {
      for (int i = 0; same != z && i < b; i++) {
        for (int j = 0; j < d; j++) {
          same.set(i, j, z.get(i, j));
        }
      }
      for (Kernels kernels : Implementations.kernels()) {
        for (int threads : new int[] {1, 2, 7}) {
          CpuColumns other = new CpuColumns(kernels, new Parallel(threads, 0));
          ColumnMoments m = moments(other, same, Precision.SINGLE);
          for (int j = 0; j < d; j++) {
            assertThat(m.sumOfSquares(j)).isEqualTo(expected.sumOfSquares(j));
            assertThat(m.mean(j)).isEqualTo(expected.mean(j));
          }
          Matrix out = Matrix.of(new float[b * d], b, d);
          other.deviations(same, m, factors, out);
          assertThat(out.segment().mismatch(gradient.segment())).isEqualTo(-1);
        }
      }
    }
  }
}
