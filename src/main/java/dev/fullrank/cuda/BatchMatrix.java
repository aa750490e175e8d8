package dev.fullrank.cuda;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.NonFiniteInputException;
import dev.fullrank.RankPolicy;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** One matrix X of a {@link DeviceBatch}, b×d with k = min(b, d) and n = max(b, d): where it lies, and what was found of Y. */
public final class BatchMatrix {
  /** Words of what a kernel is told of a matrix, and of what it tells. */
  static final int WORDS = 10;

  // Places in the report; the first three are of the rows.
  private static final int FIRST_NONFINITE = 3;
  private static final int SPECTRUM = 4;
  private static final int RESIDUALS = 7;

  private static final int NOT_FINITE = -1;
  private static final double EPSILON = Math.ulp(1.0);

  private final int index;
  private final Matrix input;
  private final Matrix gradient;
  private final int k;
  private final int n;

  // Device addresses, of copies where a matrix is on the host.
  long x;
  long out;
  long y;
  long p;
  long v;
  long rows;

  private boolean decomposed = true;
  private long firstNonFinite;
  private double squaredNorm;
  private double largestRowSum;
  private double unit;
  private double sum;
  private int rank;
  private double largest;
  private double residual;
  private FactorBounds bounds = FactorBounds.of(Double.NaN, Double.NaN, Double.NaN, 1);
  private double factor;
  private boolean wantsGradient;
  private @Nullable RuntimeException failure;

  BatchMatrix(int index, Matrix input, Matrix gradient) {
    this.index = index;
    this.input = input;
    this.gradient = gradient;
    this.k = Math.min(input.rows(), input.columns());
    this.n = Math.max(input.rows(), input.columns());
  }

  /** Its number in the caller's list. */
  public int index() {
    return index;
  }

  /** X. */
  public Matrix input() {
    return input;
  }

  /** Where the gradient goes. */
  public Matrix gradient() {
    return gradient;
  }

  int k() {
    return k;
  }

  int n() {
    return n;
  }

  /** Elements of Y. */
  long entries() {
    return (long) n * k;
  }

  /** Puts down what kernels are told of it. */
  void describe(DeviceWords words) {
    words
        .add(x)
        .add(input.isOnDevice() ? input.rowStride() : input.columns())
        .add(input.rows())
        .add(input.columns())
        .add(y)
        .add(p)
        .add(v)
        .add(rows)
        .add(out)
        .add(gradient.isOnDevice() ? gradient.rowStride() : gradient.columns());
  }

  /** Takes over what kernels have told of it. */
  void read(MemorySegment reports, long place) {
    squaredNorm = number(reports, place);
    largestRowSum = number(reports, place + 1);
    unit = number(reports, place + 2);
    firstNonFinite = reports.getAtIndex(ValueLayout.JAVA_LONG, place + FIRST_NONFINITE);
    sum = number(reports, place + SPECTRUM);
    rank = (int) number(reports, place + SPECTRUM + 1);
    largest = number(reports, place + SPECTRUM + 2);
    residual = Math.sqrt(number(reports, place + RESIDUALS + 2));
    bounds =
        FactorBounds.of(Math.sqrt(number(reports, place + RESIDUALS)), Math.sqrt(number(reports, place + RESIDUALS + 1)), residual, k);
  }

  private static double number(MemorySegment reports, long place) {
    return reports.getAtIndex(ValueLayout.JAVA_DOUBLE, place);
  }

  /** What its decomposition said of itself. */
  void decomposed(boolean wasDecomposed) {
    decomposed = wasDecomposed;
  }

  /** What kept it from being computed. */
  void fail(RuntimeException e) {
    failure = e;
  }

  /** What kept the host's memory from being read or written, or null. */
  public @Nullable RuntimeException failure() {
    return failure;
  }

  /** Whether all entries are finite. */
  public boolean isFinite() {
    return firstNonFinite == NOT_FINITE;
  }

  /** The exception for the first entry that is not, of which it needs the value. */
  NonFiniteInputException nonFinite(CudaWorkspace workspace) {
    int d = input.columns();
    long row = firstNonFinite / d;
    int column = (int) (firstNonFinite % d);
    ElementType type = input.type();
    return new NonFiniteInputException(
        row,
        column,
        input.isOnDevice() ? workspace.element(x, type, row * input.rowStride() + column) : input.get((int) row, column));
  }

  /**
   * Whether what was found is as good as it has to be. If singular values do not count, what is left of Y has to show that they are below
   * the threshold: the Gram matrix, which knows σ² to some 2⁻⁵²·σ₁², cannot.
   */
  public boolean isCertified(double tolerance, RankPolicy policy) {
    return decomposed
        && bounds.suffice(tolerance, sum)
        && (rank == k || (policy == RankPolicy.MINIMAL_NORM && residual <= n * EPSILON * largest));
  }

  /** Σσ of Y. */
  public double sum() {
    return sum;
  }

  /** ‖Y‖_F². */
  public double squaredNorm() {
    return squaredNorm;
  }

  /** The largest squared norm of a row of Y. */
  public double largestRowSum() {
    return largestRowSum;
  }

  /** u where Y = u·X, 1 where rows are normalised. */
  public double unit() {
    return unit;
  }

  /** Asks for factor·∂Σσ/∂X, without the unit u; NaN everywhere if the factor is. */
  public void wantGradient(double factor) {
    this.factor = factor;
    wantsGradient = true;
  }

  double factor() {
    return factor;
  }

  boolean wantsGradient() {
    return wantsGradient;
  }
}
