package dev.fullrank.linalg;

import java.util.Arrays;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix A = Σ λ_i·z_i·z_iᵀ: {@link Tridiagonalization}, then {@link TridiagonalQl}.
 * Eigenvalues are accurate to a few k·u·‖A‖₂, not to their own size; eigenvectors are orthonormal to k·u.
 *
 * <p>Any finite matrix is taken: if its largest entry is far from 1 it is scaled by a power of two first.
 *
 * <p>An instance is a workspace: buffers grow to the largest order seen and are kept, nothing else is allocated; one thread at a
 * time. The same input gives the same bits.
 */
public final class SymmetricEigen {
  /**
   * Sizes that trade speed only, and the limit that makes every call end.
   *
   * @param panel columns reduced before the rest of the matrix is updated
   * @param rotationBatch rotations collected before they are applied to the vectors
   * @param maxIterations QL steps per eigenvalue, on average, after which {@link ConvergenceException} is thrown
   */
  record Settings(int panel, int rotationBatch, int maxIterations) {
    /**
     * A panel of 32 costs 2·32·k entries beside the matrix and lets the trailing rows be written once in 32 steps. 2^14 rotations
     * are 16 to 100 sweeps over vectors of the usual orders, in 320 KiB. QL takes about 1.7 steps; 30 is LAPACK's limit.
     */
    static final Settings DEFAULT = new Settings(32, 1 << 14, 30);
  }

  /** Scales within 2^±100 are left alone: squares and their sums stay far from under- and overflow. */
  private static final int UNSCALED_EXPONENT = 100;

  private final Tridiagonalization tridiagonalization;
  private final TridiagonalQl ql;
  private double[] diagonal = {};
  private double[] offDiagonal = {};
  private double[] vectors = {};
  private int[] order = {};

  /** A workspace without buffers yet. */
  public SymmetricEigen(ColumnOps ops) {
    this(ops, Settings.DEFAULT);
  }

  SymmetricEigen(ColumnOps ops, Settings settings) {
    tridiagonalization = new Tridiagonalization(ops, settings.panel());
    ql = new TridiagonalQl(ops, settings.rotationBatch(), settings.maxIterations());
  }

  /**
   * Eigenvalues only.
   *
   * @param a k×k row-major; only the upper triangle is read; destroyed
   * @param w the eigenvalues, descending, in the first k entries
   * @throws IllegalArgumentException if k &lt; 1, an array is too short, or an entry of the upper triangle is not finite
   * @throws ConvergenceException if QL did not converge; there is no result then
   */
  public void values(double[] a, int k, double[] w) {
    int exponent = reduce(a, k, w);
    ql.run(diagonal, offDiagonal, k);
    order(k);
    store(exponent, k, w);
  }

  /**
   * Eigenvalues and eigenvectors.
   *
   * @param a k×k row-major, of which only the upper triangle is read; on return row i is the unit eigenvector z_i
   * @param w the eigenvalues, descending, in the first k entries
   * @throws IllegalArgumentException if k &lt; 1, an array is too short, or an entry of the upper triangle is not finite
   * @throws ConvergenceException if QL did not converge; there is no result then
   */
  public void decompose(double[] a, int k, double[] w) {
    int exponent = reduce(a, k, w);
    if (vectors.length < k * k) {
      vectors = new double[k * k];
    }
    Arrays.fill(vectors, 0, k * k, 0);
    for (int i = 0; i < k; i++) {
      vectors[i * k + i] = 1;
    }
    ql.run(diagonal, offDiagonal, k, vectors);
    tridiagonalization.applyQ(a, k, vectors);
    order(k);
    store(exponent, k, w);
    for (int i = 0; i < k; i++) {
      System.arraycopy(vectors, order[i] * k, a, i * k, k);
    }
  }

  private int reduce(double[] a, int k, double[] w) {
    if (k < 1 || a.length < (long) k * k || w.length < k) {
      throw new IllegalArgumentException(
          "need k ≥ 1, k² entries and k values, not k = " + k + " in arrays of " + a.length + " and " + w.length);
    }
    if (diagonal.length < k) {
      diagonal = new double[k];
      offDiagonal = new double[k];
      order = new int[k];
    }
    int exponent = scale(a, k);
    tridiagonalization.reduce(a, k, diagonal, offDiagonal);
    return exponent;
  }

  private static int scale(double[] a, int k) {
    double largest = 0;
    for (int i = 0; i < k; i++) {
      largest = Math.max(largest, ColumnNorm.maxAbs(a, i * k + i, k - i));
    }
    int exponent = PowerOfTwo.exponent(largest, UNSCALED_EXPONENT);
    if (exponent != 0) {
      for (int i = 0; i < k; i++) {
        PowerOfTwo.scale(a, i * k + i, k - i, -exponent);
      }
    }
    return exponent;
  }

  private void order(int k) {
    for (int i = 0; i < k; i++) {
      int at = i;
      for (; at > 0 && diagonal[order[at - 1]] < diagonal[i]; at--) {
        order[at] = order[at - 1];
      }
      order[at] = i;
    }
  }

  private void store(int exponent, int k, double[] w) {
    for (int i = 0; i < k; i++) {
      w[i] = Math.scalb(diagonal[order[i]], exponent);
    }
  }
}
