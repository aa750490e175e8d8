package dev.fullrank;

/** One evaluation of s_μ: sum of singular values, bounds, and what the gradient needs. */
interface SpectralWorkspace {
  /**
   * Computes s_μ.
   *
   * @param valueOnly whether no gradient will be asked for
   * @param unitRowsRequired refuses rows longer than 1
   */
  void forward(Matrix z, boolean valueOnly, boolean unitRowsRequired);

  /** s_μ; NaN if the input was not finite. */
  double meanSingularValue();

  /** out := factor·∂s_μ/∂z; NaN everywhere if the input was not finite. */
  void gradient(double factor, Matrix out);

  Details.Spectral details();

  /** Forgets the caller's memory. */
  void release();

  /**
   * Rounding to bfloat16 moves a norm by less than 2⁻⁸; twice that is still a unit row.
   *
   * @throws IllegalArgumentException if the longest row is longer
   */
  static void requireUnitRows(double longest) {
    if (longest > 1 + 0x1p-7) {
      throw new IllegalArgumentException(
          "the exponential form is defined for rows of unit norm, the longest row has norm " + longest
              + "; set normalizeRows(true) or use the linear form");
    }
  }

  /** Σσ/divisor in the units of the input, where the sum is in those of 2^exponent: divided first, so that it is finite where it can be. */
  static double mean(double sum, int divisor, int exponent) {
    return Math.scalb(sum / divisor, -exponent) + 0.0;
  }

  /** The diagnostics of a finite b×d input; sums and norm are multiples by 2^exponent and its square. */
  static Details.Spectral details(
      int k, int divisor, int exponent, double sum, double lower, double upper, double squaredNorm, int rank, Route route) {
    double s = mean(sum, divisor, exponent);
    double norm = Math.sqrt(squaredNorm) / divisor;
    double least = Math.scalb(norm, -exponent);
    double most = Math.scalb(Math.sqrt(k) * norm, -exponent);
    double utilisation = k == 1 || most <= least ? 1 : Math.clamp((s - least) / (most - least), 0, 1);
    return new Details.Spectral(
        s,
        Math.nextDown(mean(lower, divisor, exponent)),
        Math.nextUp(mean(upper, divisor, exponent)),
        least,
        most,
        utilisation,
        rank,
        route);
  }

  /** The diagnostics of an input that is not finite. */
  static Details.Spectral undefined() {
    double nan = Double.NaN;
    return new Details.Spectral(nan, nan, nan, nan, nan, nan, 0, Route.AUTO);
  }
}
