package dev.fullrank.cuda;

/**
 * What the kernels of one evaluation of {@link DeviceNuclearNorm} say about it, in one piece of device memory, so that one copy
 * brings it to the host: places of 64 bits, in order.
 */
final class Report {
  /** ‖Y‖_F², the largest squared norm of a row of Y, and the unit u of Y = u·X where rows are not normalised. */
  static final int ROWS = 0;

  /** Σσ, how many are above the threshold, σ₁, σ_k, and the sum of those with the weight 0. */
  static final int SPECTRUM = ROWS + 3;

  /** Squared norms of residuals, one for each probe, of three equations. */
  static final int RESIDUALS = SPECTRUM + 5;

  /** Number of the first entry that is not finite, row by row; all bits set if there is none. */
  static final int FIRST_NONFINITE = RESIDUALS + 3 * GaussianProbes.COUNT;

  /** Status of the QR factorisation, an int. */
  static final int QR_STATUS = FIRST_NONFINITE + 1;

  /** Status of the singular value decomposition, an int. */
  static final int SVD_STATUS = QR_STATUS + 1;

  /** α, 1/α and 1/α² of the polar route. */
  static final int SCALE = SVD_STATUS + 1;

  /** What {@link PolarSums} are: tr T, ⟨M, T⟩, ‖M − I‖_F², and trace and squared norm of another matrix, Z of the polar route. */
  static final int ROOT = SCALE + 3;

  static final int ROOT_SUMS = 5;

  /** Squared norms of what the Gram matrix is off by, or the product of polar factor and H, one for each probe. */
  static final int DATA_RESIDUALS = ROOT + ROOT_SUMS;

  /** Statuses of two inverses, two ints each. */
  static final int INVERSE_STATUS = DATA_RESIDUALS + GaussianProbes.COUNT;

  /** What {@code eigen_weights} adds up, and the largest eigenvalue. */
  static final int EIGENVALUES = INVERSE_STATUS + 2;

  /** Squared norms of two residuals of eigenvectors, one for each probe. */
  static final int EIGEN_RESIDUALS = EIGENVALUES + 7;

  /** Status of the eigenvalue decomposition, an int. */
  static final int EIGEN_STATUS = EIGEN_RESIDUALS + 2 * GaussianProbes.COUNT;

  /** Status of the Cholesky factorisation of H, an int. */
  static final int CHOLESKY_STATUS = EIGEN_STATUS + 1;

  /** Coefficients of the steps of Lanczos, two of each. */
  static final int LANCZOS = CHOLESKY_STATUS + 1;

  static final int PLACES = LANCZOS + 2 * DeviceLanczos.STEPS;

  private Report() {}

  /** Bytes before a place. */
  static long offset(int place) {
    return (long) place * Long.BYTES;
  }
}
