package dev.fullrank;

import java.util.Objects;

/**
 * The options that every builder of a regularizer has: how it runs, not what it computes.
 *
 * @param <B> the concrete builder
 */
public abstract sealed class ExecutionBuilder<B extends ExecutionBuilder<B>>
    permits SpectralOptions.Builder, VarianceHinge.Builder, CovariancePenalty.Builder, VicReg.Builder {
  private NonFinitePolicy nonFinite = NonFinitePolicy.THROW;
  private int parallelism;

  ExecutionBuilder() {}

  abstract B self();

  /** What NaN and infinities lead to, by default {@link NonFinitePolicy#THROW}. */
  public final B nonFinite(NonFinitePolicy policy) {
    this.nonFinite = Objects.requireNonNull(policy, "nonFinite");
    return self();
  }

  /**
   * Threads to use: 0, the default, stands for all cores on large matrices and the calling thread on small ones. The result has
   * the same bits for any number.
   *
   * @throws IllegalArgumentException if negative
   */
  public final B parallelism(int threads) {
    this.parallelism = Checks.parallelism(threads);
    return self();
  }

  final NonFinitePolicy nonFinite() {
    return nonFinite;
  }

  final int parallelism() {
    return parallelism;
  }
}
