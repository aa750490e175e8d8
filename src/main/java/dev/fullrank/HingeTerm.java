package dev.fullrank;

import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.ColumnWindow;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** v(Z) = (1/d)·Σ_j max(0, γ − S_j) with S_j = √(variance_j + ε). */
final class HingeTerm implements MomentTerm {
  /** Fewer than 2^31 terms, each up to the largest double, add up without overflow in this unit. */
  private static final double SUM_UNIT = 0x1p-32;

  private final HingeOptions options;
  private double[] stds = {};
  private double[] slopes = {};
  private double[] factors = {};
  private @Nullable CentredColumns columns;
  private double value;
  private double smallestStd;
  private double meanStd;
  private int active;
  private int dead;

  HingeTerm(HingeOptions options) {
    this.options = options;
  }

  @Override
  public void compute(CentredColumns centred) {
    columns = centred;
    ColumnMoments m = centred.moments();
    int d = m.columns();
    if (slopes.length < d) {
      stds = new double[ColumnWindow.padded(d)];
      slopes = new double[stds.length];
      factors = new double[stds.length];
    }
    double divisor = options.estimator().divisor(m.samples());
    findSlopes(m, divisor);
    double gamma = options.gammaFor(d);
    double slack = 0;
    double stdSum = 0;
    smallestStd = Double.POSITIVE_INFINITY;
    active = 0;
    dead = 0;
    for (int j = 0; j < d; j++) {
      double std = stds[j];
      // Written so that NaN counts: it fails std >= gamma.
      boolean below = !(std >= gamma);
      boolean constant = m.isConstant(j);
      slack += below ? gamma - std : 0;
      stdSum += std;
      if (std < smallestStd || Double.isNaN(std)) { // seldom, where Math.min would be a chain through all columns
        smallestStd = std;
      }
      active += below ? 1 : 0;
      dead += constant ? 1 : 0;
      slopes[j] = below && !constant ? slopes[j] : 0;
    }
    value = slack < Double.POSITIVE_INFINITY ? slack / d : meanSlack(gamma, d);
    meanStd = stdSum < Double.POSITIVE_INFINITY ? stdSum / d : meanStd(d);
  }

  /**
   * S_j and −1/(divisor·d·S_j) of all columns, apart from what is decided on them: loops without a branch take roots and quotients
   * of a whole vector in the time of two.
   */
  private void findSlopes(ColumnMoments m, double divisor) {
    int d = m.columns();
    double scale = divisor * d;
    double epsilon = options.epsilon();
    if (m.isRescaled()) {
      for (int j = 0; j < d; j++) {
        stds[j] = m.std(j, divisor, epsilon);
        slopes[j] = -1 / (scale * m.scaledStd(j, divisor, epsilon));
      }
    } else {
      for (int j = 0; j < d; j++) {
        stds[j] = Math.sqrt(m.sumOfSquares(j) / divisor + epsilon);
      }
      for (int j = 0; j < d; j++) {
        slopes[j] = -1 / (scale * stds[j]);
      }
    }
  }

  /** The mean where the sum is not representable; NaN where that is a sum. */
  private double meanSlack(double gamma, int d) {
    double units = 0;
    for (int j = 0; j < d; j++) {
      units += !(stds[j] >= gamma) ? (gamma - stds[j]) * SUM_UNIT : 0;
    }
    return units / d / SUM_UNIT;
  }

  private double meanStd(int d) {
    double units = 0;
    for (int j = 0; j < d; j++) {
      units += stds[j] * SUM_UNIT;
    }
    return units / d / SUM_UNIT;
  }

  @Override
  public double value() {
    return value;
  }

  /** ∂v/∂z_ij = −(z_ij − mean_j)/(d·divisor·S_j) where S_j &lt; γ; 0 at the kink and for constant columns. */
  @Override
  public void gradient(double upstream, Matrix out) {
    CentredColumns centred = Objects.requireNonNull(columns);
    if (centred.isFinite()) {
      centred.deviations(factors(upstream), out);
    } else {
      centred.fill(Double.NaN, out);
    }
  }

  /** upstream·∂v/∂z_ij = factor_j·(z_ij − mean_j), in the units of the columns. */
  double[] factors(double upstream) {
    int d = Objects.requireNonNull(columns).moments().columns();
    for (int j = 0; j < d; j++) {
      factors[j] = upstream * slopes[j];
    }
    return factors;
  }

  @Override
  public Details.Variance details() {
    return new Details.Variance(active, dead, smallestStd, meanStd);
  }

  @Override
  public void release() {
    columns = null;
  }
}
