package dev.fullrank.cuda;

import dev.fullrank.cuda.RootIteration.Quintic;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps by polynomials that take singular values to 1: each is, of all a·σ + b·σ³ + c·σ⁵, the nearest to 1 on what the steps before it leave,
 * and so the composition is the best of its kind (Amsel, Persson, Musco and Gower, "The Polar Express", 2025). Small singular values grow by
 * 8.5 in the first step and by up to 4.26 in those that follow.
 */
final class PolynomialSteps {
  /** What all steps together may leave: a small share of the tolerance of float data. */
  private static final double LEFT = 1e-8;

  /** Below this the nearest polynomial is hard to compute and no nearer than that of Newton and Schulz by much. */
  private static final double NEAR = 1e-3;

  /** Exchanges that are more than enough: they converge quadratically. */
  private static final int EXCHANGES = 20;

  private PolynomialSteps() {}

  /** The fewest steps that take singular values in [least, 1] to within 10⁻⁸ of 1. */
  static List<Quintic> from(double least) {
    List<Quintic> steps = new ArrayList<>();
    double lower = least;
    double upper = 1;
    while (1 - lower > LEFT) {
      double error;
      if (1 - lower <= NEAR) {
        steps.add(Quintic.NEWTON_SCHULZ);
        error = 2.5 * Math.pow(1 - lower, 3);
      } else {
        Quintic step = nearest(lower, upper);
        steps.add(step);
        error = 1 - step.of(lower);
      }
      lower = 1 - error;
      upper = 1 + error;
    }
    return List.copyOf(steps);
  }

  /**
   * The polynomial a·x + b·x³ + c·x⁵ with the least maximum of |1 − p| on [lower, upper], by Remez' exchange: 1 − p takes that maximum with
   * alternating signs at both ends and at the extrema of p, which are roots of a quadratic in x².
   */
  private static Quintic nearest(double lower, double upper) {
    double first = (3 * lower + upper) / 4;
    double second = (lower + 3 * upper) / 4;
    Quintic p = alternating(lower, first, second, upper);
    for (int i = 0; i < EXCHANGES; i++) {
      double root = Math.sqrt(9 * p.b() * p.b() - 20 * p.a() * p.c());
      first = Math.sqrt((-3 * p.b() - root) / (10 * p.c()));
      second = Math.sqrt((-3 * p.b() + root) / (10 * p.c()));
      p = alternating(lower, first, second, upper);
    }
    return p;
  }

  /**
   * The polynomial with 1 − p = E, −E, E, −E at four places. In t = x² it is p/x = (1 ∓ E)/x, a quadratic: E makes the third divided
   * difference zero, and the others are the coefficients of Newton's form.
   */
  private static Quintic alternating(double... x) {
    double[] ones = differences(x, 1, 1);
    double[] signs = differences(x, 1, -1);
    double error = ones[3] / signs[3];
    double first = ones[0] - error * signs[0];
    double second = ones[1] - error * signs[1];
    double third = ones[2] - error * signs[2];
    double t0 = x[0] * x[0];
    double t1 = x[1] * x[1];
    return new Quintic(first - t0 * (second - t1 * third), second - (t0 + t1) * third, third);
  }

  /** Divided differences in t = x² of even/x and odd/x at places of even and odd number. */
  private static double[] differences(double[] x, double even, double odd) {
    double[] d = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      d[i] = (i % 2 == 0 ? even : odd) / x[i];
    }
    for (int order = 1; order < x.length; order++) {
      for (int i = x.length - 1; i >= order; i--) {
        d[i] = (d[i] - d[i - 1]) / (x[i] * x[i] - x[i - order] * x[i - order]);
      }
    }
    return d;
  }
}
