package dev.fullrank;

/**
 * A differentiable scalar of centred columns: the state of one evaluation. Several terms may be computed on the same
 * {@link CentredColumns}, so that the matrix is read for its moments once. A workspace.
 */
interface MomentTerm {
  /** Computes the value and keeps what the gradient needs; NaN if the columns are not finite. */
  void compute(CentredColumns columns);

  double value();

  /** out := upstream·∂/∂z, of the columns last computed; NaN everywhere if they are not finite. */
  void gradient(double upstream, Matrix out);

  Details details();

  /** Forgets the columns. */
  void release();
}
