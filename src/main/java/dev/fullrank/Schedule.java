package dev.fullrank;

/**
 * The strength of a regularizer as a function of the training step, counted from 0.
 *
 * <p>A strength scales value and gradient alike, so the regularizer itself stays as it is, with strength 1, and the schedule
 * enters as the upstream factor:
 *
 * <pre>{@code
 * Schedule schedule = Schedule.warmup(500, Schedule.cosine(1.0, 0.1, 20_000));
 * double strength = schedule.at(step);
 * try (Evaluation e = regularizer.forward(z)) {
 *   double loss = task + strength * e.value();
 *   e.gradient(strength, g);
 * }
 * }</pre>
 *
 * <p>The schedules here are pure functions: nothing has to be saved with a checkpoint but the step, and any thread may ask. A
 * strength that depends on what training achieves is {@link UtilisationController}'s matter.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * The strength at a step.
   *
   * @param step at least 0
   */
  double at(long step);

  /**
   * The same strength at every step.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  static Schedule constant(double strength) {
    Checks.finite("strength", strength);
    return step -> {
      Checks.step(step);
      return strength;
    };
  }

  /**
   * Rises linearly from 0 at step 0 to {@code strength} at step {@code steps}, and stays there.
   *
   * @throws IllegalArgumentException if the strength is not finite or there is no step
   */
  static Schedule warmup(long steps, double strength) {
    return warmup(steps, constant(strength));
  }

  /**
   * Rises linearly from 0 at step 0 to the first strength of another schedule at step {@code steps}, where that one begins.
   *
   * @throws IllegalArgumentException if there is no step
   */
  static Schedule warmup(long steps, Schedule then) {
    Checks.steps(steps);
    return step ->
        Checks.step(step) < steps ? then.at(0) * ((double) step / steps) : then.at(step - steps);
  }

  /**
   * Half a period of a cosine, from {@code from} at step 0 to {@code to} at step {@code steps}, where it stays:
   *
   * <pre>  to + (from − to)·(1 + cos(π·step/steps))/2</pre>
   *
   * @throws IllegalArgumentException if a strength is not finite or there is no step
   */
  static Schedule cosine(double from, double to, long steps) {
    Checks.finite("from", from);
    Checks.finite("to", to);
    Checks.steps(steps);
    return step -> {
      if (Checks.step(step) >= steps) {
        return to;
      }
      double share = (1 + Math.cos(Math.PI * ((double) step / steps))) / 2;
      return share * from + (1 - share) * to;
    };
  }
}
