package dev.fullrank;

/**
 * Finds the strength that holds the utilisation of the mean singular value, (s_μ − L)/(U − L), at a target: a
 * proportional-integral controller of the logarithm of the strength.
 *
 * <pre>
 *   e = target − utilisation
 *   log λ := clamp(log λ + K_p·(e − e_before) + K_i·e, log least, log most)
 * </pre>
 *
 * <p>The strength is all that is integrated, and it is clamped where it is kept: there is no hidden sum that could wind up while
 * the strength is at a limit, and the first step away from the limit is as large as any other. The very first update has no
 * e_before, and so no proportional part: a start far from the target gives no jump.
 *
 * <pre>{@code
 * UtilisationController controller = UtilisationController.builder(0.5).build();
 * try (Evaluation e = svMax.forward(z)) {                      // an SvMax of strength 1
 *   double strength = controller.strength();
 *   double loss = task + strength * e.value();
 *   e.gradient(strength, g);
 *   controller.update(((Details.Spectral) e.details()).utilisation());
 * }
 * }</pre>
 *
 * <p>The default gains, K_p = 1 and K_i = 0.01, approach the target and overshoot it by less than 0.01 as long as the
 * utilisation follows the strength within some 150 steps and moves by no more than ¼ when the strength grows e-fold. For
 * embeddings that respond more slowly divide K_i by as much as they are slower.
 *
 * <p>Not safe for use by several threads at once: one controller belongs to one training loop.
 */
public final class UtilisationController {
  /**
   * What a checkpoint has to keep.
   *
   * @param strength the strength in force
   * @param lastError the error at the last update; NaN if there was none
   */
  public record State(double strength, double lastError) {}

  private final double target;
  private final double proportionalGain;
  private final double integralGain;
  private final double least;
  private final double most;
  private double strength;
  private double lastError = Double.NaN;

  private UtilisationController(Builder builder) {
    target = builder.target;
    proportionalGain = builder.proportionalGain;
    integralGain = builder.integralGain;
    least = builder.least;
    most = builder.most;
    strength = Math.clamp(builder.initial, least, most);
  }

  /**
   * Options, all with defaults: initial strength 1 within 1e-3 to 1e3, K_p = 1, K_i = 0.01.
   *
   * @param target the utilisation to hold, above 0 and below 1
   * @throws IllegalArgumentException if it is not between 0 and 1
   */
  public static Builder builder(double target) {
    return new Builder(target);
  }

  /** The strength to use now. */
  public double strength() {
    return strength;
  }

  /**
   * Takes note of the utilisation of a step and returns the strength for the next one. NaN, which is what a step with an
   * overflow in mixed-precision training measures, changes nothing.
   *
   * @throws IllegalArgumentException if the utilisation is a number outside [0, 1]
   */
  public double update(double utilisation) {
    if (Double.isNaN(utilisation)) {
      return strength;
    }
    if (!(utilisation >= 0 && utilisation <= 1)) {
      throw new IllegalArgumentException("a utilisation lies between 0 and 1, not at " + utilisation);
    }
    double error = target - utilisation;
    double change = Double.isNaN(lastError) ? 0 : error - lastError;
    strength = Math.clamp(strength * Math.exp(proportionalGain * change + integralGain * error), least, most);
    lastError = error;
    return strength;
  }

  /** The state, for a checkpoint. */
  public State state() {
    return new State(strength, lastError);
  }

  /**
   * Goes on from a checkpoint.
   *
   * @throws IllegalArgumentException if the strength is outside the range of this controller
   */
  public void restore(State state) {
    if (!(state.strength() >= least && state.strength() <= most)) {
      throw new IllegalArgumentException(
          "the strength " + state.strength() + " is outside the range of this controller, " + least + " to " + most);
    }
    strength = state.strength();
    lastError = state.lastError();
  }

  /** Builder of {@link UtilisationController}. */
  public static final class Builder {
    private final double target;
    private double proportionalGain = 1;
    private double integralGain = 0.01;
    private double initial = 1;
    private double least = 1e-3;
    private double most = 1e3;

    private Builder(double target) {
      if (!(target > 0 && target < 1)) {
        throw new IllegalArgumentException("the target must lie between 0 and 1, both excluded, not at " + target);
      }
      this.target = target;
    }

    /** The strength to begin with, by default 1; finite and above 0; brought into the range. */
    public Builder initialStrength(double strength) {
      this.initial = Checks.positive("initial strength", strength);
      return this;
    }

    /** The limits of the strength, by default 1e-3 and 1e3; finite and above 0. */
    public Builder range(double least, double most) {
      Checks.positive("least strength", least);
      Checks.positive("most strength", most);
      if (least > most) {
        throw new IllegalArgumentException("the least strength, " + least + ", is above the most, " + most);
      }
      this.least = least;
      this.most = most;
      return this;
    }

    /**
     * The gains.
     *
     * @param proportional K_p, by default 1: how many e-folds the strength moves when the utilisation falls by 1; at least 0
     * @param integral K_i, by default 0.01: how many e-folds a step it moves while the utilisation is short of the target by 1;
     *     above 0
     */
    public Builder gains(double proportional, double integral) {
      this.proportionalGain = Checks.nonNegative("proportional gain", proportional);
      this.integralGain = Checks.positive("integral gain", integral);
      return this;
    }

    /** A controller with these options. */
    public UtilisationController build() {
      return new UtilisationController(this);
    }
  }
}
