package dev.fullrank.cuda;

/**
 * What the kernels of one evaluation of {@link DeviceNuclearNorm} say about it, in one piece of device memory, so that one copy
 * brings it to the host: places of 64 bits, in order.
 */
final class Report {
  /** ‖Y‖_F², the largest squared norm of a row of Y, and the unit u of Y = u·X where rows are not normalised. */
  static final int ROWS = 0;

  /** Σσ, how many are above the threshold, σ₁ and σ_k. */
  static final int SPECTRUM = ROWS + 3;

  /** Squared norms of residuals, one for each probe, of three equations. */
  static final int RESIDUALS = SPECTRUM + 4;

  /** Number of the first entry that is not finite, row by row; all bits set if there is none. */
  static final int FIRST_NONFINITE = RESIDUALS + 3 * SvdCertificate.PROBES;

  /** Status of the QR factorisation, an int. */
  static final int QR_STATUS = FIRST_NONFINITE + 1;

  /** Status of the singular value decomposition, an int. */
  static final int SVD_STATUS = QR_STATUS + 1;

  static final int PLACES = SVD_STATUS + 1;

  private Report() {}

  /** Bytes before a place. */
  static long offset(int place) {
    return (long) place * Long.BYTES;
  }
}
