package dev.fullrank;

/**
 * A differentiable scalar of centred columns: the state of one evaluation. Several terms may be computed on the same
 * {@link CentredColumns}, so that the matrix is read for its moments once. A workspace.
 */
interface MomentTerm extends Outcome {
  /** Computes the value and keeps what the gradient needs; NaN if the columns are not finite. */
  void compute(CentredColumns columns);

  /** Forgets the columns. */
  void release();
}
