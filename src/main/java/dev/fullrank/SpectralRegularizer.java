package dev.fullrank;

import dev.fullrank.cuda.CudaSession;
import dev.fullrank.cuda.CudaWorkspace;
import org.jspecify.annotations.Nullable;

/** What {@link MeanSingularValue} and {@link SvMax} share: both are scalar functions of s_μ. */
abstract sealed class SpectralRegularizer extends StepRegularizer permits MeanSingularValue, SvMax {
  /**
   * Multiply-adds for each element and unit of k, which let {@link dev.fullrank.cpu.Parallel} judge what is worth sharing: the Gram
   * matrix takes 1 and the gradient 2; the iteration between them, k³ or more of several times that, is counted as one more.
   */
  private static final int OPERATIONS = 4;

  private final SpectralOptions options;

  SpectralRegularizer(SpectralOptions options) {
    super(options.device());
    this.options = options;
  }

  /** The regularizer as a function of s_μ, for a b×d matrix. */
  abstract double loss(double meanSingularValue, int b, int d);

  /** The derivative of {@link #loss} with respect to s_μ. */
  abstract double slope(double meanSingularValue, int b, int d);

  /** Whether the loss is defined for rows of unit norm only. */
  abstract boolean needsUnitRows();

  final SpectralOptions options() {
    return options;
  }

  @Override
  final Step newStep() {
    return new SpectralStep(this, new CpuSpectralWorkspace(options));
  }

  @Override
  final Step newStep(CudaWorkspace workspace) {
    return new SpectralStep(this, new CudaSpectralWorkspace(options, workspace));
  }

  /** What evaluates many matrices at once, on a GPU; null on the CPU, and where a route is forced that evaluates one at a time. */
  final @Nullable CudaSpectralList newList() {
    CudaSession session = session();
    boolean together = options.route() == Route.AUTO || options.route() == Route.JACOBI;
    return session != null && together ? new CudaSpectralList(this, session) : null;
  }

  @Override
  final void checkShape(Matrix z) {}

  @Override
  final int threads() {
    return options.parallelism();
  }

  @Override
  final long operations(Matrix z) {
    return (long) z.rows() * z.columns() * OPERATIONS * Math.min(z.rows(), z.columns());
  }
}
