package dev.fullrank;

import dev.fullrank.cpu.WorkspacePool;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * R = Σ_t w_t·R_t of several regularizers of the same matrix. The terms that are functions of the column moments
 * ({@link VarianceHinge}, {@link CovariancePenalty}) share one pass over the matrix for them; gradients are added in double and
 * the output is written once, rounded once.
 *
 * <p>The terms stay readable apart: {@link Evaluation#terms} gives each one's own value and gradient, without its weight. The sum
 * does not own its terms: closing it leaves them open. Immutable and safe for use by any number of threads, as its terms are.
 */
public final class WeightedSum implements Regularizer {
  /** One term w·R. */
  public record Term(double weight, Regularizer regularizer) {
    /** The weight must be finite. */
    public Term {
      Checks.finite("weight", weight);
      Objects.requireNonNull(regularizer, "regularizer");
    }
  }

  private final List<Term> terms;
  private final WorkspacePool<SumWorkspace> pool;
  private final WorkspacePool<ListEvaluator> lists;

  private WeightedSum(List<Term> terms) {
    this.terms = terms;
    this.pool = new WorkspacePool<>(() -> new SumWorkspace(terms));
    this.lists = new WorkspacePool<>(() -> new ListEvaluator(this));
  }

  /** Collects terms. */
  public static Builder builder() {
    return new Builder();
  }

  /** The terms, in the order in which they are added up. */
  public List<Term> terms() {
    return terms;
  }

  @Override
  public Evaluation forward(Matrix z) {
    SumWorkspace w = pool.acquire();
    List<Evaluation> evaluations = new ArrayList<>(terms.size());
    try {
      w.computeMoments(z);
      for (int t = 0; t < terms.size(); t++) {
        MomentTerm shared = w.momentTerm(t);
        evaluations.add(shared == null ? terms.get(t).regularizer().forward(z) : new MomentEvaluation(shared, z, () -> {}));
      }
      return new Sum(z, List.copyOf(evaluations), w);
    } catch (Throwable t) {
      evaluations.forEach(Evaluation::close);
      release(w);
      throw t;
    }
  }

  @Override
  public double value(Matrix z) {
    SumWorkspace w = pool.acquire();
    try {
      w.computeMoments(z);
      double sum = 0;
      for (int t = 0; t < terms.size(); t++) {
        MomentTerm shared = w.momentTerm(t);
        sum += terms.get(t).weight() * (shared == null ? terms.get(t).regularizer().value(z) : shared.value());
      }
      return sum;
    } finally {
      release(w);
    }
  }

  @Override
  public double valueAndGradient(Matrix z, Matrix gradient) {
    Checks.gradient(z, gradient);
    SumWorkspace w = pool.acquire();
    try {
      w.computeMoments(z);
      w.start(z);
      double sum = 0;
      for (int t = 0; t < terms.size(); t++) {
        Term term = terms.get(t);
        MomentTerm shared = w.momentTerm(t);
        if (shared == null) {
          sum += term.weight() * term.regularizer().valueAndGradient(z, w.part());
        } else {
          sum += term.weight() * shared.value();
          shared.gradient(1, w.part());
        }
        w.add(term.weight());
      }
      w.finish(gradient);
      return sum;
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

  private void release(SumWorkspace w) {
    w.release();
    pool.release(w);
  }

  @Override
  public void close() {
    pool.close();
    lists.close();
  }

  private final class Sum implements Evaluation {
    private final Matrix z;
    private final List<Evaluation> evaluations;
    private final SumWorkspace workspace;
    private boolean closed;

    Sum(Matrix z, List<Evaluation> evaluations, SumWorkspace workspace) {
      this.z = z;
      this.evaluations = evaluations;
      this.workspace = workspace;
    }

    private void requireOpen() {
      if (closed) {
        throw new IllegalStateException("this evaluation is closed");
      }
    }

    @Override
    public double value() {
      requireOpen();
      double sum = 0;
      for (int t = 0; t < evaluations.size(); t++) {
        sum += terms.get(t).weight() * evaluations.get(t).value();
      }
      return sum;
    }

    @Override
    public void gradient(double upstream, Matrix out) {
      requireOpen();
      Checks.gradient(z, out);
      workspace.start(z);
      for (int t = 0; t < evaluations.size(); t++) {
        evaluations.get(t).gradient(1, workspace.part());
        workspace.add(upstream * terms.get(t).weight());
      }
      workspace.finish(out);
    }

    @Override
    public Details details() {
      requireOpen();
      return new Details.Sum(evaluations.stream().map(Evaluation::details).toList());
    }

    @Override
    public List<Evaluation> terms() {
      requireOpen();
      return evaluations;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        evaluations.forEach(Evaluation::close);
        release(workspace);
      }
    }
  }

  /** Builder of {@link WeightedSum}. */
  public static final class Builder {
    private final List<Term> terms = new ArrayList<>();

    private Builder() {}

    /** Adds weight·regularizer; the weight must be finite. */
    public Builder add(double weight, Regularizer regularizer) {
      terms.add(new Term(weight, regularizer));
      return this;
    }

    /**
     * The sum.
     *
     * @throws IllegalStateException if no term was added
     */
    public WeightedSum build() {
      if (terms.isEmpty()) {
        throw new IllegalStateException("a weighted sum needs at least one term");
      }
      return new WeightedSum(List.copyOf(terms));
    }
  }
}
