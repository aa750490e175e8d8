package dev.fullrank.cuda;

import dev.fullrank.cuda.RootIteration.Polynomial;
import dev.fullrank.cuda.RootIteration.Quintic;
import dev.fullrank.cuda.RootIteration.Rational;
import java.util.ArrayList;
import java.util.List;

/** Z = G^(−1/2) by products of k×k matrices, each a launch, and what is asked of it. */
final class RootByProducts {
  static final int NEWTON_SCHULZ_STEPS = 3;

  /** From {@link DeviceGramRoot#LEAST}; what they leave is cubed three times. */
  static final List<Rational> RATIONALS = rationals(2);

  private final CudaWorkspace workspace;
  private final SymmetricProducts products;
  private final GramScale gramScale;
  private final RootIteration iteration;
  private final PolarSums polarSums;
  private int k;

  RootByProducts(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.products = new SymmetricProducts(workspace);
    this.gramScale = new GramScale(workspace);
    this.iteration = new RootIteration(workspace, products);
    this.polarSums = new PolarSums(workspace);
  }

  private static List<Rational> rationals(int count) {
    List<Rational> steps = new ArrayList<>();
    double least = DeviceGramRoot.LEAST;
    for (int i = 0; i < count; i++) {
      Rational step = Rational.from(least);
      steps.add(step);
      least = step.of(least);
    }
    return List.copyOf(steps);
  }

  /**
   * Begins with R = G/α² of order k, the upper triangle of G by rows being known.
   *
   * @param scale where α, 1/α and 1/α² go
   */
  void start(int order, long g, long scale) {
    k = order;
    iteration.start(k);
    products.mirror(k, g);
    gramScale.find(k, g, scale);
    gramScale.divideBySquare(scale, (long) k * k, g, iteration.r());
  }

  /** Z by polynomials for R = G/α² with a known α, both triangles of G being known. */
  void compute(int order, double alpha, List<Polynomial> steps, long g) {
    k = order;
    iteration.start(k, g);
    iteration.step(steps.getFirst().over(alpha));
    polynomials(steps.subList(1, steps.size()));
  }

  /** Where that is. */
  long computed() {
    return iteration.q();
  }

  /** Steps by polynomials. */
  void polynomials(List<? extends Polynomial> steps) {
    steps.forEach(iteration::step);
  }

  /**
   * Steps by rational functions, and those of Newton and Schulz.
   *
   * @param status where four statuses of inverses go, ints
   */
  void rationals(long status) {
    for (int i = 0; i < RATIONALS.size(); i++) {
      iteration.step(RATIONALS.get(i), status + (long) i * Long.BYTES);
    }
    for (int i = 0; i < NEWTON_SCHULZ_STEPS; i++) {
      iteration.step(Quintic.NEWTON_SCHULZ);
    }
  }

  /** As after so many steps by polynomials from the start, where recorded work has taken them. */
  void assume(int order, int polynomials) {
    k = order;
    iteration.assume(k, polynomials);
  }

  /** Z := Q/α, T = Gᵀ·Z, M = Zᵀ·T, and what is asked of them; but for the residuals, which are of the data. */
  void finish(RootPlaces places) {
    gramScale.divide(places.scale(), (long) k * k, iteration.q(), places.z());
    long t = iteration.product();
    long m = iteration.spare();
    products.multiplyFully(k, places.g(), places.z(), t);
    products.multiply(k, places.z(), t, m);
    polarSums.add(k, t, m, places.z(), places.sums());
    image(places.z(), places.w(), places.zw());
    image(m, places.w(), places.mw());
  }

  /** Of the sums ⟨G, Z⟩, in place of ⟨M, T⟩, and those of Z; and Z·w. */
  void finishByTrace(RootPlaces places) {
    polarSums.add(k, places.g(), places.z(), places.z(), places.sums());
    image(places.z(), places.w(), places.zw());
  }

  /** out := x·w. */
  private void image(long x, long w, long out) {
    workspace.queue().gemm(true, false, false, k, GaussianProbes.COUNT, k, 1, x, k, w, k, 0, out, k);
  }
}
