package dev.fullrank;

/** One term on columns of its own. */
final class MomentStep implements Step {
  private final CentredColumns columns;
  private final MomentTerm term;
  private final NonFinitePolicy policy;

  MomentStep(CentredColumns columns, MomentTerm term, NonFinitePolicy policy) {
    this.columns = columns;
    this.term = term;
    this.policy = policy;
  }

  @Override
  public void forward(Matrix z) {
    columns.compute(z, policy);
    term.compute(columns);
  }

  @Override
  public double value() {
    return term.value();
  }

  @Override
  public void gradient(double upstream, Matrix out) {
    term.gradient(upstream, out);
  }

  @Override
  public Details details() {
    return term.details();
  }

  @Override
  public void release() {
    columns.release();
    term.release();
  }
}
