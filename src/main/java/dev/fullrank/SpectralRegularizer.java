package dev.fullrank;

import dev.fullrank.cpu.WorkspacePool;
import java.util.List;

/** What {@link MeanSingularValue} and {@link SvMax} share: both are scalar functions of s_μ. */
abstract sealed class SpectralRegularizer implements Regularizer permits MeanSingularValue, SvMax {
  private final SpectralOptions options;
  private final WorkspacePool<SpectralWorkspace> pool;
  private final WorkspacePool<ListEvaluator> lists;

  SpectralRegularizer(SpectralOptions options) {
    this.options = options;
    this.pool = new WorkspacePool<>(() -> new SpectralWorkspace(options));
    this.lists = new WorkspacePool<>(() -> new ListEvaluator(this));
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
  public Evaluation forward(Matrix z) {
    SpectralWorkspace w = pool.acquire();
    try {
      compute(w, z, false);
      return new Spectral(z, w);
    } catch (Throwable t) {
      release(w);
      throw t;
    }
  }

  @Override
  public double value(Matrix z) {
    SpectralWorkspace w = pool.acquire();
    try {
      compute(w, z, true);
      return loss(w.meanSingularValue(), z.rows(), z.columns());
    } finally {
      release(w);
    }
  }

  @Override
  public double valueAndGradient(Matrix z, Matrix gradient) {
    Checks.gradient(z, gradient);
    SpectralWorkspace w = pool.acquire();
    try {
      compute(w, z, false);
      double s = w.meanSingularValue();
      w.gradient(slope(s, z.rows(), z.columns()), gradient);
      return loss(s, z.rows(), z.columns());
    } finally {
      release(w);
    }
  }

  @Override
  public void valuesAndGradients(List<Matrix> inputs, List<Matrix> gradients, double[] values) {
    ListEvaluator evaluator = lists.acquire();
    try {
      evaluator.evaluate(inputs, gradients, values);
    } finally {
      lists.release(evaluator);
    }
  }

  private void compute(SpectralWorkspace w, Matrix z, boolean valueOnly) {
    w.forward(z, valueOnly, needsUnitRows() && !options.normalizeRows());
  }

  private void release(SpectralWorkspace w) {
    w.release();
    pool.release(w);
  }

  @Override
  public void close() {
    pool.close();
    lists.close();
  }

  private final class Spectral implements Evaluation {
    private final Matrix z;
    private final SpectralWorkspace workspace;
    private boolean closed;

    Spectral(Matrix z, SpectralWorkspace workspace) {
      this.z = z;
      this.workspace = workspace;
    }

    private SpectralWorkspace open() {
      if (closed) {
        throw new IllegalStateException("this evaluation is closed");
      }
      return workspace;
    }

    @Override
    public double value() {
      return loss(open().meanSingularValue(), z.rows(), z.columns());
    }

    @Override
    public void gradient(double upstream, Matrix out) {
      SpectralWorkspace w = open();
      Checks.gradient(z, out);
      w.gradient(upstream * slope(w.meanSingularValue(), z.rows(), z.columns()), out);
    }

    @Override
    public Details details() {
      return open().details();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        release(workspace);
      }
    }
  }
}
