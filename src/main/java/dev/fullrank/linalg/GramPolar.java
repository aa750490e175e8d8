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
 * <p><b>Split.</b> After the first step the condition number of R is small, whatever that of G was, so that steps on it lose
 * nothing in single precision; but F₁, with a condition number of about κ^(2/3), must not be rounded, nor the product F₁·E. Hence
 * beyond a condition number Z is left as two factors, F₁/α in double and P = F₂F₃… from steps whose products are in single: the
 * polar factor is P·(F₁E/α). {@code docs/measurements} has the errors beside those of a singular value decomposition in single.
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

  /** Where Z is found, or its left factor F₁/α. */
  static final int Z = 4;

  /** Where the right factor P of Z is found, if it was split. */
  static final int P = 6;

  /** Where Z·G (or, split, F₁·G/α) is found if Z was split. */
  static final int ZG = 7;

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

  /** Steps in single precision begin at a condition number of at most 5/2, of which they lose the square times 2⁻²⁴. */
  private static final double LEAST_FOR_SINGLE = 0.4;

  private final DenseOps<S> ops;
  private final ZolotarevStep step = new ZolotarevStep();
  private final Lanczos lanczos;
  private final Lanczos.Operator gram;
  private final Lanczos.Operator inverse;
  private double largest;
  private double smallest;
  private boolean split;
  private int plannedPoles;

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
    return smallest > 0 ? Math.max(1, largest / smallest) : Double.POSITIVE_INFINITY;
  }

  /** An estimate of σ₁·σ_k, whose root is the best scale for a Newton step; NaN if G is not positive definite in double. */
  double productOfExtremes() {
    return smallest > 0 ? Math.sqrt(largest) * Math.sqrt(smallest) : Double.NaN;
  }

  /** The exponent of an estimate of σ₁; exact under multiplication by powers of two. */
  int exponent() {
    return Math.getExponent(Math.sqrt(largest));
  }

  /** Whether Z was left as two factors. */
  boolean split() {
    return split;
  }

  /**
   * Estimates the extreme eigenvalues of G.
   *
   * @return false if G is not positive definite in double
   */
  boolean survey() {
    S g = ops.buffer(G);
    smallest = 0;
    split = false;
    double bound = Math.min(Math.sqrt(ops.dot(g, g)), ops.normInf(g));
    if (!(bound > 0) || !ops.factor(g, ops.buffer(W))) {
      return false;
    }
    int k = ops.order();
    largest = Math.min(bound, LARGEST_MARGIN * lanczos.largest(k, gram));
    smallest = SMALLEST_MARGIN / lanczos.largest(k, inverse);
    return smallest > 0;
  }

  /**
   * Computes Z after {@link #survey} found G positive definite.
   *
   * @param accuracy stops once all singular values of Z·E are expected in [1 − accuracy, 1]
   * @param toSplit whether to leave Z as two factors
   * @return false if a matrix to invert is not positive definite; Z is undefined then
   */
  boolean compute(double accuracy, boolean toSplit) {
    split = toSplit;
    S g = ops.buffer(G);
    double scale = 1 / largest;
    double unit = Math.sqrt(scale);
    double l = Math.sqrt(1 / squaredCondition());
    int steps = plan(l, accuracy);
    if (split) {
      plannedPoles = polesBeforeSingle(l);
    }
    step.choose(plannedPoles, l);
    l = step.image(l);
    if (!invertShifted(g, scale, Precision.DOUBLE)) {
      return false;
    }
    if (steps == 1 && !split) {
      S w = weighted(unit);
      ops.combine(0, 1, w, 0, w, ops.buffer(Z));
      return true;
    }
    S s = timesStep(g, scale);
    S w = weighted(1);
    ops.symmetricProduct(s, w, ops.buffer(R));
    if (!split) {
      ops.combine(0, 1, w, 0, w, ops.buffer(Z));
      return furtherSteps(l, steps - 1, 1, Precision.DOUBLE, Z, unit);
    }
    ops.combine(0, unit, w, 0, w, ops.buffer(Z));
    ops.combine(0, 1 / unit, s, 0, s, ops.buffer(ZG));
    steps = plan(l, accuracy);
    return furtherSteps(l, steps, plannedPoles, Precision.SINGLE, P, 1);
  }

  /**
   * One more step from R = Z·G·Z, for singular values of Z·E that are not yet close enough to 1.
   *
   * @param residual of which ‖Z·G·Z − I‖₂ is below, less than 1
   */
  boolean refine(double residual) {
    S z = ops.buffer(Z);
    ops.symmetricProduct(z, ops.buffer(G), ops.buffer(PRODUCT));
    ops.symmetricProduct(ops.buffer(PRODUCT), z, ops.buffer(R));
    return furtherSteps(Math.sqrt(1 - residual), 1, 1, Precision.DOUBLE, Z, 1);
  }

  /**
   * Steps on R, whose factors F are multiplied into a target.
   *
   * @param firstPoles poles of the first of them, more than one only if the target is P
   * @param target Z, which is multiplied, or P, which begins here
   * @param unit what the last factor is multiplied with
   */
  private boolean furtherSteps(double bound, int steps, int firstPoles, Precision precision, int target, double unit) {
    S r = ops.buffer(R);
    double l = bound;
    int at = target;
    int next = SECOND;
    for (int count = 0; count < steps; count++) {
      step.choose(count == 0 ? firstPoles : 1, l);
      l = step.image(l);
      if (!invertShifted(r, 1, precision)) {
        return false;
      }
      boolean last = count == steps - 1;
      S s = last ? r : timesStep(r, 1);
      S w = weighted(last ? unit : 1);
      if (!last) {
        ops.symmetricProduct(s, w, r, precision);
      }
      if (count == 0 && target == P) {
        ops.combine(0, 1, w, 0, w, ops.buffer(P));
      } else {
        ops.symmetricProduct(ops.buffer(at), w, ops.buffer(next), precision);
        int swap = at;
        at = next;
        next = swap;
      }
    }
    if (at != target) {
      ops.combine(0, 1, ops.buffer(at), 0, ops.buffer(at), ops.buffer(target));
    }
    return true;
  }

  /** Chooses the poles of the first step; returns the number of steps. */
  private int plan(double l, double accuracy) {
    int single = steps(1, l, accuracy);
    int twin = steps(2, l, accuracy);
    plannedPoles = twin < single ? 2 : 1;
    return Math.min(single, twin);
  }

  /** Poles of the one step in double before others in single. */
  private int polesBeforeSingle(double l) {
    step.choose(1, l);
    return step.image(l) < LEAST_FOR_SINGLE ? 2 : 1;
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
  private boolean invertShifted(S r, double factor, Precision precision) {
    S shifted = ops.buffer(PRODUCT);
    for (int j = 0; j < step.poles(); j++) {
      ops.combine(1, step.gamma(j) * factor, r, 0, r, shifted);
      if (!ops.invertPositiveDefinite(shifted, ops.buffer(j == 0 ? W : SECOND), precision)) {
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
