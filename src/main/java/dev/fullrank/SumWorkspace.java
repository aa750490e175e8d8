package dev.fullrank;

import dev.fullrank.cpu.CpuColumns;
import dev.fullrank.cpu.CpuOps;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one evaluation of a {@link WeightedSum} needs: the column moments that its moment terms share, and gradients added in
 * double.
 */
final class SumWorkspace {
  private final List<WeightedSum.Term> terms;
  private final @Nullable MomentTerm[] momentTerms;
  private final @Nullable CentredColumns columns;
  private final NonFinitePolicy policy;
  private final CpuOps ops;
  private final Operand operand = new Operand();
  private double[] part = {};
  private double[] sum = {};
  private @Nullable Matrix partView;
  private @Nullable Matrix sumView;
  private int size;

  SumWorkspace(List<WeightedSum.Term> terms) {
    this.terms = terms;
    this.momentTerms = new MomentTerm[terms.size()];
    int threads = 1;
    boolean any = false;
    NonFinitePolicy strictest = NonFinitePolicy.PROPAGATE;
    for (int t = 0; t < momentTerms.length; t++) {
      if (terms.get(t).regularizer() instanceof MomentRegularizer r) {
        momentTerms[t] = r.newTerm();
        any = true;
        threads = r.parallelism() == 0 || threads == 0 ? 0 : Math.max(threads, r.parallelism());
        strictest = r.nonFinite() == NonFinitePolicy.THROW ? NonFinitePolicy.THROW : strictest;
      }
    }
    this.columns = any ? new CentredColumns(CpuColumns.create(threads), Precision.DOUBLE) : null;
    this.policy = strictest;
    this.ops = CpuOps.create(threads);
  }

  /** The term's own workspace where it is a function of the shared columns, else null. */
  @Nullable MomentTerm momentTerm(int t) {
    return momentTerms[t];
  }

  /** Reads the matrix once for all moment terms. */
  void computeMoments(Matrix z) {
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
  void start(Matrix z) {
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
  Matrix part() {
    return Objects.requireNonNull(partView);
  }

  /** Adds weight·part to the sum. */
  void add(double weight) {
    ops.kernels().axpy(weight, part, 0, sum, 0, size);
  }

  /** out := sum, rounded once. */
  void finish(Matrix out) {
    ops.store(operand.set(Objects.requireNonNull(sumView), null, null), out);
  }

  /** Forgets the caller's memory. */
  void release() {
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
