package dev.fullrank.linalg;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.util.Arrays;

/**
 * Makes an input fit to be squared: finds out whether it is finite, normalises rows on request, and otherwise scales by a power
 * of two where fourth powers would overflow or underflow.
 *
 * <p>One pass takes the sums of squares of the rows. Squares of the narrower types always fit into a double. Only binary64 data
 * outside of 2^±200 needs a second, slower look.
 */
public final class RowScaling {
  /** Sums of squares in 2^±900 neither overflowed nor lost digits to underflow that matter: rows can be divided by their roots. */
  private static final double SAFE_ROW_MIN = 0x1p-900;

  private static final double SAFE_ROW_MAX = 0x1p900;

  /** ‖E‖_F² in 2^±400: the Gram matrix and its inverse, up to 2^106 times as large, can be squared once more for their norms. */
  private static final double SAFE_MIN = 0x1p-400;

  private static final double SAFE_MAX = 0x1p400;

  /** 2^±1000 brings the extremes 2^-1074 and 2^1024 to squares that fit, and is itself a normal number. */
  private static final int MAX_EXPONENT = 1000;

  private double[] sums = {};
  private double[] scale = {};
  private double[] inverseNorm = {};
  private double[] dense = {};
  private boolean normalized;
  private int exponent;
  private double squaredNorm;
  private double largestRowSum;

  /**
   * Points {@code y} at the scaled input.
   *
   * @param normalize whether rows are divided by their Euclidean norm; a zero row stays zero
   * @return false if the input holds a NaN or an infinity; nothing else is defined then
   */
  public boolean prepare(DenseOps<?> ops, Matrix x, boolean normalize, Operand y) {
    int b = x.rows();
    if (sums.length < b) {
      sums = new double[b];
      scale = new double[b];
      inverseNorm = new double[b];
    }
    normalized = normalize;
    exponent = 0;
    ops.rowSumsOfSquares(x, sums);
    boolean safe = survey(b);
    if (x.type() != ElementType.FLOAT64) {
      if (!(squaredNorm <= Double.MAX_VALUE)) {
        return false;
      }
      safe = true;
    } else if (!safe && Double.isNaN(largestMagnitude(x, 0, b))) {
      return false;
    }
    if (!normalize) {
      y.set(x, safe ? null : powerOfTwoScale(x), null);
    } else if (safe) {
      for (int i = 0; i < b; i++) {
        scale[i] = sums[i] > 0 ? 1 / Math.sqrt(sums[i]) : 0;
        inverseNorm[i] = scale[i];
      }
      y.set(x, scale, null);
    } else {
      y.set(unitRows(x), null, null);
    }
    if (normalize || !safe) {
      measure(y);
    }
    return true;
  }

  /** ‖Y‖_F² of the scaled matrix. */
  public double squaredNorm() {
    return squaredNorm;
  }

  /** The largest squared norm of a row of the scaled matrix. */
  public double largestRowSum() {
    return largestRowSum;
  }

  /** Y = 2^exponent·X where rows are not normalised, else 0: what is homogeneous of degree one is taken back by 2^-exponent. */
  public int exponent() {
    return exponent;
  }

  /** 1/‖x_i‖ of each row, 0 for zero rows and at most the largest double; meaningful if rows were normalised. */
  public double[] inverseNorms() {
    return inverseNorm;
  }

  /** Whether rows were normalised. */
  public boolean normalized() {
    return normalized;
  }

  private boolean survey(int b) {
    double sum = 0;
    double largest = 0;
    boolean rowsSafe = true;
    for (int i = 0; i < b; i++) {
      sum += sums[i];
      largest = Math.max(largest, sums[i]);
      rowsSafe &= sums[i] >= SAFE_ROW_MIN && sums[i] <= SAFE_ROW_MAX;
    }
    squaredNorm = sum;
    largestRowSum = largest;
    return normalized ? rowsSafe : sum >= SAFE_MIN && sum <= SAFE_MAX;
  }

  private void measure(Operand y) {
    int b = y.rows();
    if (normalized && y.rowScale() != null) {
      squaredNorm = 0;
      for (int i = 0; i < b; i++) {
        squaredNorm += scale[i] * scale[i] * sums[i];
      }
      largestRowSum = squaredNorm > 0 ? 1 : 0;
      return;
    }
    squaredNorm = 0;
    largestRowSum = 0;
    for (int i = 0; i < b; i++) {
      // Scaled before they are squared: the unscaled squares are what overflows.
      double sum = 0;
      for (int j = 0; j < y.columns(); j++) {
        double entry = y.get(i, j);
        sum += entry * entry;
      }
      squaredNorm += sum;
      largestRowSum = Math.max(largestRowSum, sum);
    }
  }

  private double[] powerOfTwoScale(Matrix x) {
    double largest = largestMagnitude(x, 0, x.rows());
    exponent = largest == 0 ? 0 : Math.clamp(-Math.getExponent(largest), -MAX_EXPONENT, MAX_EXPONENT);
    Arrays.fill(scale, 0, x.rows(), Math.scalb(1.0, exponent));
    return scale;
  }

  /** Rows too large or too small to be squared: divided one by one, by way of a power of two, into a dense copy. */
  private Matrix unitRows(Matrix x) {
    int b = x.rows();
    int d = x.columns();
    if (dense.length < Math.multiplyExact(b, d)) {
      dense = new double[b * d];
    }
    for (int i = 0; i < b; i++) {
      double largest = largestMagnitude(x, i, i + 1);
      int p = largest == 0 ? 0 : Math.clamp(-Math.getExponent(largest), -MAX_EXPONENT, MAX_EXPONENT);
      double sum = 0;
      for (int j = 0; j < d; j++) {
        double scaled = Math.scalb(x.get(i, j), p);
        dense[i * d + j] = scaled;
        sum += scaled * scaled;
      }
      double inverse = sum > 0 ? 1 / Math.sqrt(sum) : 0;
      for (int j = 0; j < d; j++) {
        dense[i * d + j] *= inverse;
      }
      inverseNorm[i] = Math.min(Math.scalb(inverse, p), Double.MAX_VALUE);
    }
    return Matrix.of(dense, b, d);
  }

  /** The largest |x_ij| in the rows from {@code from} to {@code to}; NaN if one is not finite. */
  private static double largestMagnitude(Matrix x, int from, int to) {
    double largest = 0;
    for (int i = from; i < to; i++) {
      for (int j = 0; j < x.columns(); j++) {
        double magnitude = Math.abs(x.get(i, j));
        if (!(magnitude <= Double.MAX_VALUE)) {
          return Double.NaN;
        }
        largest = Math.max(largest, magnitude);
      }
    }
    return largest;
  }
}
