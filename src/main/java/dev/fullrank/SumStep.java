package dev.fullrank;

import dev.fullrank.cpu.CpuColumns;
import dev.fullrank.cpu.CpuOps;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** R = Σ_t w_t·R_t: the moment terms share the moments of the columns, and gradients are added in double. */
final class SumStep implements Step {
  private final List<WeightedSum.Term> terms;
  private final @Nullable MomentTerm[] momentTerms;
  private final @Nullable CentredColumns columns;
  private final NonFinitePolicy policy;
  private final CpuOps ops;
  private final Operand operand = new Operand();
  private final List<Evaluation> evaluations = new ArrayList<>();
  private double[] part = {};
  private double[] sum = {};
  private @Nullable Matrix partView;
  private @Nullable Matrix sumView;
  private int size;

  SumStep(List<WeightedSum.Term> terms) {
    this.terms = terms;
    this.momentTerms = new MomentTerm[terms.size()];
    int threads = 1;
    boolean any = false;
    NonFinitePolicy strictest = NonFinitePolicy.PROPAGATE;
    for (int t = 0; t < momentTerms.length; t++) {
      if (terms.get(t).regularizer() instanceof MomentRegularizer r) {
        momentTerms[t] = r.newTerm();
        any = true;
        threads = r.threads() == 0 || threads == 0 ? 0 : Math.max(threads, r.threads());
        strictest = r.nonFinite() == NonFinitePolicy.THROW ? NonFinitePolicy.THROW : strictest;
      }
    }
    this.columns = any ? new CentredColumns(CpuColumns.create(threads), Precision.DOUBLE) : null;
    this.policy = strictest;
    this.ops = CpuOps.create(threads);
  }

  @Override
  public void forward(Matrix z) {
    computeMoments(z);
    for (int t = 0; t < momentTerms.length; t++) {
      MomentTerm shared = momentTerms[t];
      evaluations.add(shared == null ? terms.get(t).regularizer().forward(z) : new StepEvaluation(Device.cpu(), shared, z, () -> {}));
    }
  }

  @Override
  public double value() {
    double total = 0;
    for (int t = 0; t < momentTerms.length; t++) {
      total += terms.get(t).weight() * evaluations.get(t).value();
    }
    return total;
  }

  @Override
  public void gradient(double upstream, Matrix out) {
    start(out);
    for (int t = 0; t < momentTerms.length; t++) {
      evaluations.get(t).gradient(1, part());
      add(upstream * terms.get(t).weight());
    }
    finish(out);
  }

  @Override
  public double valueAlone(Matrix z) {
    computeMoments(z);
    double total = 0;
    for (int t = 0; t < momentTerms.length; t++) {
      MomentTerm shared = momentTerms[t];
      total += terms.get(t).weight() * (shared == null ? terms.get(t).regularizer().value(z) : shared.value());
    }
    return total;
  }

  @Override
  public double valueAndGradient(Matrix z, Matrix gradient) {
    computeMoments(z);
    start(z);
    double total = 0;
    for (int t = 0; t < momentTerms.length; t++) {
      WeightedSum.Term term = terms.get(t);
      MomentTerm shared = momentTerms[t];
      if (shared == null) {
        total += term.weight() * term.regularizer().valueAndGradient(z, part());
      } else {
        total += term.weight() * shared.value();
        shared.gradient(1, part());
      }
      add(term.weight());
    }
    finish(gradient);
    return total;
  }

  @Override
  public Details details() {
    return new Details.Sum(evaluations.stream().map(Evaluation::details).toList());
  }

  @Override
  public List<Evaluation> terms() {
    return List.copyOf(evaluations);
  }

  /** Reads the matrix once for all moment terms. */
  private void computeMoments(Matrix z) {
    if (columns == null) {
      return;
    }
    for (int t = 0; t < momentTerms.length; t++) {
      if (terms.get(t).regularizer() instanceof MomentRegularizer r) {
        r.requireOpen();
      }
    }
    columns.compute(z, policy);
    for (MomentTerm term : momentTerms) {
      if (term != null) {
        term.compute(columns);
      }
    }
  }

  /** Clears the sum for a matrix of the shape of z. */
  private void start(Matrix z) {
    size = Math.multiplyExact(z.rows(), z.columns());
    if (sum.length < size) {
      part = new double[size];
      sum = new double[size];
      partView = null;
    }
    if (partView == null || !partView.hasShapeOf(z)) {
      partView = Matrix.of(part, z.rows(), z.columns());
      sumView = Matrix.of(sum, z.rows(), z.columns());
    }
    Arrays.fill(sum, 0, size, 0);
  }

  /** Where a term writes its gradient. */
  private Matrix part() {
    return Objects.requireNonNull(partView);
  }

  /** Adds weight·part to the sum. */
  private void add(double weight) {
    ops.kernels().axpy(weight, part, 0, sum, 0, size);
  }

  /** out := sum, rounded once. */
  private void finish(Matrix out) {
    ops.store(operand.set(Objects.requireNonNull(sumView), null, null), out);
  }

  @Override
  public void release() {
    for (int t = 0; t < evaluations.size(); t++) {
      evaluations.get(t).close();
    }
    evaluations.clear();
    if (columns != null) {
      columns.release();
    }
    for (MomentTerm term : momentTerms) {
      if (term != null) {
        term.release();
      }
    }
  }
}
