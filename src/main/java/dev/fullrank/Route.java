package dev.fullrank;

/** The algorithms that compute the sum of singular values and the polar factor. */
public enum Route {
  /** Chosen by shape, element type and tolerance; the evaluation's details name the route that was taken. */
  AUTO,
  /**
   * Gram matrix in double, then its inverse square root, by a rational function of its tridiagonal form; on a GPU by polynomials or
   * rational functions of the matrix itself. The fast route.
   */
  GRAM_POLAR,
  /**
   * Steps towards the polar factor on the matrix itself, for a condition number that costs the Gram matrix too many digits. On the CPU
   * those of Newton on a square matrix, then as GRAM_POLAR, mostly for binary64 data. On a GPU polynomials of matrices of any shape, to
   * tolerances of narrower data.
   */
  NEWTON,
  /** Gram matrix in double, then its eigenvalue decomposition with a hard threshold. For rank-deficient float data, on a GPU too. */
  GRAM_EIGEN,
  /**
   * QR with column pivoting, then one-sided Jacobi rotations. The reference: any scale, any rank, accurate. On a GPU cuSOLVER's
   * gesvdj, after a QR factorisation where the matrix is not square, or for lists of matrices of up to 32×32 gesvdjBatched.
   */
  JACOBI,
  /** Bidiagonalisation and QR iterations, cuSOLVER's gesvd: on a GPU what follows where gesvdj cannot be certified. */
  BIDIAGONAL,
  /** Gram matrix in double, then eigenvalues alone by tridiagonalisation. Values only. */
  TRIDIAGONAL
}
