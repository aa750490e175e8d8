package dev.fullrank;

import dev.fullrank.cpu.CpuColumns;
import dev.fullrank.cpu.WorkspacePool;
import dev.fullrank.linalg.Precision;
import java.util.List;

/** A regularizer that is a function of centred columns: workspaces, policies and evaluations. */
abstract sealed class MomentRegularizer implements Regularizer permits VarianceHinge, CovariancePenalty {
  private final NonFinitePolicy nonFinite;
  private final int parallelism;
  private final WorkspacePool<Workspace> pool;
  private final WorkspacePool<ListEvaluator> lists;

  MomentRegularizer(NonFinitePolicy nonFinite, int parallelism) {
    this.nonFinite = nonFinite;
    this.parallelism = parallelism;
    this.pool = new WorkspacePool<>(Workspace::new);
    this.lists = new WorkspacePool<>(() -> new ListEvaluator(this));
  }

  /** A new workspace for one evaluation at a time. */
  abstract MomentTerm newTerm();

  /** What its terms need of sums over float data. */
  abstract Precision precision();

  final NonFinitePolicy nonFinite() {
    return nonFinite;
  }

  final int parallelism() {
    return parallelism;
  }

  final void requireOpen() {
    pool.requireOpen();
  }

  @Override
  public final Evaluation forward(Matrix z) {
    CentredColumns.requireRows(z);
    Workspace w = pool.acquire();
    try {
      w.compute(z);
      return new MomentEvaluation(w.term, z, () -> release(w));
    } catch (Throwable t) {
      release(w);
      throw t;
    }
  }

  @Override
  public final double value(Matrix z) {
    CentredColumns.requireRows(z);
    Workspace w = pool.acquire();
    try {
      w.compute(z);
      return w.term.value();
    } finally {
      release(w);
    }
  }

  @Override
  public final double valueAndGradient(Matrix z, Matrix gradient) {
    CentredColumns.requireRows(z);
    Checks.gradient(z, gradient);
    Workspace w = pool.acquire();
    try {
      w.compute(z);
      w.term.gradient(1, gradient);
      return w.term.value();
    } finally {
      release(w);
    }
  }

  @Override
  public final void valuesAndGradients(List<Matrix> inputs, List<Matrix> gradients, double[] values) {
    ListEvaluator evaluator = lists.acquire();
    try {
      evaluator.evaluate(inputs, gradients, values);
    } finally {
      lists.release(evaluator);
    }
  }

  private void release(Workspace w) {
    w.columns.release();
    w.term.release();
    pool.release(w);
  }

  @Override
  public final void close() {
    pool.close();
    lists.close();
  }

  private final class Workspace {
    final CentredColumns columns = new CentredColumns(CpuColumns.create(parallelism), precision());
    final MomentTerm term = newTerm();

    void compute(Matrix z) {
      columns.compute(z, nonFinite);
      term.compute(columns);
    }
  }
}
