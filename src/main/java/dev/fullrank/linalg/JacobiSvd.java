package dev.fullrank.linalg;

import java.util.Arrays;

/**
 * Singular values and polar factor of a tall matrix by one-sided Jacobi rotations: the reference that the fast routes are
 * measured against, and their last fall-back.
 *
 * <p>A·Π = Q·R by pivoted QR, then {@link JacobiRotations} turns Rᵀ into W·Σ·Jᵀ, so that A = (Q·J)·Σ·(Π·W)ᵀ and the polar factor
 * is Q·(J·Wᵀ)·Πᵀ (Z. Drmač, K. Veselić, "New fast and accurate Jacobi SVD algorithm I, II", SIAM J. Matrix Anal. Appl. 29(4),
 * 2008). J and W are orthogonal to working accuracy whatever the condition of A, hence so is the polar factor. Singular values
 * are accurate to a few √k·u·σ₁, and each to its own size if A = X·D with well-conditioned X and any diagonal D.
 *
 * <p>Any finite matrix is decomposed; if its largest entry is far from 1 a copy-free scaling by a power of two comes first.
 * Values below 2^-1000 of that scale count as zero.
 *
 * <p>An instance is a workspace: buffers grow to the largest size seen and are kept, nothing else is allocated; one thread at a
 * time. The same input gives the same bits.
 */
public final class JacobiSvd {
  /**
   * Sizes that trade speed only, and the limit that makes every call end.
   *
   * @param rowBlockEntries entries of a block of rows in {@link TallQr}
   * @param pairBlockEntries entries of a block of columns in {@link JacobiRotations}
   * @param maxSweeps sweeps after which {@link ConvergenceException} is thrown
   */
  record Settings(int rowBlockEntries, int pairBlockEntries, int maxSweeps) {
    /**
     * 2^15 entries are 256 KiB: two such blocks fit in a second-level cache of 1 MiB with room to spare. Random
     * matrices of order 2048 take 11 sweeps, and convergence is quadratic at the end; 40 has never been reached.
     */
    static final Settings DEFAULT = new Settings(1 << 15, 1 << 15, 40);
  }

  /** From this n/k on, rows are reduced by blocks first; the extra k×k factorization costs less than 2nk²/3. */
  private static final int TALL = 2;

  /** ⌊√(2^30)⌋ − 1: the longest array holds 2k² doubles. */
  private static final int MAX_COLUMNS = 32767;

  /** Scales within 2^±4 are left alone: with up to 2^31 entries σ₁ &lt; 2^20, so that no ratio to 2^-1000 underflows. */
  private static final int UNSCALED_EXPONENT = 4;

  private final TallQr tallQr;
  private final PivotedQr pivotedQr;
  private final JacobiRotations rotations;
  private final PolarFactor polar;
  private double[] triangle = {};
  private double[] values = {};
  private double[] reflectors = {};
  private int n;
  private int k;

  /** A workspace without buffers yet. */
  public JacobiSvd(ColumnOps ops) {
    this(ops, Settings.DEFAULT);
  }

  JacobiSvd(ColumnOps ops, Settings settings) {
    tallQr = new TallQr(ops, settings.rowBlockEntries());
    pivotedQr = new PivotedQr(ops);
    rotations = new JacobiRotations(ops, settings.pairBlockEntries(), settings.maxSweeps());
    polar = new PolarFactor(ops);
  }

