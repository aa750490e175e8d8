package dev.fullrank.linalg;

/**
 * The extreme Ritz values θ of some steps of Lanczos, which lie inside of the spectrum, and the same moved outwards by the norm of their
 * residuals β·|s|, with s the last entry of the eigenvector of the tridiagonal matrix, which nearly always lie outside, without proof
 * (Y. Zhou and R. Li, "Bounding the spectrum of large Hermitian matrices", Linear Algebra Appl. 435, 2011). One thread at a time.
 */
public final class RitzValues {
  private final TridiagonalQl ql = new TridiagonalQl(SymmetricEigen.Settings.DEFAULT.maxIterations());
  private final double[] values;
  private final double[] work;
  private double least;
  private double most;
  private double below;
  private double above;

  /** A place for those of so many steps at most. */
  public RitzValues(int mostSteps) {
    this.values = new double[mostSteps];
    this.work = new double[mostSteps];
  }

  /**
   * Those of the tridiagonal matrix with alpha on the diagonal and beta beside it.
   *
   * @param beta as many as alpha, of which the last belongs to the residual; the others are not zero
   */
  public void find(double[] alpha, double[] beta, int steps) {
    System.arraycopy(alpha, 0, values, 0, steps);
    System.arraycopy(beta, 0, work, 0, steps);
    work[steps - 1] = 0;
    ql.run(values, work, steps);
    least = values[0];
    most = values[0];
    for (int i = 1; i < steps; i++) {
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
    below = least - beta[steps - 1] * lastEntry(alpha, beta, least, steps);
    above = most + beta[steps - 1] * lastEntry(alpha, beta, most, steps);
  }

  /** |s| of the eigenvector of an extreme eigenvalue θ: all terms of its recurrence have one sign. */
  private static double lastEntry(double[] alpha, double[] beta, double theta, int steps) {
    double before = 0;
    double entry = 1;
    double squares = 1;
    for (int i = 0; i + 1 < steps; i++) {
      double next = ((theta - alpha[i]) * entry - (i > 0 ? beta[i - 1] * before : 0)) / beta[i];
      before = entry;
      entry = next;
      squares += entry * entry;
    }
    return Math.abs(entry) / Math.sqrt(squares);
  }

  /** The least; NaN if a coefficient was. */
  public double least() {
    return least;
  }

  /** The largest. */
  public double most() {
    return most;
  }

  /** The least, moved outwards. */
  public double below() {
    return below;
  }

  /** The largest, moved outwards. */
  public double above() {
    return above;
  }
}
