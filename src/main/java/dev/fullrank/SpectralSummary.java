package dev.fullrank;

import dev.fullrank.linalg.ColumnOps;
import dev.fullrank.linalg.CoMoment;
import dev.fullrank.linalg.JacobiSvd;
import dev.fullrank.linalg.Spectrum;
import dev.fullrank.linalg.SymmetricEigen;
import dev.fullrank.linalg.TriangularFactor;
import java.util.Arrays;

/** What the singular values of an n×d matrix, k = min(n, d), say of it. */
final class SpectralSummary {
  private static final double EPSILON = 0x1p-52;

  /** Each of the blocks that are added up contributes a rounding error of up to this many epsilons of the trace. */
  private static final double BLOCK_ERROR = 4;

  /** A singular value of a triangular factor is off by a few √max(n, d)·2^-52·σ₁. */
  private static final double FACTOR_ERROR = 4;

  /** σ₁ ≥ … ≥ σ_k, those below the resolution as 0. */
  final double[] values;

  /** Below this, arithmetic error may hide the true value. */
  final double resolution;

  /** How the values were found. */
  final Route route;

  /** Their mean and ranks; the condition number is that of the resolution where σ_k is below it. */
  final Spectrum spectrum;

  /** ‖Z‖_F/k. */
  final double lowerBound;

  /** ‖Z‖_F/√k. */
  final double upperBound;

  /** (s_μ − lower bound)/(upper bound − lower bound). */
  final double utilisation;

  private SpectralSummary(
      double[] values, double resolution, Route route, Spectrum spectrum, double lowerBound, double upperBound, double utilisation) {
    this.values = values;
    this.resolution = resolution;
    this.route = route;
    this.spectrum = spectrum;
    this.lowerBound = lowerBound;
    this.upperBound = upperBound;
    this.utilisation = utilisation;
  }

  /**
   * From the co-moments. Rounding errors of the blocks are independent, and so are those of the d reflections and rotations that
   * an eigenvalue goes through: both add up as square roots.
   *
   * @param blocks how many were added up
   * @param work d×d, overwritten
   */
  static SpectralSummary ofGram(SampleMoments sample, int k, long blocks, double[] work, ColumnOps ops) {
    CoMoment moments = sample.moments();
    int d = moments.columns();
    moments.gram(work);
    double trace = 0;
    for (int j = 0; j < d; j++) {
      trace += work[j * d + j];
    }
    double[] eigenvalues = new double[d];
    new SymmetricEigen(ops).values(work, d, eigenvalues);
    double[] sigma = new double[k];
    for (int i = 0; i < k; i++) {
      sigma[i] = Math.sqrt(Math.max(0, eigenvalues[i]));
    }
    double error = (BLOCK_ERROR * Math.sqrt((double) blocks) + Math.sqrt(d)) * EPSILON * trace;
    return of(sigma, Math.sqrt(error), Route.TRIDIAGONAL, sample.exponent());
  }

  static SpectralSummary ofFactor(SampleMoments sample, TriangularFactor factor, int k, ColumnOps ops) {
    long rows = sample.moments().count();
    int d = sample.moments().columns();
    JacobiSvd svd = new JacobiSvd(ops);
    svd.decompose(factor.columnMajor().clone(), d, d);
    double[] sigma = Arrays.copyOf(svd.singularValues(), k);
    double resolution = FACTOR_ERROR * Math.sqrt((double) Math.max(rows, d)) * EPSILON * sigma[0];
    return of(sigma, resolution, Route.JACOBI, sample.exponent());
  }

  /** NaN for every value. */
  static SpectralSummary undefined(int k, Route route) {
    double nan = Double.NaN;
    double[] values = new double[k];
    Arrays.fill(values, nan);
    return new SpectralSummary(values, nan, route, new Spectrum(nan, nan, nan, nan, nan, nan, nan), nan, nan, nan);
  }

  private static SpectralSummary of(double[] sigma, double resolution, Route route, int exponent) {
    int k = sigma.length;
    double squares = 0;
    for (int i = 0; i < k; i++) {
      squares += sigma[i] * sigma[i];
      sigma[i] = sigma[i] > resolution ? sigma[i] : 0;
    }
    Spectrum scaled = Spectrum.of(sigma, k);
    double norm = Math.sqrt(squares);
    double condition = sigma[k - 1] > 0 || norm == 0 ? scaled.conditionNumber() : sigma[0] / resolution;
    double[] values = new double[k];
    for (int i = 0; i < k; i++) {
      values[i] = Math.scalb(sigma[i], exponent);
    }
    Spectrum spectrum = new Spectrum(
        Math.scalb(scaled.meanSingularValue(), exponent), scaled.effectiveRank(), scaled.rankMe(), scaled.stableRank(),
        scaled.participationRatio(), condition, scaled.alphaReq());
    return new SpectralSummary(
        values, Math.scalb(resolution, exponent), route, spectrum, Math.scalb(norm / k, exponent),
        Math.scalb(norm / Math.sqrt(k), exponent), utilisation(scaled.meanSingularValue(), norm, k));
  }

  /** Where s_μ lies between ‖Z‖_F/k and ‖Z‖_F/√k, from 0 to 1; 1 where these coincide. */
  static double utilisation(double meanSingularValue, double norm, int k) {
    double lower = norm / k;
    double upper = norm / Math.sqrt(k);
    return upper > lower ? Math.clamp((meanSingularValue - lower) / (upper - lower), 0, 1) : 1;
  }

  /** Number of values above the resolution. */
  int rank() {
    int rank = 0;
    while (rank < values.length && values[rank] > 0) {
      rank++;
    }
    return rank;
  }

  /** Whether σ_k is below the resolution. */
  boolean isRankDeficient() {
    return values[values.length - 1] == 0;
  }
}
