package dev.fullrank.linalg;

import dev.fullrank.Matrix;
import java.util.Arrays;

/**
 * Number, mean and centred co-moment M = Σ(z − mean)(z − mean)ᵀ of a stream of rows, taken in block by block.
 *
 * <p>Two parts a and b are joined by the pairwise rule (Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for
 * computing sample variances", 1979), here for the whole d×d matrix:
 *
 * <pre>
 * δ = mean_b − mean_a      mean = mean_a + (n_b/n)·δ      M = M_a + M_b + (n_a·n_b/n)·δδᵀ
 * </pre>
 *
 * A part is centred about its own mean before anything is squared, so nothing cancels however far the mean lies from the origin;
 * a constant column gives zeros exactly. The uncentred Gram matrix is M + n·mean·meanᵀ, a sum of two positive semidefinite terms.
 *
 * <p>The upper triangle is stored, row after row: d(d+1)/2 doubles. The numbers must be scaled so that sums of squares neither
 * overflow nor vanish. Not thread-safe.
 */
public final class CoMoment {
  /** A square matrix of a higher order has more entries than one array can hold. */
  public static final int MOST_COLUMNS = 46340;

  private final int columns;
  private final double[] mean;
  private final double[] upper;
  private long count;

  /** The moments of no rows at all. */
  public CoMoment(int columns) {
    this(0, new double[columns], new double[packedSize(columns)]);
  }

  /** The given moments; the arrays are kept, not copied. */
  public CoMoment(long count, double[] mean, double[] upper) {
    this.columns = mean.length;
    this.count = count;
    this.mean = mean;
    this.upper = upper;
    if (upper.length != packedSize(columns)) {
      throw new IllegalArgumentException(
          "the upper triangle of order " + columns + " has " + packedSize(columns) + " entries, not " + upper.length);
    }
  }

  /**
   * Entries of the upper triangle of order d: d(d+1)/2.
   *
   * @throws IllegalArgumentException if a square matrix of order d has more entries than a Java array can hold
   */
  public static int packedSize(int columns) {
    if (columns > MOST_COLUMNS) {
      throw new IllegalArgumentException(
          columns + " columns make a co-moment of " + (long) columns * columns + " entries; one array holds " + MOST_COLUMNS + "²");
    }
    return (int) ((long) columns * (columns + 1) / 2);
  }

  /** A copy that shares nothing. */
  public CoMoment copy() {
    return new CoMoment(count, mean.clone(), upper.clone());
  }

  /** Number of rows, n. */
  public long count() {
    return count;
  }

  /** Number of columns, d. */
  public int columns() {
    return columns;
  }

  /** The column means, not a copy; zeros while there are no rows. */
  public double[] mean() {
    return mean;
  }

  /** The upper triangle of M, row after row, not a copy. */
  public double[] upper() {
    return upper;
  }

  /** M_jj = Σ(z_j − mean_j)² of column j. */
  public double diagonal(int j) {
    return upper[rowStart(j) + j];
  }

  /** M_ij for i ≤ j. */
  public double get(int i, int j) {
    return upper[rowStart(i) + j];
  }

  /** Index of entry (i, 0) if the triangle had one: row i starts at i·d − i(i−1)/2 with column i. */
  private int rowStart(int i) {
    return (int) ((long) i * columns - (long) i * (i + 1) / 2);
  }

  /**
   * Takes in a block of rows; its Gram matrix about its own mean is one symmetric product.
   *
   * @param rows dense and row-major, {@code n × d}; finite
   * @param n number of rows in use, at least 1
   * @param factor each row is multiplied by this, a power of two
   * @param product computes it
   */
  public void add(double[] rows, int n, double factor, GramProduct product) {
    double[] blockMean = blockMean(rows, n, factor);
    double[] scale = null;
    if (factor != 1) {
      scale = new double[n];
      Arrays.fill(scale, factor);
    }
    double[] gram = product.gramOfColumns(new Operand().set(Matrix.of(rows, n, columns), scale, blockMean));
    double weight = join(n, blockMean);
    for (int i = 0; i < columns; i++) {
      int at = rowStart(i);
      int from = i * columns;
      double f = weight * blockMean[i];
      for (int j = i; j < columns; j++) {
        upper[at + j] += gram[from + j] + f * blockMean[j];
      }
    }
  }

  /** Takes in the rows that the other one has seen; the other one is left alone. */
  public void merge(CoMoment other) {
    if (other.columns != columns) {
      throw new IllegalArgumentException("cannot merge " + other.columns + " columns into " + columns);
    }
    if (other.count == 0) {
      return;
    }
    double[] delta = other.mean.clone();
    double weight = join(other.count, delta);
    for (int i = 0; i < columns; i++) {
      int at = rowStart(i);
      double f = weight * delta[i];
      for (int j = i; j < columns; j++) {
        upper[at + j] += other.upper[at + j] + f * delta[j];
      }
    }
  }

  /** Turns the other mean into δ, moves the mean, adds the count and returns the factor of δδᵀ. */
  private double join(long n, double[] delta) {
    if (count == 0) {
      System.arraycopy(delta, 0, mean, 0, columns);
      Arrays.fill(delta, 0);
      count = n;
      return 0;
    }
    long total = count + n;
    double share = (double) n / total;
    for (int j = 0; j < columns; j++) {
      delta[j] -= mean[j];
      mean[j] += share * delta[j];
    }
    double weight = count * share;
    count = total;
    return weight;
  }

  /** The mean as first row + mean of the differences from it: exact where a column is constant. */
  private double[] blockMean(double[] rows, int n, double factor) {
    double[] sums = new double[columns];
    for (int i = 1; i < n; i++) {
      int at = i * columns;
      for (int j = 0; j < columns; j++) {
        sums[j] += factor * rows[at + j] - factor * rows[j];
      }
    }
    for (int j = 0; j < columns; j++) {
      sums[j] = factor * rows[j] + sums[j] / n;
    }
    return sums;
  }

  /** Replaces the rows by themselves times a power of two. */
  public void scale(double factor) {
    for (int j = 0; j < columns; j++) {
      mean[j] *= factor;
    }
    // Twice by the factor: its square may be out of range where the product is not.
    for (int at = 0; at < upper.length; at++) {
      upper[at] = upper[at] * factor * factor;
    }
  }

  /** The uncentred Gram matrix M + n·mean·meanᵀ = Σzzᵀ, both triangles, row-major with leading dimension d. */
  public void gram(double[] out) {
    for (int i = 0; i < columns; i++) {
      int at = rowStart(i);
      double f = count * mean[i];
      for (int j = i; j < columns; j++) {
        double value = upper[at + j] + f * mean[j];
        out[i * columns + j] = value;
        out[j * columns + i] = value;
      }
    }
  }
}
