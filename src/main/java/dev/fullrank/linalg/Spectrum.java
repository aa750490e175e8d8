package dev.fullrank.linalg;

/**
 * What the singular values σ₁ ≥ … ≥ σ_k of an embedding matrix say about the dimensions it uses. Of these, only
 * {@link #meanSingularValue} changes when the matrix is scaled. For a matrix of zeros all numbers are 0, except that the
 * condition number is infinite and α is NaN. Definitions take 0·log 0 = 0.
 *
 * @param meanSingularValue s_μ = Σσ_i/k (Taha et al., "SVMax: A Feature Embedding Regularizer", 2021)
 * @param effectiveRank exp(−Σ p_i·ln p_i), p = σ/Σσ, from 1 to k (Roy and Vetterli, "The effective rank", EUSIPCO 2007)
 * @param rankMe the same with p_i = σ_i/Σσ + 10⁻⁷, as published: slightly more than k for k equal values (Garrido et al.,
 *     "RankMe", ICML 2023, equations 1 and 2; the matrix is not centred there)
 * @param stableRank ‖E‖_F²/σ₁² = Σσ_i²/σ₁², from 1 to k
 * @param participationRatio (Σλ_i)²/Σλ_i², λ = σ², from 1 to k
 * @param conditionNumber σ₁/σ_k, infinite if σ_k = 0
 * @param alphaReq −slope of ln λ_i over ln i by least squares with weights 1/i, i from 11 to 100, the fit of Stringer et al.
 *     (Nature 571, 2019); of the covariance if the matrix was centred (Agrawal et al., "α-ReQ", NeurIPS 2022, whose paper
 *     leaves the range open). NaN if fewer than two values from the 11th on stand out from rounding errors, k·2⁻⁵²·σ₁
 */
public record Spectrum(
    double meanSingularValue,
    double effectiveRank,
    double rankMe,
    double stableRank,
    double participationRatio,
    double conditionNumber,
    double alphaReq) {
  /** ε of RankMe, equation 2. */
  private static final double RANK_ME_EPSILON = 1e-7;

  /** The ranks that α is fitted to. */
  private static final int FIRST_FITTED = 11;

  private static final int LAST_FITTED = 100;

  /**
   * Computes all of them.
   *
   * @param sigma the singular values, descending, in the first k entries
   * @throws IllegalArgumentException if k &lt; 1, or the values are not finite, not negative and descending
   */
  public static Spectrum of(double[] sigma, int k) {
    check(sigma, k);
    double largest = sigma[0];
    if (largest == 0) {
      return new Spectrum(0, 0, 0, 0, 0, Double.POSITIVE_INFINITY, Double.NaN);
    }
    // Relative to 2^exponent ≤ σ₁, so that sums do not overflow and scaling by powers of two changes no bit.
    int exponent = PowerOfTwo.exponent(largest, 0);
    double top = Math.scalb(largest, -exponent);
    double sum = 0;
    double squares = 0;
    double fourthPowers = 0;
    for (int i = 0; i < k; i++) {
      double s = Math.scalb(sigma[i], -exponent);
      double lambda = s * s;
      sum += s;
      squares += lambda;
      fourthPowers += lambda * lambda;
    }
    return new Spectrum(
        Math.scalb(sum / k, exponent),
        Math.exp(entropy(sigma, k, exponent, sum, 0)),
        Math.exp(entropy(sigma, k, exponent, sum, RANK_ME_EPSILON)),
        squares / (top * top),
        squares * squares / fourthPowers,
        largest / sigma[k - 1],
        powerLaw(sigma, k));
  }

  private static void check(double[] sigma, int k) {
    if (k < 1 || sigma.length < k) {
      throw new IllegalArgumentException("need k ≥ 1 singular values, not k = " + k + " of " + sigma.length);
    }
    for (int i = 0; i < k; i++) {
      boolean inOrder = sigma[i] >= 0 && sigma[i] <= (i == 0 ? Double.MAX_VALUE : sigma[i - 1]);
      if (!inOrder) {
        throw new IllegalArgumentException(
            "singular values must be finite, not negative and descending, but number " + (i + 1) + " is " + sigma[i]);
      }
    }
  }

  private static double entropy(double[] sigma, int k, int exponent, double sum, double epsilon) {
    double h = 0;
    for (int i = 0; i < k; i++) {
      double p = Math.scalb(sigma[i], -exponent) / sum + epsilon;
      if (p > 0) {
        h -= p * Math.log(p);
      }
    }
    return h;
  }

  /** Weighted least squares about the weighted means; y = ln λ_i − ln λ_11, which is an exact zero for a flat spectrum. */
  private static double powerLaw(double[] sigma, int k) {
    int last = Math.min(k, LAST_FITTED);
    while (last > 0 && sigma[last - 1] / sigma[0] <= k * 0x1p-52) {
      last--;
    }
    if (last <= FIRST_FITTED) {
      return Double.NaN;
    }
    double origin = sigma[FIRST_FITTED - 1];
    double weights = 0;
    double meanX = 0;
    double meanY = 0;
    for (int i = FIRST_FITTED; i <= last; i++) {
      weights += 1.0 / i;
      meanX += Math.log(i) / i;
      meanY += 2 * Math.log(sigma[i - 1] / origin) / i;
    }
    meanX /= weights;
    meanY /= weights;
    double xy = 0;
    double xx = 0;
    for (int i = FIRST_FITTED; i <= last; i++) {
      double x = Math.log(i) - meanX;
      xy += x * (2 * Math.log(sigma[i - 1] / origin) - meanY) / i;
      xx += x * x / i;
    }
    // + 0.0: a flat spectrum has α = 0, not −0.
    return -xy / xx + 0.0;
  }
}
