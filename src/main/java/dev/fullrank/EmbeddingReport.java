package dev.fullrank;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@link EmbeddingStatistics} found in n rows of d features: how much of the rank that is there is put to use. Immutable.
 *
 * <p>Z is the n×d matrix of all rows, not centred, with unit rows if {@link #normalized}; k = min(n, d); σ₁ ≥ … ≥ σ_k are its
 * singular values and p_i = σ_i/Σσ. Means, standard deviations, covariances and correlations are those of the centred columns.
 *
 * <p>Values that only a statistic of more rows would have (a standard deviation of one row) are NaN; so is every floating-point
 * value if a row held NaN or an infinity and the policy was to propagate it. A value beyond the range of double is infinite, but
 * one within it is found even where sums or squares on the way would overflow.
 */
public final class EmbeddingReport {
  /**
   * Two dimensions and their Pearson correlation.
   *
   * @param first the lower index
   * @param second the higher index
   * @param correlation from −1 to 1
   */
  public record CorrelatedPair(int first, int second, double correlation) {}

  private final long rows;
  private final int columns;
  private final ElementType type;
  private final boolean normalized;
  private final SpectralSummary spectrum;
  private final DimensionSummary dimensions;
  private final @Nullable ChunkSummary chunks;
  private final double seconds;

  EmbeddingReport(
      long rows,
      int columns,
      ElementType type,
      boolean normalized,
      SpectralSummary spectrum,
      DimensionSummary dimensions,
      @Nullable ChunkSummary chunks,
      double seconds) {
    this.rows = rows;
    this.columns = columns;
    this.type = type;
    this.normalized = normalized;
    this.spectrum = spectrum;
    this.dimensions = dimensions;
    this.chunks = chunks;
    this.seconds = seconds;
  }

  /** Number of rows, n. */
  public long rows() {
    return rows;
  }

  /** Number of columns, d. */
  public int columns() {
    return columns;
  }

  /** How the rows were stored; the least precise type, if there were several. */
  public ElementType type() {
    return type;
  }

  /** Whether each row was divided by its Euclidean norm. */
  public boolean normalized() {
    return normalized;
  }

  /** The mean singular value s_μ = Σσ/k (Taha et al. 2021). */
  public double meanSingularValue() {
    return spectrum.spectrum.meanSingularValue();
  }

  /** The least s_μ for this shape and Frobenius norm, ‖Z‖_F/k, that of rank 1; √n/k for unit rows. */
  public double lowerBound() {
    return spectrum.lowerBound;
  }

  /** The largest s_μ for this shape and Frobenius norm, ‖Z‖_F/√k, that of equal singular values; √(n/k) for unit rows. */
  public double upperBound() {
    return spectrum.upperBound;
  }

  /** (s_μ − lower bound)/(upper bound − lower bound), from 0 to 1; 1 where the bounds coincide. */
  public double utilisation() {
    return spectrum.utilisation;
  }

  /** σ₁ ≥ … ≥ σ_k; those below the {@link #resolution} are reported as 0. A copy. */
  public double[] singularValues() {
    return spectrum.values.clone();
  }

  /**
   * The singular value below which arithmetic error may hide the true one: 4·√max(n, d)·2^-52·σ₁ on {@link Route#JACOBI}; about
   * 2^-24·‖Z‖_F on {@link Route#TRIDIAGONAL}, rising slowly with n and d, because a Gram matrix holds the squares.
   */
  public double resolution() {
    return spectrum.resolution;
  }

  /** Number of singular values above the {@link #resolution}. */
  public int rank() {
    return spectrum.rank();
  }

  /** σ₁/σ_k, or σ₁/resolution where σ_k is below the resolution; infinite for the zero matrix. */
  public double conditionNumber() {
    return spectrum.spectrum.conditionNumber();
  }

  /** Whether σ_k is below the resolution, so that the true condition number is at least {@link #conditionNumber}. */
  public boolean conditionNumberIsLowerBound() {
    return spectrum.isRankDeficient();
  }

  /** exp(−Σ p log p) (Roy and Vetterli 2007), from 1 to k; 0 for the zero matrix. */
  public double effectiveRank() {
    return spectrum.spectrum.effectiveRank();
  }

  /** exp(−Σ p log p) with p + 1e-7 for p (Garrido et al. 2023). */
  public double rankMe() {
    return spectrum.spectrum.rankMe();
  }

  /** ‖Z‖_F²/σ₁², from 1 to k; 0 for the zero matrix. */
  public double stableRank() {
    return spectrum.spectrum.stableRank();
  }

  /** (Σσ²)²/Σσ⁴, from 1 to k; 0 for the zero matrix. */
  public double participationRatio() {
    return spectrum.spectrum.participationRatio();
  }

  /**
   * α-ReQ (Agrawal et al. 2022): the exponent of the power law that σ_i² follows for i from 11 to 100; NaN where too few of those
   * are above the resolution. Of the matrix as it is, like all that comes from the singular values, not of the covariance.
   */
  public double alphaReQ() {
    return spectrum.spectrum.alphaReq();
  }

  /** Mean of each dimension. A copy. */
  public double[] mean() {
    return dimensions.mean.clone();
  }

  /** Standard deviation of each dimension, √(Σ(z − mean)²/divisor); NaN where the divisor is 0. A copy. */
  public double[] std() {
    return dimensions.std.clone();
  }

  /**
   * Dimensions that tell rows apart by next to nothing, ascending: std ≤ 2^-20 of the root mean square of all dimensions' std, or
   * std ≤ u·|mean|, where u is the unit roundoff of the element type (a constant up to rounding). Empty where std is undefined.
   */
  public int[] deadDimensions() {
    return dimensions.dead.clone();
  }

  /** VICReg's variance term (1/d)·Σ_j max(0, γ − √(var_j + ε)) (Bardes et al. 2021); NaN where the divisor is 0. */
  public double varianceHinge() {
    return dimensions.varianceHinge;
  }

  /** VICReg's covariance term (1/d)·Σ_{i≠j} C_ij², C the covariance matrix; NaN where the divisor is 0. */
  public double covariancePenalty() {
    return dimensions.covariancePenalty;
  }

  /** |correlation| of {@link #mostCorrelated}; NaN where there is no such pair. */
  public double maxAbsOffDiagonalCorrelation() {
    CorrelatedPair pair = dimensions.mostCorrelated;
    return pair == null ? Double.NaN : Math.abs(pair.correlation());
  }

  /**
   * The pair of dimensions with the largest |correlation|, the first such in row-major order; dead dimensions take no part. Null
   * where fewer than two live ones are left.
   */
  public @Nullable CorrelatedPair mostCorrelated() {
    return dimensions.mostCorrelated;
  }

  /** s_μ of batches of consecutive rows, or null if no batch size was given. */
  public @Nullable ChunkSummary chunks() {
    return chunks;
  }

  /** How the singular values were found: {@link Route#JACOBI} or {@link Route#TRIDIAGONAL}. */
  public Route route() {
    return spectrum.route;
  }

  /** Time spent inside the statistics, in all parts that were merged, in seconds. */
  public double seconds() {
    return seconds;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "EmbeddingReport[%d×%d %s%s, s_μ %.6g in [%.6g, %.6g], utilisation %.3f, effective rank %.2f]",
        rows, columns, type, normalized ? " normalized" : "", meanSingularValue(), lowerBound(), upperBound(), utilisation(),
        effectiveRank());
  }
}
