package dev.fullrank;

import dev.fullrank.linalg.CoMoment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the co-moment says of single dimensions and pairs of them. */
final class DimensionSummary {
  /**
   * 2^-20 ≈ 1e-6 of the root mean square deviation: such a dimension has 2^-40 of an average one's share in any squared distance,
   * less than a float can show in the sum.
   */
  private static final double DEAD_SHARE = 0x1p-20;

  /** Mean of each dimension. */
  final double[] mean;

  /** √(M_jj/divisor) of each dimension, NaN where the divisor is 0. */
  final double[] std;

  /** Dimensions that hold no information, ascending. */
  final int[] dead;

  /** (1/d)·Σ max(0, γ − √(var_j + ε)). */
  final double varianceHinge;

  /** (1/d)·Σ_{i≠j} C_ij². */
  final double covariancePenalty;

  /** The pair of living dimensions with the largest |correlation|, null if there is no such pair. */
  final EmbeddingReport.@Nullable CorrelatedPair mostCorrelated;

  private DimensionSummary(
      double[] mean,
      double[] std,
      int[] dead,
      double varianceHinge,
      double covariancePenalty,
      EmbeddingReport.@Nullable CorrelatedPair mostCorrelated) {
    this.mean = mean;
    this.std = std;
    this.dead = dead;
    this.varianceHinge = varianceHinge;
    this.covariancePenalty = covariancePenalty;
    this.mostCorrelated = mostCorrelated;
  }

  /** NaN for every value. */
  static DimensionSummary undefined(int columns) {
    return undefined(nan(columns));
  }

  /** The means, and NaN for what needs more than one row. */
  private static DimensionSummary undefined(double[] mean) {
    return new DimensionSummary(mean, nan(mean.length), new int[0], Double.NaN, Double.NaN, null);
  }

  private static double[] nan(int columns) {
    double[] nan = new double[columns];
    Arrays.fill(nan, Double.NaN);
    return nan;
  }

  static DimensionSummary of(SampleMoments sample, ElementType type, double gamma, double epsilon, VarianceEstimator estimator) {
    CoMoment moments = sample.moments();
    int d = moments.columns();
    double[] mean = new double[d];
    for (int j = 0; j < d; j++) {
      mean[j] = Math.scalb(moments.mean()[j], sample.exponent());
    }
    double freedom = estimator.divisor(moments.count());
    if (freedom < 1) {
      return undefined(mean);
    }
    double[] std = new double[d];
    double sumOfVariances = 0;
    for (int j = 0; j < d; j++) {
      double variance = moments.diagonal(j) / freedom;
      std[j] = Math.sqrt(variance);
      sumOfVariances += variance;
    }
    boolean[] isDead = deadDimensions(std, moments.mean(), DEAD_SHARE * Math.sqrt(sumOfVariances / d), type.epsilon() / 2);
    double penalty = covariancePenalty(moments, freedom, sample.exponent());
    EmbeddingReport.CorrelatedPair pair = mostCorrelated(moments, isDead);
    double hinge = 0;
    double rootEpsilon = Math.sqrt(epsilon);
    for (int j = 0; j < d; j++) {
      std[j] = Math.scalb(std[j], sample.exponent());
      hinge += Math.max(0, gamma - Math.hypot(std[j], rootEpsilon)) / d;
    }
    return new DimensionSummary(mean, std, indices(isDead), hinge, penalty, pair);
  }

  /**
   * Dead: std_j ≤ 2^-20 of the root mean square over the dimensions, or std_j ≤ u·|mean_j|, as much as rounding to the element
   * type (u is half its epsilon) can make of a constant.
   */
  private static boolean[] deadDimensions(double[] std, double[] mean, double threshold, double roundoff) {
    boolean[] dead = new boolean[std.length];
    for (int j = 0; j < dead.length; j++) {
      dead[j] = std[j] <= Math.max(threshold, roundoff * Math.abs(mean[j]));
    }
    return dead;
  }

  private static int[] indices(boolean[] flags) {
    int[] found = new int[flags.length];
    int count = 0;
    for (int j = 0; j < flags.length; j++) {
      if (flags[j]) {
        found[count++] = j;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** Squares are summed relative to the largest entry: infinite only if the result is out of range. */
  private static double covariancePenalty(CoMoment moments, double freedom, int exponent) {
    int d = moments.columns();
    double largest = 0;
    for (int i = 0; i < d; i++) {
      for (int j = i + 1; j < d; j++) {
        largest = Math.max(largest, Math.abs(moments.get(i, j)));
      }
    }
    if (largest == 0) {
      return 0;
    }
    int unit = Math.getExponent(largest);
    double scale = Math.scalb(1.0, -unit);
    double sum = 0;
    for (int i = 0; i < d; i++) {
      double row = 0;
      for (int j = i + 1; j < d; j++) {
        double c = moments.get(i, j) * scale;
        row += c * c;
      }
      sum += row;
    }
    return Math.scalb(2 * sum / d / freedom / freedom, 2 * unit + 4 * exponent);
  }

  private static EmbeddingReport.@Nullable CorrelatedPair mostCorrelated(CoMoment moments, boolean[] dead) {
    int d = moments.columns();
    double[] inverse = new double[d];
    for (int j = 0; j < d; j++) {
      inverse[j] = dead[j] ? 0 : 1 / Math.sqrt(moments.diagonal(j));
    }
    double best = -1;
    int first = -1;
    int second = -1;
    for (int i = 0; i < d; i++) {
      for (int j = i + 1; j < d; j++) {
        double size = dead[i] || dead[j] ? -1 : Math.abs(moments.get(i, j)) * inverse[i] * inverse[j];
        if (size > best) {
          best = size;
          first = i;
          second = j;
        }
      }
    }
    return first < 0
        ? null
        : new EmbeddingReport.CorrelatedPair(first, second, Math.copySign(Math.min(best, 1), moments.get(first, second)));
  }
}
