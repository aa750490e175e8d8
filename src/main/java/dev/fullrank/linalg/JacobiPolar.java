package dev.fullrank.linalg;

import dev.fullrank.Matrix;
import dev.fullrank.RankPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The reference route: singular values and polar factor of Y by QR and one-sided Jacobi, on the host.
 *
 * <p>A wide Y is treated through its transpose: row-major Y is column-major Yᵀ, so both cases are one tall column-major matrix.
 */
final class JacobiPolar {
  /** The longest array that every HotSpot JVM can allocate. */
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final JacobiSvd svd;
  private final Operand dense = new Operand();
  private double[] data = {};
  private double[] polar = {};
  private @Nullable Matrix dataView;
  private @Nullable Matrix polarView;
  private boolean wide;
  private int n;
  private int k;
  private int rank;

  JacobiPolar(ColumnOps ops) {
    this.svd = new JacobiSvd(ops);
  }

  /** Number of singular values above the threshold. */
  int rank() {
    return rank;
  }

  /** The largest singular value. */
  double largest() {
    return svd.singularValues()[0];
  }

  /**
   * Computes the decomposition and, if wanted, the polar factor.
   *
   * @return Σσ
   */
  double compute(DenseOps<?> ops, Operand y, RankPolicy policy, boolean polarWanted) {
    wide = y.rows() <= y.columns();
    n = Math.max(y.rows(), y.columns());
    k = Math.min(y.rows(), y.columns());
    load(ops, y);
    svd.decompose(data, n, k);
    double[] values = svd.singularValues();
    rank = values[0] > 0 ? svd.rank(rankThreshold()) : 0;
    if (polarWanted) {
      if (policy == RankPolicy.COMPLETION) {
        svd.completedPolarFactor(rank, polar);
      } else {
        svd.polarFactor(rank, polar);
      }
    }
    double sum = 0;
    for (int i = k - 1; i >= 0; i--) {
      sum += values[i];
    }
    return sum;
  }

  /**
   * out_i := factors_i·(q_i − t_i·y_i) for each row i, t_i = ⟨q_i, y_i⟩ if {@code project}, else 0.
   */
  void gradient(DenseOps<?> ops, Operand y, boolean project, double[] factors, Matrix out) {
    if (project) {
      load(ops, y);
      subtractRadialPart();
    }
    ops.store(dense.set(polarView(), factors, null), out);
  }

  /** The rank is that of the stored numbers: the threshold covers the rounding of this decomposition, not of the input. */
  private double rankThreshold() {
    return n * Math.ulp(1.0);
  }

  private void load(DenseOps<?> ops, Operand y) {
    int size = size();
    if (data.length < size) {
      data = new double[size];
      polar = new double[size];
      dataView = null;
      polarView = null;
    }
    if (dataView == null || dataView.rows() != y.rows() || dataView.columns() != y.columns()) {
      dataView = view(data, y);
      polarView = view(polar, y);
    }
    ops.store(y, dataView);
  }

  /** Elements of one of the two dense copies that this route needs. */
  private int size() {
    long size = (long) n * k;
    if (size > MAX_ARRAY) {
      throw new IllegalArgumentException(
          "the reference route needs " + n + "·" + k + " doubles in one array, which holds " + MAX_ARRAY
              + " at most; use fewer rows, or a larger tolerance so that the Gram route suffices");
    }
    return (int) size;
  }

  private static Matrix view(double[] memory, Operand y) {
    return y.rows() <= y.columns()
        ? Matrix.of(memory, y.rows(), y.columns())
        : Matrix.of(memory, y.columns(), y.rows()).transposed();
  }

  private Matrix polarView() {
    if (polarView == null) {
      throw new IllegalStateException("nothing was computed");
    }
    return polarView;
  }

  /** q_i := q_i − ⟨q_i, y_i⟩·y_i for each row of the caller's orientation. */
  private void subtractRadialPart() {
    if (wide) {
      for (int i = 0; i < k; i++) {
        double t = 0;
        for (int j = i * n; j < (i + 1) * n; j++) {
          t += polar[j] * data[j];
        }
        for (int j = i * n; j < (i + 1) * n; j++) {
          polar[j] -= t * data[j];
        }
      }
    } else {
      for (int i = 0; i < n; i++) {
        double t = 0;
        for (int j = i; j < n * k; j += n) {
          t += polar[j] * data[j];
        }
        for (int j = i; j < n * k; j += n) {
          polar[j] -= t * data[j];
        }
      }
    }
  }
}
