package dev.fullrank.check;

import dev.fullrank.Device;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import java.util.List;

/** Where the suite gets the regularizers that it checks: {@link #library()}, or one's own. */
public interface Subject {
  /** The regularizers of the library, on the CPU. */
  static Subject library() {
    return library(Device.cpu());
  }

  /** The regularizers of the library, on a device. */
  static Subject library(Device device) {
    return new LibrarySubject(device);
  }

  /** The routes of s_μ that there are to check. */
  default List<Route> routes() {
    return List.of(Route.AUTO, Route.GRAM_POLAR, Route.GRAM_EIGEN, Route.JACOBI);
  }

  /** s_μ by a route, divisor k, no row normalisation. */
  Regularizer meanSingularValue(Route route);

  /** The penalty made from s_μ. */
  Regularizer svMax(Route route, Penalty penalty);

  /** v(Z) = (1/d)·Σ_j max(0, γ − √(var_j + ε)), unbiased variances. */
  Regularizer varianceHinge(double gamma, double epsilon);

  /** c(Z) = (1/d)·Σ_{i≠j} C_ij². */
  Regularizer covariancePenalty();

  /**
   * The options of an SVMax penalty.
   *
   * @param exponential whether λ·exp((U − s_μ)/(U − L)), else −λ·s_μ
   * @param normalizeRows whether rows are first divided by their norms
   * @param strength λ
   */
  record Penalty(boolean exponential, boolean normalizeRows, double strength) {}
}