  /**
   * Decomposes a. The array is kept and must not change until the last polar factor has been asked for.
   *
   * @param a column-major n×k with leading dimension n; overwritten
   * @throws IllegalArgumentException if n &lt; k, k &lt; 1 or k &gt; 32767, the array is too short, or an entry is not finite
   * @throws ConvergenceException if the rotations did not converge; there is no result then
   */
  public void decompose(double[] a, int n, int k) {
    if (k > MAX_COLUMNS) {
      throw new IllegalArgumentException("k = " + k + " columns, but a workspace of 2k² doubles ends at " + MAX_COLUMNS);
    }
    if (k < 1 || n < k || a.length < (long) n * k) {
      throw new IllegalArgumentException(
          "need n ≥ k ≥ 1 and n·k entries, not n = " + n + ", k = " + k + " in an array of " + a.length);
    }
    this.n = n;
    this.k = 0;
    int exponent = PowerOfTwo.exponent(ColumnNorm.maxAbs(a, 0, n * k), UNSCALED_EXPONENT);
    if (exponent != 0) {
      PowerOfTwo.scale(a, 0, n * k, -exponent);
    }
    if (tall(n, k)) {
      triangle = grown(triangle, k * k);
      tallQr.factor(a, n, k, triangle);
      pivotedQr.factor(triangle, k, k, k);
      rotations.run(triangle, k, k, pivotedQr.rank());
    } else {
      pivotedQr.factor(a, n, n, k);
      rotations.run(a, n, k, pivotedQr.rank());
    }
    values = grown(values, k);
    for (int i = 0; i < k; i++) {
      values[i] = Math.scalb(rotations.value(i), exponent);
    }
    reflectors = a;
    this.k = k;
  }

  /** The singular values, descending, in the first k entries; the array is reused by the next call and may be longer. */
  public double[] singularValues() {
    return values;
  }

  /** The number of σ_i &gt; relativeThreshold·σ₁. */
  public int rank(double relativeThreshold) {
    int r = 0;
    while (r < k && values[r] > relativeThreshold * values[0]) {
      r++;
    }
    return r;
  }

  /** Sweeps that the last call took, 0 for a matrix of rank 0 or 1 after pivoting. */
  public int sweeps() {
    return rotations.sweeps();
  }

  /**
   * q := U_r·V_rᵀ, the subgradient of ‖A‖_* of least Frobenius norm if r is the rank.
   *
   * @param rank r, at most the number of values that are not zero
   * @param q column-major n×k with leading dimension n; overwritten; not the array that was decomposed
   */
  public void polarFactor(int rank, double[] q) {
    check(rank, q);
    polar.multiply(rotations, pivotedQr, rank, false, q, n, k);
    applyQ(q);
  }

  /**
   * q := U·Vᵀ with the pairs from r on replaced: the right ones by an orthonormal basis of the complement of the first r, the
   * left ones by what the decomposition found, which is orthonormal always. For A = 0 this is the first k columns of I.
   *
   * @param rank r, at most the number of values that are not zero
   * @param q column-major n×k with leading dimension n; overwritten; not the array that was decomposed
   */
  public void completedPolarFactor(int rank, double[] q) {
    check(rank, q);
    polar.multiply(rotations, pivotedQr, rank, true, q, n, k);
    applyQ(q);
  }

  private void applyQ(double[] q) {
    if (tall(n, k)) {
      pivotedQr.applyQ(triangle, k, k, q, n, k);
      tallQr.applyQ(reflectors, n, k, q, k);
    } else {
      pivotedQr.applyQ(reflectors, n, n, q, n, k);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same array is what would go wrong
  private void check(int rank, double[] q) {
    if (k == 0) {
      throw new IllegalStateException("nothing has been decomposed");
    }
    if (q == reflectors || q.length < (long) n * k) {
      throw new IllegalArgumentException("q must be another array of at least " + n + "·" + k + " entries, not of " + q.length);
    }
    if (rank < 0 || rank > k || (rank > 0 && rotations.value(rank - 1) == 0)) {
      throw new IllegalArgumentException("rank " + rank + " exceeds the number of singular values that are not zero");
    }
  }

  private static boolean tall(int n, int k) {
    return n / TALL >= k;
  }

  private static double[] grown(double[] buffer, int length) {
    return buffer.length >= length ? buffer : Arrays.copyOf(buffer, length);
  }
}
