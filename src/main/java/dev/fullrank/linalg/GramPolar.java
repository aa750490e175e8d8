package dev.fullrank.linalg;

/**
 * Z = G^(-1/2) of a Gram matrix by dynamically weighted rational steps that touch G alone.
 *
 * <p>{@link ZolotarevStep} maps the singular values x of E by x·F(x²), F(t) = e + Σ fⱼ/(1 + γⱼt). Written for R = EEᵀ/α² with
 * Wⱼ = (I + γⱼR)⁻¹, one step is
 *
 * <pre>
 *   F = e·I + Σ fⱼWⱼ,   Z := Z·F,   R := F·R·F = S·F   with S = R·F = e·R + Σ (fⱼ/γⱼ)·(I − Wⱼ)
 * </pre>
 *
 * since WⱼR = (I − Wⱼ)/γⱼ. All factors are polynomials in R, so each product is symmetric. A step is an inverse a pole and two
 * products, but the first needs no product for Z and the last none for R. One pole is QDWH (Nakatsukasa, Bai and Gygi,
 * "Optimizing Halley's iteration for computing the matrix polar decomposition", SIAM J. Matrix Anal. Appl. 31, 2010). A second
 * pole in the first step, where it costs one inverse and no product, is taken if it saves a step.
 *
 * <p>The weights want l ≤ √λ_min(R). The extreme eigenvalues of G are estimated by {@link Lanczos}, the smallest through a
 * Cholesky factor. An l that is too large by a small factor leaves the smallest singular values a little short of 1 and is made
 * good by {@link #refine}; whoever uses Z certifies it.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class GramPolar<S> {
  /** Where the caller puts G; left unchanged. */
  static final int G = 0;

  /** Where Z is found. */
  static final int Z = 4;

  private static final int R = 1;
  private static final int W = 2;
  private static final int PRODUCT = 3;
  private static final int SECOND = 5;

  /** Nine steps take l from the smallest double to 1; a bound that the plan cannot need. */
  private static final int MAX_STEPS = 12;

  /** Six Lanczos steps found at least 0.87 of the largest eigenvalue; singular values a few hundredths above 1 do no harm. */
  private static final double LARGEST_MARGIN = 1.125;

  /** ... and at most 1.4 times the smallest one: half of it is a bound of l that costs a third of a step at most. */
  private static final double SMALLEST_MARGIN = 0.5;

  private final DenseOps<S> ops;
  private final ZolotarevStep step = new ZolotarevStep();
  private final Lanczos lanczos;
  private final Lanczos.Operator gram;
  private final Lanczos.Operator inverse;
  private double squaredCondition;
  private int firstPoles;

  GramPolar(DenseOps<S> ops, ColumnOps columnOps) {
    this.ops = ops;
    this.lanczos = new Lanczos(columnOps);
    this.gram = (x, y) -> ops.multiply(ops.buffer(G), 1, x, y);
    this.inverse =
        (x, y) -> {
          ops.solve(ops.buffer(W), x);
          System.arraycopy(x, 0, y, 0, ops.order());
        };
  }

  /** An estimate of κ(E)², up to a factor of about two above it; infinite if G is not positive definite in double. */
  double squaredCondition() {
    return squaredCondition;
  }

  /**
   * Computes Z.
   *
   * @param maxSquaredCondition refuses beyond this before any step is made
   * @param accuracy stops once all singular values of Z·E are expected in [1 − accuracy, 1]
   * @return false if G is too ill conditioned; Z is undefined then
   */
  boolean compute(double maxSquaredCondition, double accuracy) {
    S g = ops.buffer(G);
    squaredCondition = Double.POSITIVE_INFINITY;
    double bound = Math.min(Math.sqrt(ops.dot(g, g)), ops.normInf(g));
    ops.combine(0, 1, g, 0, g, ops.buffer(R));
    if (!(bound > 0) || !ops.factor(ops.buffer(R), ops.buffer(W))) {
      return false;
    }
    int k = ops.order();
    double largest = Math.min(bound, LARGEST_MARGIN * lanczos.largest(k, gram));
    double smallest = SMALLEST_MARGIN / lanczos.largest(k, inverse);
    squaredCondition = Math.max(1, largest / smallest);
    if (!(squaredCondition <= maxSquaredCondition)) {
      return false;
    }
    return iterate(g, 1 / largest, Math.sqrt(1 / squaredCondition), accuracy);
  }

  /**
   * One more step from R = Z·G·Z, for singular values of Z·E that are not yet close enough to 1.
   *
   * @param residual of which ‖Z·G·Z − I‖₂ is below, less than 1
   */
  boolean refine(double residual) {
    S z = ops.buffer(Z);
    S r = ops.buffer(R);
    ops.symmetricProduct(z, ops.buffer(G), ops.buffer(PRODUCT));
    ops.symmetricProduct(ops.buffer(PRODUCT), z, r);
    step.choose(1, Math.sqrt(1 - residual));
    if (!invertShifted(r, 1)) {
      return false;
    }
    S old = ops.buffer(SECOND);
    ops.combine(0, 1, z, 0, z, old);
    ops.symmetricProduct(old, weighted(1), z);
    return true;
  }

  /** Steps on R = scale·G until l is within {@code accuracy} of 1. */
  private boolean iterate(S g, double scale, double bound, double accuracy) {
    S r = g;
    double factor = scale;
    int z = Z;
    int next = SECOND;
    double l = Math.min(1, bound);
    int left = plan(l, accuracy);
    for (boolean first = true; left > 0; first = false) {
      left--;
      step.choose(first ? firstPoles : 1, l);
      l = step.image(l);
      if (!invertShifted(r, factor)) {
        return false;
      }
      if (left > 0) {
        S s = timesStep(r, factor);
        S w = weighted(1);
        r = ops.buffer(R);
        factor = 1;
        ops.symmetricProduct(s, w, r);
      } else {
        weighted(Math.sqrt(scale));
      }
      S w = ops.buffer(W);
      if (first) {
        ops.combine(0, 1, w, 0, w, ops.buffer(z));
      } else {
        ops.symmetricProduct(ops.buffer(z), w, ops.buffer(next));
        int swap = z;
        z = next;
        next = swap;
      }
    }
    if (z != Z) {
      ops.combine(0, 1, ops.buffer(z), 0, ops.buffer(z), ops.buffer(Z));
    }
    return true;
  }

  /** Chooses the poles of the first step; returns the number of steps. */
  private int plan(double l, double accuracy) {
    int single = steps(1, l, accuracy);
    int twin = steps(2, l, accuracy);
    firstPoles = twin < single ? 2 : 1;
    return Math.min(single, twin);
  }

  private int steps(int poles, double bound, double accuracy) {
    double l = bound;
    int count = 0;
    do {
      step.choose(count == 0 ? poles : 1, l);
      l = step.image(l);
      count++;
    } while (1 - l > accuracy && count < MAX_STEPS);
    return count;
  }

  /** Wⱼ := (I + γⱼ·factor·R)⁻¹. */
  private boolean invertShifted(S r, double factor) {
    S shifted = ops.buffer(PRODUCT);
    for (int j = 0; j < step.poles(); j++) {
      ops.combine(1, step.gamma(j) * factor, r, 0, r, shifted);
      if (!ops.invertPositiveDefinite(shifted, ops.buffer(j == 0 ? W : SECOND))) {
        return false;
      }
    }
    return true;
  }

  /** S = R·F. */
  private S timesStep(S r, double factor) {
    S s = ops.buffer(PRODUCT);
    double first = step.f(0) / step.gamma(0);
    ops.combine(first, factor * step.e(), r, -first, ops.buffer(W), s);
    if (step.poles() == 2) {
      double second = step.f(1) / step.gamma(1);
      ops.combine(second, 1, s, -second, ops.buffer(SECOND), s);
    }
    return s;
  }

  /** unit·F, in the place of W. */
  private S weighted(double unit) {
    S w = ops.buffer(W);
    double second = step.poles() == 2 ? unit * step.f(1) : 0;
    ops.combine(unit * step.e(), unit * step.f(0), w, second, ops.buffer(SECOND), w);
    return w;
  }
}
