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
  private Device device = Device.cpu();

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

  /**
   * Where to compute, by default on the CPU. A GPU takes matrices of the host, which it copies, and matrices in its own memory, whose
   * streams it works in without waiting: of those, NaN and infinities are reported when a value is asked for, and a gradient in the
   * device's memory is NaN by then.
   *
   * <p>What is built for a GPU holds memory there until it is closed; {@code build} throws a {@link DeviceException} with the reason
   * and its remedy if the GPU cannot be used.
   */
  public final B device(Device device) {
    this.device = Objects.requireNonNull(device, "device");
    return self();
  }

  final Device device() {
    return device;
  }

  final NonFinitePolicy nonFinite() {
    return nonFinite;
  }

  final int parallelism() {
    return parallelism;
  }
}
