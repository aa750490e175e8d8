package dev.fullrank;

import dev.fullrank.cpu.CpuOps;
import dev.fullrank.cpu.WorkspacePool;
import dev.fullrank.linalg.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * R = Σ_t w_t·R_t of several regularizers of the same matrix: one forward call for all values, one backward call that adds the
 * gradients in double and writes the output once, rounded once.
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
  private final WorkspacePool<Accumulator> pool;

  private WeightedSum(List<Term> terms) {
    this.terms = terms;
    this.pool = new WorkspacePool<>(Accumulator::new);
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
    List<Evaluation> evaluations = new ArrayList<>(terms.size());
    try {
      for (Term term : terms) {
        evaluations.add(term.regularizer().forward(z));
      }
      return new Sum(z, List.copyOf(evaluations), pool.acquire());
    } catch (Throwable t) {
      evaluations.forEach(Evaluation::close);
      throw t;
    }
  }

  @Override
  public double value(Matrix z) {
    double sum = 0;
    for (int t = 0; t < terms.size(); t++) {
      sum += terms.get(t).weight() * terms.get(t).regularizer().value(z);
    }
    return sum;
  }

  @Override
  public double valueAndGradient(Matrix z, Matrix gradient) {
    Checks.gradient(z, gradient);
    Accumulator a = pool.acquire();
    try {
      a.start(z);
      double sum = 0;
      for (int t = 0; t < terms.size(); t++) {
        Term term = terms.get(t);
        sum += term.weight() * term.regularizer().valueAndGradient(z, a.term());
        a.add(term.weight());
      }
      a.finish(gradient);
      return sum;
    } finally {
      pool.release(a);
    }
  }

  @Override
  public void close() {
    pool.close();
  }

  /** Adds gradients in double. */
  private static final class Accumulator {
    private final CpuOps ops = CpuOps.create(1);
    private final Operand operand = new Operand();
    private double[] term = {};
    private double[] sum = {};
    private @Nullable Matrix termView;
    private @Nullable Matrix sumView;
    private int size;

    void start(Matrix z) {
      size = Math.multiplyExact(z.rows(), z.columns());
      if (sum.length < size) {
        term = new double[size];
        sum = new double[size];
        termView = null;
      }
      if (termView == null || !termView.hasShapeOf(z)) {
        termView = Matrix.of(term, z.rows(), z.columns());
        sumView = Matrix.of(sum, z.rows(), z.columns());
      }
      Arrays.fill(sum, 0, size, 0);
    }

    Matrix term() {
      return Objects.requireNonNull(termView);
    }

    void add(double weight) {
      ops.kernels().axpy(weight, term, 0, sum, 0, size);
    }

    void finish(Matrix out) {
      ops.store(operand.set(Objects.requireNonNull(sumView), null, null), out);
    }
  }

  private final class Sum implements Evaluation {
    private final Matrix z;
    private final List<Evaluation> evaluations;
    private final Accumulator accumulator;
    private boolean closed;

    Sum(Matrix z, List<Evaluation> evaluations, Accumulator accumulator) {
      this.z = z;
      this.evaluations = evaluations;
      this.accumulator = accumulator;
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
      accumulator.start(z);
      for (int t = 0; t < evaluations.size(); t++) {
        evaluations.get(t).gradient(1, accumulator.term());
        accumulator.add(upstream * terms.get(t).weight());
      }
      accumulator.finish(out);
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
        pool.release(accumulator);
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
