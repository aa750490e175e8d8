package dev.fullrank;

import java.util.List;

/** An outcome on a GPU, as the caller may use it. */
class GuardedOutcome implements Outcome {
  private final CudaGuard guard;
  private final Outcome outcome;

  GuardedOutcome(CudaGuard guard, Outcome outcome) {
    this.guard = guard;
    this.outcome = outcome;
  }

  final CudaGuard guard() {
    return guard;
  }

  @Override
  public final double value() {
    return guard.get(outcome::value);
  }

  @Override
  public final void gradient(double upstream, Matrix out) {
    guard.run(() -> outcome.gradient(upstream, out));
  }

  @Override
  public final Details details() {
    return guard.get(outcome::details);
  }

  @Override
  public final List<Evaluation> terms() {
    return outcome.terms();
  }
}
