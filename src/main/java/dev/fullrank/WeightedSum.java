package dev.fullrank;

import dev.fullrank.cuda.CudaWorkspace;
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
public final class WeightedSum extends StepRegularizer {
  /** One term w·R. */
  public record Term(double weight, Regularizer regularizer) {
    /** The weight must be finite. */
    public Term {
      Checks.finite("weight", weight);
      Objects.requireNonNull(regularizer, "regularizer");
    }
  }

  private final List<Term> terms;

  private WeightedSum(List<Term> terms, Device device) {
    super(device);
    this.terms = terms;
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
  Step newStep() {
    return new SumStep(terms);
  }

  @Override
  Step newStep(CudaWorkspace workspace) {
    return new CudaSumStep(terms, workspace, new HostStore(threads()));
  }

  @Override
  void checkShape(Matrix z) {
    for (int t = 0; t < terms.size(); t++) {
      if (terms.get(t).regularizer() instanceof StepRegularizer r) {
        r.checkShape(z);
      }
    }
  }

  /** The most of what its terms may use; an implementation of somebody else's is taken to use one. */
  @Override
  int threads() {
    int most = 1;
    for (Term term : terms) {
      int threads = term.regularizer() instanceof StepRegularizer r ? r.threads() : 1;
      most = threads == 0 || most == 0 ? 0 : Math.max(most, threads);
    }
    return most;
  }

  @Override
  long operations(Matrix z) {
    long operations = 0;
    for (int t = 0; t < terms.size(); t++) {
      operations += ListEvaluator.operations(terms.get(t).regularizer(), z);
    }
    return operations;
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
     * The sum, on the device of its terms.
     *
     * @throws IllegalStateException if no term was added
     * @throws IllegalArgumentException if the terms compute on different devices; an implementation of somebody else's is taken to
     *     compute on the CPU
     */
    public WeightedSum build() {
      if (terms.isEmpty()) {
        throw new IllegalStateException("a weighted sum needs at least one term");
      }
      Device device = device(terms.getFirst().regularizer());
      for (Term term : terms) {
        if (!device(term.regularizer()).equals(device)) {
          throw new IllegalArgumentException(
              "the terms of a sum must compute on one device, not on " + device + " and " + device(term.regularizer()));
        }
      }
      return new WeightedSum(List.copyOf(terms), device);
    }

    private static Device device(Regularizer r) {
      return r instanceof StepRegularizer ours ? ours.device() : Device.cpu();
    }
  }
}
