package dev.fullrank.linalg;

/**
 * The triangular factor R of the QR factorisation of a stream of rows: RᵀR = Σzzᵀ, so R has the singular values of the whole
 * matrix, and it is found without squaring them. Rows come in block by block, and two factors are joined by factoring one on top
 * of the other (Golub, "Numerical methods for solving linear least squares problems", 1965; as a reduction tree: Demmel, Grigori,
 * Hoemmen and Langou, "Communication-optimal parallel and sequential QR and LU factorizations", 2012).
 *
 * <p>Where a Gram matrix in double loses singular values below about 1e-8·σ₁, this keeps them down to rounding, at 2nd² flops of
 * matrix-vector grain. The numbers must be scaled so that sums of squares neither overflow nor vanish. Not thread-safe.
 */
public final class TriangularFactor {
  private final int columns;
  private final ColumnOps ops;
  /** Column-major with leading dimension d: R_ij at j·d + i, zero below the diagonal. */
  private final double[] r;

  /** The factor of no rows at all. */
  public TriangularFactor(int columns, ColumnOps ops) {
    this(new double[Math.multiplyExact(columns, columns)], columns, ops);
  }

  private TriangularFactor(double[] r, int columns, ColumnOps ops) {
    this.r = r;
    this.columns = columns;
    this.ops = ops;
  }

  /** The factor that {@link #pack} wrote. */
  public static TriangularFactor unpack(double[] from, int at, int columns, ColumnOps ops) {
    TriangularFactor factor = new TriangularFactor(columns, ops);
    for (int j = 0; j < columns; j++) {
      System.arraycopy(from, at, factor.r, j * columns, j + 1);
      at += j + 1;
    }
    return factor;
  }

  /** Writes the triangle column by column: d(d+1)/2 numbers. */
  public void pack(double[] into, int at) {
    for (int j = 0; j < columns; j++) {
      System.arraycopy(r, j * columns, into, at, j + 1);
      at += j + 1;
    }
  }

  /** A copy that shares nothing but the operations. */
  public TriangularFactor copy() {
    return new TriangularFactor(r.clone(), columns, ops);
  }

  /** R, column-major with leading dimension d, zero below the diagonal; not a copy. */
  public double[] columnMajor() {
    return r;
  }

  /**
   * Takes in a block of rows.
   *
   * @param rows dense and row-major, {@code n × d}; finite
   * @param n number of rows in use, at least 1
   * @param factor each row is multiplied by this, a power of two
   */
  public void add(double[] rows, int n, double factor) {
    double[] block = new double[Math.multiplyExact(n, columns)];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < columns; j++) {
        block[j * n + i] = factor * rows[i * columns + j];
      }
    }
    eliminate(block, n);
  }

  /** Takes in the rows that the other factor has seen; the other one is left alone. */
  public void merge(TriangularFactor other) {
    eliminate(other.r.clone(), columns);
  }

  /** Replaces the rows by themselves times a power of two. */
  public void scale(double factor) {
    ops.scale(factor, r, 0, r.length);
  }

  /**
   * R := triangular factor of [R; B] for column-major B of n rows, which is destroyed. Reflector j works on entry R_jj and
   * column j of B alone, for the rest of R's column is zero already:
   *
   * <pre>
   * v = (R_jj − β, B_j),  β = −sign(R_jj)·‖(R_jj, B_j)‖,  vᵀv = −2βv₀,  x := x − 2(vᵀx/vᵀv)·v
   * </pre>
   */
  private void eliminate(double[] b, int n) {
    for (int j = 0; j < columns; j++) {
      double below = ops.dot(b, j * n, b, j * n, n);
      if (below == 0) {
        continue;
      }
      double diagonal = r[j * columns + j];
      double beta = -Math.copySign(Math.sqrt(diagonal * diagonal + below), diagonal);
      double v0 = diagonal - beta;
      double tau = 1 / (beta * v0);
      r[j * columns + j] = beta;
      for (int k = j + 1; k < columns; k++) {
        int at = k * columns + j;
        double s = tau * (v0 * r[at] + ops.dot(b, j * n, b, k * n, n));
        r[at] += s * v0;
        ops.axpy(s, b, j * n, b, k * n, n);
      }
    }
  }
}
