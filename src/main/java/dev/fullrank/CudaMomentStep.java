package dev.fullrank;

/** One term on columns of its own, on a GPU. */
final class CudaMomentStep implements Step {
  private final CudaColumns columns;
  private final CudaMomentTerm term;

  CudaMomentStep(CudaColumns columns, CudaMomentTerm term) {
    this.columns = columns;
    this.term = term;
  }

  @Override
  public void forward(Matrix z) {
    columns.compute(z);
    term.compute();
    if (!z.isOnDevice()) {
      term.value(); // an input that is refused is refused at once where nobody minds to wait
    }
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
