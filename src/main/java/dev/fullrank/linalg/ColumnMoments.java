package dev.fullrank.linalg;

import java.util.Arrays;

/**
 * Mean and sum of squared deviations of each column of a b×d matrix, as {@link ColumnStripe} leaves them.
 *
 * <p>The mean is kept as a sum origin + delta, and deviations are taken as (z − origin) − delta: the first difference is exact
 * or nearly so where the mean is large against the spread. A column whose squares leave the range of double is kept in units of
 * 2^exponent.
 *
 * <p>Rows are cut into chunks, which several threads may take in at once, and each chunk into blocks of
 * {@link ColumnWindow#ROWS} rows. Blocks are merged in order, then chunks in order (Chan, Golub and LeVeque, "Updating formulae
 * and a pairwise algorithm for computing sample variances", 1979):
 *
 * <pre>  M2 := M2_a + M2_b + (mean_b − mean_a)²·n_a·n_b/(n_a + n_b)</pre>
 *
 * <p>The cuts depend on the shape alone, and so do the bits. Mutable workspace; distinct windows of columns, and distinct chunks of
 * them, may be written by distinct threads.
 */
public final class ColumnMoments {
  /**
   * Unit of columns whose squared deviations overflow, and its inverse of those where they underflow. Deviations then lie
   * between 2^496 and 2^1025, or between 2^-1074 and 2^-480; times 2^∓600 their squares lie between 2^-948 and 2^850, far
   * enough from both ends for 2^31 of them to be added.
   */
  public static final int RESCUE_EXPONENT = 600;

  /**
   * Below this sum of squares some of its terms may have been subnormal. 2^31 terms that are each off by half the least
   * subnormal, 2^-1075, are then less than 2^-84 of it: no bit of the result.
   */
  public static final double LEAST_SAFE_SQUARES = 0x1p-960;

  /**
   * A column is summed again about its mean when (Σ(z−origin))²/b exceeds this multiple of the sum of squared deviations: then
   * more than 12 of the 53 bits have cancelled. As the origin is itself an entry, that takes more than 4096 rows.
   */
  private static final double CANCELLATION = 0x1p12;

  /**
   * Sums in single precision stand where (Σ(z−origin))²/b is at most this multiple of the sum of squared deviations, that is, if
   * the origin, an entry, lies within 5.6 standard deviations of the mean: of 60 million numbers that are normally distributed one
   * does not. A narrow limit costs more than it gives: a window that is taken in again, its rows a page apart, takes as long as
   * sixteen that are not.
   */
  private static final double SINGLE_CANCELLATION = 0x1p5;

  /**
   * And where the sum of squared deviations is at least this times b. Squares in single precision are off by up to 2^-150 each
   * where they are subnormal, which is then less than 2^-29 of the sum.
   */
  private static final double LEAST_SINGLE_SQUARE = 0x1p-120;

  private static final double DOWN = 0x1p-600;
  private static final double UP = 0x1p600;

  /** Elements of a chunk, for rows of one stripe: 512 KiB of floats, some 20 µs of work. */
  private static final int CHUNK = 1 << 17;

  /** Most sums of chunks: two arrays of them are 2 MiB, small against a matrix that has as many chunks. */
  private static final int PARTIALS = 1 << 17;

  private int samples;
  private int columns;
  private int padded;
  private int chunkRows;
  private double[] origin = {};
  private double[] shift = {};
  private double[] delta = {};
  private double[] squares = {};
  private int[] exponent = {};
  private boolean[] rescaled = {};
  private boolean[] pending = {};
  private boolean[] single = {};

  /** Makes room for a matrix of b samples × d columns, all of them to be taken in. */
  public ColumnMoments resize(int b, int d) {
    samples = b;
    columns = d;
    padded = ColumnWindow.padded(d);
    chunkRows = Math.max(rowsOfChunk(d), wholeBlocks(Math.ceilDiv(b, Math.max(1, PARTIALS / padded))));
    int chunks = Math.ceilDiv(b, chunkRows);
    if (origin.length < padded) {
      origin = new double[padded];
      shift = new double[padded];
      exponent = new int[padded];
      rescaled = new boolean[padded / ColumnWindow.COLUMNS];
      pending = new boolean[rescaled.length];
      single = new boolean[rescaled.length];
    }
    if (delta.length < chunks * padded) {
      delta = new double[chunks * padded];
      squares = new double[chunks * padded];
    }
    Arrays.fill(pending, true);
    Arrays.fill(single, false);
    return this;
  }

  /** Rows of a stripe of d columns that are worth a task of their own; whole blocks. */
  public static int rowsOfChunk(int d) {
    return wholeBlocks(Math.ceilDiv(CHUNK, Math.min(d, ColumnWindow.STRIPE)));
  }

  private static int wholeBlocks(int rows) {
    return Math.multiplyExact(Math.ceilDiv(rows, ColumnWindow.ROWS), ColumnWindow.ROWS);
  }

