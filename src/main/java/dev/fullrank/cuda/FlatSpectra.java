package dev.fullrank.cuda;

import dev.fullrank.cuda.RootIteration.Quintic;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Steps that are enough for Gram matrices whose eigenvalues are not far apart, the fewest first. {@code block_root} takes the first that
 * reaches from the least to the largest Ritz value of twelve steps of Lanczos, and goes back to the steps of the shape if what comes of it
 * is not permitted.
 */
final class FlatSpectra {
  /** With 1.06 times the largest Ritz value for α² the least eigenvalue may be 0.71 times the least Ritz value, which lies above it. */
  private static final double INSIDE = 1.5;

  /** Twelve steps do not see what is beyond (π/2/13)² of the width of a spectrum, 0.015 of it. */
  private static final double SEEN = 0.02;

  /** Fewer steps reach hardly any matrix, and five reach beyond what is seen. */
  private static final int FEWEST = 3;

  private static final int MOST = 4;

  /** Halvings after which the bits of a double do not change. */
  private static final int HALVINGS = 60;

  static final List<Schedule> ALL = List.of(schedule(FEWEST), schedule(MOST));

  private FlatSpectra() {}

  /**
   * Some steps, and what they are for.
   *
   * @param ratio of the least to the largest Ritz value, at least
   */
  record Schedule(double ratio, List<Quintic> steps) {
    private DoubleStream numbers() {
      return DoubleStream.concat(DoubleStream.of(ratio, steps.size()), steps.stream().flatMapToDouble(Quintic::coefficients));
    }
  }

  private static Schedule schedule(int count) {
    double reach = reach(count);
    return new Schedule(Math.max(INSIDE * reach * reach, SEEN), PolynomialSteps.from(reach));
  }

  /** The least singular value that so many steps take to 1, by bisection. */
  static double reach(int count) {
    double beyond = DeviceGramRoot.LEAST;
    double within = 1;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (beyond + within) / 2;
      if (PolynomialSteps.from(middle).size() <= count) {
        within = middle;
      } else {
        beyond = middle;
      }
    }
    return within;
  }

  /**
   * What the kernel reads.
   *
   * @param permitted the most that steps may leave in ‖M − I‖_F²
   */
  static double[] table(double permitted) {
    return DoubleStream.concat(DoubleStream.of(permitted), ALL.stream().flatMapToDouble(Schedule::numbers)).toArray();
  }
}
