package dev.fullrank.cpu;

import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.ColumnWindow;

/**
 * How the deviations of each window of columns are formed: not at all where all factors are zero, in single precision where that
 * is as good as promised, else in double; with factors and means rounded for the second way. A workspace.
 */
final class ColumnWays {
  /** All factors are zero. */
  static final byte DEAD = 0;

  /** (z − origin) − delta and the product in double, rounded once. */
  static final byte DOUBLE = 1;

  /** z − mean and the product rounded to single precision, both times. */
  static final byte SINGLE = 2;

  /**
   * What rounding the mean moves a deviation by is at most 4 roundings, of 2^-24, of the standard deviation: (2^-22)², to be
   * compared with squares. A mean within 4 standard deviations of 0 always satisfies it.
   */
  private static final double MEAN_ROUNDING = 0x1p-44;

  /** What rounding takes of a factor that is a normal float, at most; NaN, infinity and what is subnormal loses more. */
  private static final double FACTOR_ROUNDING = 0x1p-24;

  private byte[] ways = {};
  private float[] factors = {};
  private float[] means = {};

  /** Chooses for these moments and factors. */
  void choose(ColumnMoments moments, double[] factor) {
    int d = moments.columns();
    int padded = ColumnWindow.padded(d);
    if (factors.length < padded) {
      ways = new byte[padded / ColumnWindow.COLUMNS];
      factors = new float[padded];
      means = new float[padded];
    }
    for (int from = 0; from < d; from += ColumnWindow.COLUMNS) {
      int w = from / ColumnWindow.COLUMNS;
      int end = Math.min(from + ColumnWindow.COLUMNS, d);
      ways[w] = way(moments, factor, moments.single()[w], from, end);
    }
  }

  private byte way(ColumnMoments moments, double[] factor, boolean single, int from, int end) {
    int j = from;
    while (j < end && factor[j] == 0) {
      j++;
    }
    if (j == end) {
      return DEAD;
    }
    return single && round(moments, factor, from, end) ? SINGLE : DOUBLE;
  }

  /** Rounds a window's factors and means; whether all of them bear it. */
  private boolean round(ColumnMoments moments, double[] factor, int from, int end) {
    for (int j = from; j < end; j++) {
      float rounded = (float) factor[j];
      if (!(Math.abs(factor[j] - rounded) <= FACTOR_ROUNDING * Math.abs(factor[j]))) {
        return false;
      }
      factors[j] = rounded;
    }
    return moments.roundMeans(from, end, MEAN_ROUNDING, means);
  }

  /** The way of the window that a column belongs to. */
  byte at(int column) {
    return ways[column / ColumnWindow.COLUMNS];
  }

  /** Rounded factors of columns that go in single precision. */
  float[] factors() {
    return factors;
  }

  /** Their rounded means. */
  float[] means() {
    return means;
  }

  /** The column after the windows that go the way of the one at this column; at most {@code end}. */
  int endOfRun(int column, int end) {
    int next = column;
    do {
      next = Math.min((next / ColumnWindow.COLUMNS + 1) * ColumnWindow.COLUMNS, end);
    } while (next < end && at(next) == at(column));
    return next;
  }
}