  /** Rows of each chunk but the last. */
  public int chunkRows() {
    return chunkRows;
  }

  /** First row of a chunk; of the one after the last, the number of rows. */
  public int firstRow(int chunk) {
    return (int) Math.min((long) chunk * chunkRows, samples);
  }

  /** Windows of columns whose rows are to be taken in (again). */
  public boolean[] pending() {
    return pending;
  }

  /** Windows of columns whose moments come from sums in single precision. */
  public boolean[] single() {
    return single;
  }

  /** Number of rows, b. */
  public int samples() {
    return samples;
  }

  /** Number of columns, d. */
  public int columns() {
    return columns;
  }

  /** The mean of column j; finite whenever the column is. */
  public double mean(int j) {
    return switch (Integer.signum(exponent[j])) {
      case 0 -> origin[j] + delta[j];
      case 1 -> (origin[j] * DOWN + delta[j]) * UP;
      default -> origin[j] + delta[j] * DOWN;
    };
  }

  /** The binary exponent e of the unit of column j, 0 except where squares would leave the range of double. */
  public int exponent(int j) {
    return exponent[j];
  }

  /** Whether any column may have an exponent other than 0. */
  public boolean isRescaled() {
    boolean any = false;
    for (int from = 0; from < columns; from += ColumnWindow.COLUMNS) {
      any |= rescaled[from / ColumnWindow.COLUMNS];
    }
    return any;
  }

  /** Σ_i (z_ij − mean_j)² in units of 4^exponent; 0 exactly if all entries of the column are equal, else positive. */
  public double sumOfSquares(int j) {
    return squares[j];
  }

  /** Whether all entries of column j are equal. */
  public boolean isConstant(int j) {
    return squares[j] == 0;
  }

  /** Whether every entry of the matrix is finite. */
  public boolean isFinite() {
    for (int j = 0; j < columns; j++) {
      if (!(squares[j] < Double.POSITIVE_INFINITY)) {
        return false;
      }
    }
    return true;
  }

  /**
   * S_j = √(variance_j + epsilon); infinite where it is not representable.
   *
   * @param divisor of the sum of squares: b − 1 for the unbiased variance, b for the biased
   */
  public double std(int j, double divisor, double epsilon) {
    double variance = squares[j] / divisor;
    if (exponent[j] == 0) {
      return Math.sqrt(variance + epsilon);
    }
    return Math.hypot(Math.scalb(Math.sqrt(variance), exponent[j]), Math.sqrt(epsilon));
  }

  /** S_j in units of 2^exponent, in which dividing by it neither overflows nor loses bits. */
  public double scaledStd(int j, double divisor, double epsilon) {
    if (exponent[j] == 0) {
      return std(j, divisor, epsilon);
    }
    return Math.hypot(Math.sqrt(squares[j] / divisor), Math.scalb(Math.sqrt(epsilon), -exponent[j]));
  }

  /**
   * Rounds the means of columns from {@code from} to {@code end}, whose exponents are 0, to single precision; whether each
   * lost_j² ≤ bound·Σ_i (z_ij − mean_j)²/b, with lost_j what rounding took.
   */
  public boolean roundMeans(int from, int end, double bound, float[] out) {
    double perSample = bound / samples;
    for (int j = from; j < end; j++) {
      double mean = origin[j] + delta[j];
      float rounded = (float) mean;
      double lost = mean - rounded;
      if (!(lost * lost <= perSample * squares[j])) {
        return false;
      }
      out[j] = rounded;
    }
    return true;
  }

  /** What a window's elements are shifted by in the first step, in the units of {@link #toUnits}. */
  public double[] shift() {
    return shift;
  }

  /** What they are shifted by in the second step. */
  public double[] delta() {
    return delta;
  }

  /** Starts a stripe: the entries of row 0 become the origins. */
  void begin(double[] firstRow, int from, int count) {
    System.arraycopy(firstRow, 0, origin, from, count);
    System.arraycopy(firstRow, 0, shift, from, count);
    Arrays.fill(exponent, from, from + count, 0);
    rescaled[from / ColumnWindow.COLUMNS] = false;
  }

  /** Brings a loaded window to the units of its columns; nothing to do but for columns that {@link #rescale} chose. */
  void toUnits(double[] window, int rows, int from, int count) {
    if (!rescaled[from / ColumnWindow.COLUMNS]) {
      return;
    }
    for (int j = 0; j < count; j++) {
      int e = exponent[from + j];
      double o = origin[from + j];
      for (int at = j; e != 0 && at < rows * ColumnWindow.COLUMNS; at += ColumnWindow.COLUMNS) {
        window[at] = e > 0 ? window[at] * DOWN - o * DOWN : (window[at] - o) * UP;
      }
    }
  }

