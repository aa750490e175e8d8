package dev.fullrank;

import java.util.List;

/** Diagnostics of one {@link Evaluation}. */
public sealed interface Details {
  /**
   * Of {@link MeanSingularValue} and {@link SvMax}.
   *
   * @param meanSingularValue s_μ
   * @param lower enclosure: s_μ of the exact matrix is at least this; from error bounds that hold with high probability, no proof
   * @param upper enclosure: s_μ of the exact matrix is at most this, in the same sense
   * @param lowerBound the least s_μ that a matrix of this shape and Frobenius norm can have, ‖E‖_F/divisor
   * @param upperBound the largest such s_μ, √k·‖E‖_F/divisor
   * @param utilisation (s_μ − lowerBound)/(upperBound − lowerBound), 1 where the bounds coincide
   * @param rank number of singular values above the threshold of the route
   * @param route the route taken; {@link Route#AUTO} only if the input was not finite and none was
   */
  record Spectral(
      double meanSingularValue,
      double lower,
      double upper,
      double lowerBound,
      double upperBound,
      double utilisation,
      int rank,
      Route route)
      implements Details {}

  /**
   * Of {@link VarianceHinge}.
   *
   * @param activeDimensions columns whose standard deviation is below γ
   * @param deadDimensions columns that are constant
   * @param smallestStd the least √(var + ε) of a column
   * @param meanStd the mean of √(var + ε) over the columns
   */
  record Variance(int activeDimensions, int deadDimensions, double smallestStd, double meanStd) implements Details {}

  /**
   * Of {@link CovariancePenalty}.
   *
   * @param sumOfSquares Σ_{i≠j} C_ij², before it is divided
   */
  record Covariance(double sumOfSquares) implements Details {}

  /**
   * Of {@link WeightedSum}.
   *
   * @param terms the details of each term, in order
   */
  record Sum(List<Details> terms) implements Details {}
}
