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
      slopes = new double[ColumnWindow.padded(d)];
      factors = new double[slopes.length];
    }
    double gamma = options.gammaFor(d);
    double divisor = options.estimator().divisor(m.samples());
    double slack = 0;
    double slackUnits = 0;
    double stds = 0;
    double stdUnits = 0;
    smallestStd = Double.POSITIVE_INFINITY;
    active = 0;
    dead = 0;
    for (int j = 0; j < d; j++) {
      double std = m.std(j, divisor, options.epsilon());
      // Written so that NaN counts: it fails std >= gamma.
      boolean below = !(std >= gamma);
      slack += below ? gamma - std : 0;
      slackUnits += below ? (gamma - std) * SUM_UNIT : 0;
      stds += std;
      stdUnits += std * SUM_UNIT;
      smallestStd = Math.min(smallestStd, std);
      active += below ? 1 : 0;
      dead += m.isConstant(j) ? 1 : 0;
      slopes[j] = below && !m.isConstant(j) ? -1 / (divisor * d * m.scaledStd(j, divisor, options.epsilon())) : 0;
    }
    value = mean(slack, slackUnits, d);
    meanStd = mean(stds, stdUnits, d);
  }

  /** The mean, which is finite wherever it is representable even if the sum is not. */
  private static double mean(double sum, double sumInUnits, int n) {
    return sum == Double.POSITIVE_INFINITY ? sumInUnits / n / SUM_UNIT : sum / n;
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