  /**
   * Merges a block's sums about the shift into the moments of its chunk; the sums are lost.
   *
   * @param row rows of the chunk before the block
   */
  public void merge(
      MomentLoops loops, int chunk, int row, int rows, int from, int count, double[] sum, double[] sumOfSquares) {
    int at = chunk * padded + from;
    loops.centre(rows, count, sum, sumOfSquares);
    if (row == 0) {
      System.arraycopy(sum, 0, delta, at, count);
      System.arraycopy(sumOfSquares, 0, squares, at, count);
    } else {
      double weight = (double) rows / (row + rows);
      loops.merge(weight, row * weight, count, sum, sumOfSquares, 0, delta, squares, at);
    }
  }

  /**
   * The same for sums in single precision, sums[gap + j] and sums[2·gap + j].
   *
   * @param mean scratch, as within
   */
  public void mergeSingle(
      MomentLoops loops, int chunk, int row, int rows, int from, int count, float[] sums, int gap, double[] mean, double[] within) {
    int at = chunk * padded + from;
    if (row == 0) {
      loops.centre(rows, count, sums, gap, delta, squares, at);
    } else {
      double weight = (double) rows / (row + rows);
      loops.centre(rows, count, sums, gap, mean, within, 0);
      loops.merge(weight, row * weight, count, mean, within, 0, delta, squares, at);
    }
  }

  /** Merges the chunks of all pending columns. */
  public void combine(MomentLoops loops) {
    for (int from = 0; from < columns; from += ColumnWindow.COLUMNS) {
      int count = Math.min(ColumnWindow.COLUMNS, columns - from);
      for (int chunk = 1; pending[from / ColumnWindow.COLUMNS] && firstRow(chunk) < samples; chunk++) {
        double weight = (double) (firstRow(chunk + 1) - firstRow(chunk)) / firstRow(chunk + 1);
        loops.merge(
            weight, firstRow(chunk) * weight, count, delta, squares, chunk * padded + from, delta, squares, from);
      }
    }
  }

  /**
   * Chooses other units for columns whose squares overflowed or may have underflowed, and makes them pending; whether there are
   * any. The squares of types narrower than double are normal numbers of double.
   */
  public boolean rescale() {
    boolean any = false;
    for (int from = 0; from < columns; from += ColumnWindow.COLUMNS) {
      boolean here = rescale(from, Math.min(ColumnWindow.COLUMNS, columns - from));
      pending[from / ColumnWindow.COLUMNS] = here;
      any |= here;
    }
    return any;
  }

  /** Moves origins to the mean where the sums about them have cancelled, and makes these columns pending; whether there are any. */
  public boolean recentre() {
    boolean any = false;
    for (int from = 0; from < columns; from += ColumnWindow.COLUMNS) {
      boolean here = !single[from / ColumnWindow.COLUMNS] && recentre(from, Math.min(ColumnWindow.COLUMNS, columns - from));
      pending[from / ColumnWindow.COLUMNS] = here;
      any |= here;
    }
    return any;
  }

  /**
   * After sums in single precision: keeps the windows in which they are as good as promised, and makes the others pending, to be
   * taken in again in double; whether there are any.
   */
  public boolean keepSingle() {
    boolean any = false;
    for (int from = 0; from < columns; from += ColumnWindow.COLUMNS) {
      boolean good = isGoodInSingle(from, Math.min(from + ColumnWindow.COLUMNS, columns));
      single[from / ColumnWindow.COLUMNS] = good;
      pending[from / ColumnWindow.COLUMNS] = !good;
      any |= !good;
    }
    return any;
  }

  /** Written so that sums that are not finite, as they are when a square overflows, are not good. */
  private boolean isGoodInSingle(int from, int end) {
    double least = samples * LEAST_SINGLE_SQUARE;
    int j = from;
    while (j < end
        && squares[j] >= least
        && squares[j] < Double.POSITIVE_INFINITY
        && samples * delta[j] * delta[j] <= SINGLE_CANCELLATION * squares[j]) {
      j++;
    }
    return j == end;
  }

  private boolean rescale(int from, int count) {
    boolean any = false;
    for (int j = from; j < from + count; j++) {
      boolean tooLarge = !(squares[j] < Double.POSITIVE_INFINITY);
      if (tooLarge || squares[j] < LEAST_SAFE_SQUARES) {
        exponent[j] = tooLarge ? RESCUE_EXPONENT : -RESCUE_EXPONENT;
        shift[j] = 0;
        any = true;
      }
    }
    rescaled[from / ColumnWindow.COLUMNS] = any;
    return any;
  }

  private boolean recentre(int from, int count) {
    boolean any = false;
    for (int j = from; j < from + count; j++) {
      if (samples * delta[j] * delta[j] > CANCELLATION * squares[j]) {
        origin[j] = mean(j);
        shift[j] = exponent[j] == 0 ? origin[j] : 0;
        any = true;
      }
    }
    return any;
  }
}
