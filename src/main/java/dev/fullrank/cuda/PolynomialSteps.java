package dev.fullrank.cuda;

import dev.fullrank.cuda.RootIteration.Nonic;
import dev.fullrank.cuda.RootIteration.Polynomial;
import dev.fullrank.cuda.RootIteration.Quintic;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps by polynomials that take singular values to 1: each is, of all odd ones of its degree, the nearest to 1 on what the steps before it
 * leave, and so the composition is the best of its kind (Amsel, Persson, Musco and Gower, "The Polar Express", 2025). By those of degree five
 * small singular values grow by 8.5 in the first step and by up to 4.26 in those that follow.
 *
 * <p>All are positive for all positive numbers: on their interval the least value is 1 − E, below it they grow from 0 to that, and above it
 * they grow from 1 + E, as there are no more extrema than the interval has. What is not in it does not come to 1, but never to −1 either.
 */
final class PolynomialSteps {
  /** What all steps together leave at most: a small share of the tolerance of float data. */
  static final double LEFT = 1e-8;

  /** Below this the nearest quintic is hard to compute and no nearer than that of Newton and Schulz by much. */
  private static final double NEAR = 1e-3;

  /** Products for a·I + b·R + c·R², and for two more terms. */
  private static final int PRODUCTS = 1;

  private static final int PRODUCTS_OF_NONIC = 2;

  /** Those that a step takes besides, if it is not the first: two for R and one for Q. */
  private static final int UPDATES = 3;

  private PolynomialSteps() {}

  /** The fewest quintics that take singular values in [least, 1] to within 10⁻⁸ of 1. */
  static List<Quintic> from(double least) {
    List<Quintic> steps = new ArrayList<>();
    double lower = least;
    double upper = 1;
    while (1 - lower > LEFT) {
      Quintic step = quintic(lower, upper);
      steps.add(step);
      double error = error(step, lower);
      lower = 1 - error;
      upper = 1 + error;
    }
    return List.copyOf(steps);
  }

  /**
   * The quintics and nonics that take singular values in [least, 1] to 1 by the fewest products.
   *
   * @param left how far from 1 they may stay, at least some 10⁻¹²
   */
  static List<Polynomial> cheapest(double least, double left) {
    for (int products = 0; ; products++) {
      List<Polynomial> steps = new ArrayList<>();
      if (reach(left, least, 1, products + UPDATES, steps)) {
        return List.copyOf(steps);
      }
    }
  }

  /** Appends steps that take so many products at most, updates of the first one included; nothing if they do not reach. */
  private static boolean reach(double left, double lower, double upper, int products, List<Polynomial> steps) {
    if (1 - lower <= left) {
      return true;
    }
    int quinticLeaves = products - PRODUCTS - UPDATES;
    if (quinticLeaves < 0) {
      return false;
    }
    int nonicLeaves = products - PRODUCTS_OF_NONIC - UPDATES;
    return reachBy(quintic(lower, upper), left, lower, quinticLeaves, steps)
        || (nonicLeaves >= 0 && 1 - lower > NEAR && reachBy(nonic(lower, upper), left, lower, nonicLeaves, steps));
  }

  private static boolean reachBy(Polynomial step, double left, double lower, int productsLeft, List<Polynomial> steps) {
    double error = error(step, lower);
    steps.add(step);
    if (reach(left, 1 - error, 1 + error, productsLeft, steps)) {
      return true;
    }
    steps.removeLast();
    return false;
  }

  /** How many products of k³ these steps take. */
  static int products(List<? extends Polynomial> steps) {
    int products = 0;
    for (Polynomial step : steps) {
      products += step instanceof Nonic ? PRODUCTS_OF_NONIC : PRODUCTS;
    }
    return products + UPDATES * Math.max(0, steps.size() - 1);
  }

  /** How far from 1 a step leaves singular values that are in its interval: it is farthest below 1 at the lower end, as all that are nearest. */
  private static double error(Polynomial step, double lower) {
    return step.equals(Quintic.NEWTON_SCHULZ) ? 2.5 * Math.pow(1 - lower, 3) : 1 - step.of(lower);
  }

  private static Quintic quintic(double lower, double upper) {
    if (1 - lower <= NEAR) {
      return Quintic.NEWTON_SCHULZ;
    }
    double[] c = MinimaxPolynomial.nearestToOne(3, lower, upper);
    return new Quintic(c[0], c[1], c[2]);
  }

  private static Nonic nonic(double lower, double upper) {
    double[] c = MinimaxPolynomial.nearestToOne(5, lower, upper);
    return new Nonic(c[0], c[1], c[2], c[3], c[4]);
  }
}
