package dev.fullrank.linalg;

/**
 * A symmetric tridiagonal matrix T, and bounds of its extreme eigenvalues by bisection on Sturm counts (Golub and Van Loan, "Matrix
 * Computations", section 8.4.1). A count is exact for a matrix whose entries differ from those of T by a few units in the last place.
 *
 * <p>Mutable, so that a workspace can keep one; one thread at a time.
 */
public final class Tridiagonal {
  /** The bounds of an eigenvalue are this close: what steers a rational approximation needs no more. */
  private static final double CLOSE = 1.125;

  /** How far the lower bound of the smallest eigenvalue jumps while it is looked for. */
  private static final double JUMP = 0x1p-5;

  /** An eigenvalue below so small a part of the largest entry is rounding, a few units of which separate a count from the truth. */
  private static final double LEAST = 0x1p-50;

  private double[] diagonal = {};
  private double[] offDiagonal = {};
  private int order;

  /** Makes room for order k; contents are undefined afterwards. */
  public void resize(int k) {
    order = k;
    if (diagonal.length < k) {
      diagonal = new double[k];
      offDiagonal = new double[k];
    }
  }

  /** k. */
  public int order() {
    return order;
  }

  /** t_ii, in the first k places. */
  public double[] diagonal() {
    return diagonal;
  }

  /** t_{i,i+1} in the first k − 1 places, 0 in the next. */
  public double[] offDiagonal() {
    return offDiagonal;
  }

  /** Σ t_ii. */
  double trace() {
    double sum = 0;
    for (int i = 0; i < order; i++) {
      sum += diagonal[i];
    }
    return sum;
  }

  /** An upper bound of the largest eigenvalue, at most 12 % above it if T is positive definite; not finite if T is not. */
  double largest() {
    double least = 0;
    double most = 0;
    for (int i = 0; i < order; i++) {
      double radius = (i > 0 ? Math.abs(offDiagonal[i - 1]) : 0) + Math.abs(offDiagonal[i]);
      least = Math.max(least, diagonal[i]);
      most = Math.max(most, diagonal[i] + radius);
    }
    while (most < Double.POSITIVE_INFINITY && most > CLOSE * least) {
      double middle = 0.5 * (least + most);
      if (below(middle) == order) {
        most = middle;
      } else {
        least = middle;
      }
    }
    return most;
  }

  /** A lower bound of the smallest eigenvalue, at most 12 % below it; 0 if that is not positive, or too small to be told from 0. */
  double smallest() {
    double most = Double.POSITIVE_INFINITY;
    double scale = 0;
    for (int i = 0; i < order; i++) {
      most = Math.min(most, diagonal[i]);
      scale = Math.max(scale, diagonal[i]);
    }
    double limit = LEAST * scale;
    double least = most;
    while (least > limit && below(least) > 0) {
      most = least;
      least *= JUMP;
    }
    if (!(least > limit)) {
      return 0;
    }
    while (most > CLOSE * least) {
      double middle = Math.sqrt(least) * Math.sqrt(most);
      if (below(middle) > 0) {
        most = middle;
      } else {
        least = middle;
      }
    }
    return least;
  }

  /** How many eigenvalues are below x: the negative pivots of T − xI. */
  private int below(double x) {
    int count = 0;
    double pivot = 1;
    for (int i = 0; i < order; i++) {
      double e = i > 0 ? offDiagonal[i - 1] : 0;
      pivot = diagonal[i] - x - e * (e / pivot);
      if (pivot < 0) {
        count++;
      } else if (pivot == 0) {
        pivot = Double.MIN_NORMAL; // as if x were a little smaller
      }
    }
    return count;
  }
}
