package dev.fullrank.linalg;

/**
 * Z = G^(-1/2) of a Gram matrix, and Σσ = tr G^½, by one rational function of a tridiagonal matrix:
 *
 * <pre>
 *   G = Q·T·Qᵀ,   Z = Q·F(T/λ)·Qᵀ/√λ,   F(t) = e + Σ fⱼ/(1 + γⱼ·t) ≈ t^(-1/2) on [l², 1],   Σσ = √λ·tr (T/λ)·F(T/λ)
 * </pre>
 *
 * with λ ≥ λ_max(T), l² ≤ λ_min(T)/λ from {@linkplain Tridiagonal Sturm counts}, which are proofs for T, and the poles of
 * {@link ZolotarevFunction}. A pole costs k² operations, since (I + γT)⁻¹ is {@linkplain SemiseparableSum semiseparable}, so all are
 * taken at once and there is nothing to iterate. T differs from QᵀGQ by a modest multiple of u·‖G‖₂, as G does from the exact Gram
 * matrix.
 *
 * @param <S> a square matrix in the memory of the device
 */
final class GramRoot<S> {
  /** Where the caller puts G; left unchanged. */
  static final int G = 0;

  /** Where Z is found. */
  static final int Z = 4;

  private static final int Q = 3;

  private final DenseOps<S> ops;
  private final Tridiagonal t = new Tridiagonal();
  private final ZolotarevFunction zolotarev = new ZolotarevFunction();
  private final SemiseparableSum root = new SemiseparableSum();
  private final double[] shifts = new double[ZolotarevFunction.MOST_POLES];
  private final double[] weights = new double[ZolotarevFunction.MOST_POLES];
  private double largest;
  private double smallest;

  GramRoot(DenseOps<S> ops) {
    this.ops = ops;
  }

  /** κ(E)², up to a factor of 1.3 above it; infinite if G is not positive definite in double. */
  double squaredCondition() {
    return smallest > 0 ? Math.max(1, largest / smallest) : Double.POSITIVE_INFINITY;
  }

  /** A lower bound of the smallest eigenvalue of G but for rounding; 0 if there is none. */
  double smallestEigenvalue() {
    return smallest;
  }

  /** σ₁, up to 6 % above it. */
  double largestSingularValue() {
    return Math.sqrt(largest);
  }

  /**
   * Finds T and the extremes of its spectrum.
   *
   * @return false if G is not positive definite in double
   */
  boolean survey() {
    S g = ops.buffer(G);
    S q = ops.buffer(Q);
    ops.combine(0, 1, g, 0, g, q);
    ops.tridiagonalize(q, t);
    largest = t.largest();
    smallest = largest < Double.POSITIVE_INFINITY ? t.smallest() : 0;
    return smallest > 0;
  }

  /**
   * Chooses F after {@link #survey} found G positive definite: Σσ and tr Z are known then.
   *
   * @param accuracy all singular values of Z·E are so near to 1 but for rounding
   * @return false if there is no such F
   */
  boolean choose(double accuracy) {
    if (!zolotarev.choose(Math.sqrt(smallest / largest), accuracy)) {
      return false;
    }
    double unit = 1 / Math.sqrt(largest);
    for (int j = 0; j < zolotarev.poles(); j++) {
      shifts[j] = largest / zolotarev.gamma(j);
      weights[j] = unit * zolotarev.f(j) * shifts[j];
    }
    root.set(t, unit * zolotarev.e(), zolotarev.poles(), shifts, weights);
    return true;
  }

  /** Forms Z. */
  void form() {
    ops.function(ops.buffer(Q), root, ops.buffer(Z));
  }

  /** Σσ = tr G^½, from T. */
  double sum() {
    return bounded(root.traceWithMatrix());
  }

  /** √tr G ≤ Σσ ≤ √(k·tr G), which rounding must not leave. */
  double bounded(double sum) {
    double trace = t.trace();
    return Math.clamp(sum, Math.sqrt(trace), Math.sqrt(ops.order() * trace));
  }

  /** tr Z = Σ 1/σ. */
  double traceOfRoot() {
    return root.trace();
  }
}
