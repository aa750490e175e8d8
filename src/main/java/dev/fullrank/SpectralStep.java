package dev.fullrank;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The chain from a matrix to s_μ to the loss, and back. */
final class SpectralStep implements Step {
  private final SpectralRegularizer regularizer;
  private final SpectralWorkspace workspace;
  private @Nullable Matrix z;

  SpectralStep(SpectralRegularizer regularizer, SpectralWorkspace workspace) {
    this.regularizer = regularizer;
    this.workspace = workspace;
  }

  @Override
  public void forward(Matrix z) {
    compute(z, false);
  }

  @Override
  public double valueAlone(Matrix z) {
    compute(z, true);
    return value();
  }

  private void compute(Matrix z, boolean valueOnly) {
    this.z = z;
    workspace.forward(z, valueOnly, regularizer.needsUnitRows() && !regularizer.options().normalizeRows());
  }

  private Matrix matrix() {
    return Objects.requireNonNull(z);
  }

  @Override
  public double value() {
    return regularizer.loss(workspace.meanSingularValue(), matrix().rows(), matrix().columns());
  }

  @Override
  public void gradient(double upstream, Matrix out) {
    workspace.gradient(upstream * regularizer.slope(workspace.meanSingularValue(), out.rows(), out.columns()), out);
  }

  @Override
  public Details details() {
    return workspace.details();
  }

  @Override
  public void release() {
    z = null;
    workspace.release();
  }
}
