package dev.fullrank.linalg;

/**
 * The Chebyshev series of an inverse square root on an interval, cut where it is accurate enough:
 *
 * <pre>
 *   √most·t^(-1/2) ≈ c₀ + Σ cⱼ·Tⱼ((t − centre)/halfWidth),   least ≤ t ≤ most,   j = 1 … degree
 * </pre>
 *
 * The coefficients fall like ((√κ − 1)/(√κ + 1))ʲ, κ = most/least (L. N. Trefethen, "Approximation Theory and Approximation Practice",
 * theorem 8.2), and are sums over twice as many points as there may be terms (chapter 4 there).
 *
 * <p>Mutable, so that nothing is allocated.
 */
public final class ChebyshevSeries {
  /** 24 bits up to κ = 16. */
  static final int MOST_DEGREE = 40;

  private static final int POINTS = 2 * (MOST_DEGREE + 1);

  private final double[] coefficients = new double[POINTS];
  private double centre;
  private double halfWidth;
  private double scale;
  private int degree;

  /**
   * Chooses the series.
   *
   * @param accuracy the sum of the coefficients that are left out
   * @return false if {@link #MOST_DEGREE} terms do not suffice, or the interval is not one of positive numbers
   */
  public boolean choose(double least, double most, double accuracy) {
    if (!(least > 0 && least < most && most < Double.POSITIVE_INFINITY)) {
      return false;
    }
    centre = 0.5 * (least + most);
    halfWidth = 0.5 * (most - least);
    scale = 1 / Math.sqrt(most);
    for (int j = 0; j < POINTS; j++) {
      coefficients[j] = 0;
    }
    for (int i = 0; i < POINTS; i++) {
      double x = Math.cos(Math.PI * (i + 0.5) / POINTS);
      addPoint(x, Math.sqrt(most / (centre + halfWidth * x)) * 2 / POINTS);
    }
    coefficients[0] *= 0.5;
    double tail = 0;
    for (degree = POINTS - 1; degree > 1 && tail + Math.abs(coefficients[degree]) <= accuracy; degree--) {
      tail += Math.abs(coefficients[degree]);
    }
    return degree <= MOST_DEGREE;
  }

  /** cⱼ += weight·Tⱼ(x). */
  private void addPoint(double x, double weight) {
    double last = weight * x;
    double value = weight;
    for (int j = 0; j < POINTS; j++) {
      coefficients[j] += value;
      double next = 2 * x * value - last;
      last = value;
      value = next;
    }
  }

  /** The number of the last term. */
  public int degree() {
    return degree;
  }

  /** cⱼ, j from 0 to the degree. */
  public double coefficient(int j) {
    return coefficients[j];
  }

  /** The middle of the interval. */
  public double centre() {
    return centre;
  }

  /** Half of its length. */
  public double halfWidth() {
    return halfWidth;
  }

  /** 1/√most, by which the sum has to be multiplied. */
  public double scale() {
    return scale;
  }
}
