package dev.fullrank.kernels.standin;

/** What a singular value decomposition of the stand-in ends with. */
public enum Outcome {
  /** The decomposition, with status 0. */
  CONVERGES(0),
  /** What one sweep gives, with a positive status: min(m, n) + 1 from gesvdj, 1 from gesvd. */
  NOT_CONVERGED(1),
  /** Finite garbage with status 0: the first singular vector of the shorter side is wrong. */
  WRONG(2);

  private final int code;

  Outcome(int code) {
    this.code = code;
  }

  /** Its number in standin.h. */
  int code() {
    return code;
  }
}
