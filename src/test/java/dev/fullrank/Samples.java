package dev.fullrank;

import java.util.Random;

/** Matrices for tests, the same ones on every run. */
public final class Samples {
  private Samples() {}

  /** Independent standard normal entries, times {@code scale} plus {@code offset}. */
  public static double[][] normal(long seed, int b, int d, double scale, double offset) {
    Random random = new Random(seed);
    double[][] values = new double[b][d];
    for (double[] row : values) {
      for (int j = 0; j < d; j++) {
        row[j] = random.nextGaussian() * scale + offset;
      }
    }
    return values;
  }

  /** Columns of very different spread and mean, one of them constant. */
  public static double[][] uneven(long seed, int b, int d) {
    double[][] values = normal(seed, b, d, 1, 0);
    for (double[] row : values) {
      for (int j = 0; j < d; j++) {
        row[j] = j % 7 == 3 ? 0.5 : row[j] * (0.1 + 0.3 * (j % 5)) + (j % 3 - 1);
      }
    }
    return values;
  }

  /** Every entry times {@code factor}. */
  public static double[][] scaled(double[][] values, double factor) {
    double[][] result = new double[values.length][];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i].clone();
      for (int j = 0; j < result[i].length; j++) {
        result[i][j] *= factor;
      }
    }
    return result;
  }

  /** A dense FLOAT64 matrix. */
  public static Matrix matrix(double[][] values) {
    int d = values[0].length;
    double[] all = new double[values.length * d];
    for (int i = 0; i < values.length; i++) {
      System.arraycopy(values[i], 0, all, i * d, d);
    }
    return Matrix.of(all, values.length, d);
  }

  /** A dense FLOAT64 matrix of the same shape, filled with NaN. */
  public static Matrix blank(Matrix like) {
    return Layout.DENSE.empty(ElementType.FLOAT64, like.rows(), like.columns());
  }
}
