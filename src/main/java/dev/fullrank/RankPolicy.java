package dev.fullrank;

/** Which subgradient of the nuclear norm is returned where the matrix is rank deficient and the gradient is not unique. */
public enum RankPolicy {
  /** U_r·V_rᵀ: the subgradient of least Frobenius norm; directions without energy get no gradient. */
  MINIMAL_NORM,
  /**
   * U·Vᵀ with the null singular vectors completed to orthonormal bases, the same ones on every run. The only policy that can
   * leave an exact collapse.
   */
  COMPLETION
}
