package dev.fullrank.linalg;

import dev.fullrank.Matrix;

/**
 * e(Y) = Σ_{j≠l} (YᵀY)²_jl of a b×d matrix Y, and a quarter of its gradient, Y·offdiag(YᵀY).
 *
 * <p>Works on k×k matrices, k = min(b, d). With b ≥ d from G = YᵀY itself. With b &lt; d from K = Y·Yᵀ, which has the same
 * Frobenius norm:
 *
 * <pre>
 *   e(Y) = ‖K‖²_F − Σ_j g_j²         g_j = ‖y_j‖²
 *   Y·offdiag(YᵀY) = K·Y − Y·diag(g)
 * </pre>
 *
 * <p>The difference is accurate relative to ‖K‖²_F, not to itself. That is no loss where it matters: YᵀY has rank b &lt; d, so
 * when the columns have equal norms e(Y) is at least (d/b − 1) times the part that is subtracted. Only a matrix whose energy sits
 * in few, mutually orthogonal columns has an e(Y) that is small against ‖K‖²_F.
 *
 * @param <S> a square matrix in the memory of the device
 */
public final class OffDiagonalEnergy<S> {
  private static final int GRAM = 0;
  private static final int SCRATCH = 1;

  private final DenseOps<S> ops;
  private final Operand y;
  private double[] diagonal = {};
  private double[] scaledDiagonal = {};
  private boolean fewRows;

  /** Works in buffers 0 and 1 of the operations, on what the operand is set to. */
  public OffDiagonalEnergy(DenseOps<S> ops, Operand y) {
    this.ops = ops;
    this.y = y;
  }

  /**
   * e(Y); keeps the Gram matrix for the gradient.
   *
   * @param squaredNorms g_j of each column
   */
  public double compute(double[] squaredNorms) {
    int b = y.rows();
    int d = y.columns();
    if (diagonal.length < d) {
      diagonal = new double[d];
      scaledDiagonal = new double[d];
    }
    fewRows = b < d;
    ops.resize(Math.min(b, d));
    S gram = ops.buffer(GRAM);
    if (fewRows) {
      System.arraycopy(squaredNorms, 0, diagonal, 0, d);
      ops.gramOfRows(y, gram);
      double subtracted = 0;
      for (int j = 0; j < d; j++) {
        subtracted += squaredNorms[j] * squaredNorms[j];
      }
      return Math.max(0, ops.dot(gram, gram) - subtracted);
    }
    ops.gramOfColumns(y, gram);
    S identity = ops.buffer(SCRATCH);
    ops.combine(1, 0, gram, 0, gram, identity);
    ops.rowDots(gram, identity, diagonal);
    ops.subtractDiagonal(gram, diagonal);
    return ops.dot(gram, gram);
  }

  /** out := factor·Y·offdiag(YᵀY), a quarter of the gradient times the factor. */
  public void gradient(double factor, Matrix out) {
    S gram = ops.buffer(GRAM);
    S scaled = ops.buffer(SCRATCH);
    ops.combine(0, factor, gram, 0, gram, scaled);
    if (fewRows) {
      for (int j = 0; j < y.columns(); j++) {
        scaledDiagonal[j] = factor * diagonal[j];
      }
      ops.leftProduct(scaled, y, scaledDiagonal, out);
    } else {
      ops.rightProduct(y, scaled, false, null, out);
    }
  }
}
