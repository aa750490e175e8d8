package dev.fullrank.linalg;

import dev.fullrank.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * The coarse operations from which the algorithms are built: on square double matrices of one order m that live where the
 * device keeps them, and between those and the caller's b×d data.
 *
 * <p>Square matrices are full (both triangles), row-major where that matters. "Symmetric product" means that the caller knows
 * the result to be symmetric: one triangle is computed and mirrored. Sums are in a fixed order: the same bits for any number of
 * threads. An instance is a workspace: one thread at a time, nothing allocated once its buffers have grown to the size in use.
 *
 * @param <S> a square matrix in the memory of the device
 */
public interface DenseOps<S> {
  /** Makes all square matrices m×m; buffers keep their memory where it suffices, their contents are lost. */
  DenseOps<S> resize(int m);

  /** The order m of the square matrices. */
  int order();

  /** Scratch matrix number {@code index}, 0 to 7, contents undefined; the same one at each call while the order stays. */
  S buffer(int index);

  /**
   * G := Y·Yᵀ, rows × rows. The order must be the number of rows.
   *
   * @param precision in which sums over a few hundred terms are formed; those are added in double
   */
  void gramOfRows(Operand y, S g, Precision precision);

  /** {@link #gramOfRows} in double. */
  default void gramOfRows(Operand y, S g) {
    gramOfRows(y, g, Precision.DOUBLE);
  }

  /**
   * G := Yᵀ·Y, columns × columns. The order must be the number of columns.
   *
   * @param precision as for {@link #gramOfRows(Operand, Object, Precision)}
   */
  void gramOfColumns(Operand y, S g, Precision precision);

  /** {@link #gramOfColumns} in double. */
  default void gramOfColumns(Operand y, S g) {
    gramOfColumns(y, g, Precision.DOUBLE);
  }

  /** C := A·B, symmetric product; c is neither a nor b. */
  void symmetricProduct(S a, S b, S c);

  /**
   * W := A⁻¹ for any square A, which is destroyed, by elimination with partial pivoting; false, with W undefined, if a pivot is
   * zero or not finite, or its reciprocal is not finite. Each column solves a system near A: |A·W − I| is below a multiple of
   * m·u·|L|·|U|·|W|, whatever the condition of A.
   */
  boolean invert(S a, S w);

  /**
   * A = Q·T·Qᵀ for symmetric A, of which the upper triangle is read, T tridiagonal and Q orthogonal, by reflections; a then holds Q
   * in the form in which {@link #function} wants it.
   */
  void tridiagonalize(S a, Tridiagonal t);

  /** F := Q·f(T)·Qᵀ with Q as {@link #tridiagonalize} left it in q, which is not changed; f is not q. */
  void function(S q, SemiseparableSum function, S f);

  /** F := p(A) for symmetric A, of which the upper triangle is read, products and sums in single precision; f may be a. */
  void chebyshev(S a, ChebyshevSeries p, S f);

  /** C := αI + βA + γB; c may be a or b; a matrix whose factor is zero is not read. */
  void combine(double alpha, double beta, S a, double gamma, S b, S c);

  /** C := βA + γBᵀ; c is neither a nor b. */
  void addTransposed(double beta, S a, double gamma, S b, S c);

  /** tr A. */
  double trace(S a);

  /** ⟨A, B⟩ = Σ a_ij·b_ij. */
  double dot(S a, S b);

  /** Y := A·X for symmetric A, on the host, for {@code count} vectors, one after the other from index 0; arrays may be longer. */
  void multiply(S a, int count, double[] x, double[] y);

  /** out_i := Σ_j a_ij·b_ij: the diagonal of A·B for symmetric B. */
  void rowDots(S a, S b, double[] out);

  /** A := A − diag(values). */
  void subtractDiagonal(S a, double[] values);

  /**
   * out_i := factors_i·(q_i − ⟨q_i, y_i⟩·y_i) for each row: with unit rows y_i, the backward of row normalisation. In double,
   * rounded once to the type of out, which may be the matrix that Y reads.
   */
  void projectRows(Matrix q, Operand y, double[] factors, Matrix out);

  /** A := diag(values)·A. */
  void scaleRows(double[] values, S a);

  /** Copies a matrix to the host, row-major with leading dimension m. */
  void download(S a, double[] host);

  /** Copies a row-major host matrix with leading dimension m to the device. */
  void upload(double[] host, S a);

  /** out_i := Σ_j x_ij² in double; NaN or infinite if the row holds such an element or the sum overflows. */
  void rowSumsOfSquares(Matrix x, double[] out);

  /** out := Y, rounded once to the element type of out; the two must not overlap. */
  void store(Operand y, Matrix out);

  /**
   * out := Y·X (b sums a vector), or Yᵀ·X (d sums a vector) if transposed, for {@code count} vectors, one after the other from
   * index 0, in one pass over the data; for probes.
   */
  void multiplyData(Operand y, boolean transposed, int count, double[] x, double[] out);

  /**
   * out := M·Y − Y·diag(q) for square M of order b; q null means zeros. Rounded once, to the element type of out.
   *
   * @param precision in which M·Y is formed, from factors rounded to it
   */
  void leftProduct(S m, Operand y, double @Nullable [] q, Matrix out, Precision precision);

  /** {@link #leftProduct} in double. */
  default void leftProduct(S m, Operand y, double @Nullable [] q, Matrix out) {
    leftProduct(m, y, q, out, Precision.DOUBLE);
  }

  /**
   * out_i := factors_i·(y_i·M − t_i·y_i) for each row i, square M of order d, where t_i = ⟨y_i·M, y_i⟩ if {@code project},
   * else 0; factors null means ones. With unit rows y_i the projection is the backward of row normalisation.
   *
   * @param precision in which Y·M is formed, from factors rounded to it; what follows is in double
   */
  void rightProduct(Operand y, S m, boolean project, double @Nullable [] factors, Matrix out, Precision precision);

  /** {@link #rightProduct} in double. */
  default void rightProduct(Operand y, S m, boolean project, double @Nullable [] factors, Matrix out) {
    rightProduct(y, m, project, factors, out, Precision.DOUBLE);
  }
}
