package dev.fullrank.cuda;

import java.util.stream.DoubleStream;

/**
 * Steps towards Q = R₀^(−1/2), k×k in double, that keep R = QᵀR₀Q:
 *
 * <pre>
 *   P := p(R),   Q := Qᵀ·P,   R := Pᵀ·Rᵀ·P
 * </pre>
 *
 * <p>for a polynomial or a rational function p with σ·p(σ²) nearer to 1 than σ. R is updated without Q, as in coupled Newton–Schulz
 * iterations (Higham, "Functions of Matrices", 2008, chapter 6), which damps rounding errors. All matrices are symmetric but for them, and
 * what is not symmetric must not grow: hence the transposes, and of R one triangle only. In a model of order 60, after fourteen steps at a
 * condition number of 1000, the polar factor is off by 2·10⁻⁸, and by 4·10⁻³ with Q·P and R·P·P.
 */
final class RootIteration {
  /** σ·p(σ²), what a step makes of a singular value. */
  interface Step {
    double of(double sigma);
  }

  /** A step by a polynomial. */
  sealed interface Polynomial extends Step permits Quintic, Nonic {
    /** The polynomial p(R/α²)/α, which makes of R = G and Q = I what p makes of G/α² and I/α. */
    Polynomial over(double alpha);
  }

  /** p(R) = a·I + b·R + c·R². */
  record Quintic(double a, double b, double c) implements Polynomial {
    /** Of order three at 1: σ·(15 − 10·σ² + 3·σ⁴)/8. */
    static final Quintic NEWTON_SCHULZ = new Quintic(15.0 / 8, -5.0 / 4, 3.0 / 8);

    /** a, b and c. */
    DoubleStream coefficients() {
      return DoubleStream.of(a, b, c);
    }

    @Override
    public double of(double sigma) {
      double square = sigma * sigma;
      return sigma * (a + square * (b + square * c));
    }

    @Override
    public Quintic over(double alpha) {
      double square = alpha * alpha;
      return new Quintic(a / alpha, b / alpha / square, c / alpha / square / square);
    }
  }

  /** p(R) = a·I + b·R + c·R² + d·R³ + e·R⁴. */
  record Nonic(double a, double b, double c, double d, double e) implements Polynomial {
    @Override
    public double of(double sigma) {
      double square = sigma * sigma;
      return sigma * (a + square * (b + square * (c + square * (d + square * e))));
    }

    @Override
    public Nonic over(double alpha) {
      double square = alpha * alpha;
      double fourth = square * square;
      return new Nonic(a / alpha, b / alpha / square, c / alpha / fourth, d / alpha / square / fourth, e / alpha / fourth / fourth);
    }
  }

  /**
   * p(R) = e·I + f·(I + c·R)⁻¹, a step of the dynamically weighted Halley iteration (Nakatsukasa, Bai and Gygi, SIAM J. Matrix Anal.
   * Appl. 31, 2010).
   */
  record Rational(double c, double e, double f) implements Step {
    /** The best for singular values in [l, 1]. */
    static Rational from(double l) {
      double square = l * l;
      double d = Math.cbrt(4 * (1 - square) / (square * square));
      double root = Math.sqrt(1 + d);
      double a = root + 0.5 * Math.sqrt(8 - 4 * d + 8 * (2 - square) / (square * root));
      double b = (a - 1) * (a - 1) / 4;
      double c = a + b - 1;
      return new Rational(c, b / c, a - b / c);
    }

    @Override
    public double of(double sigma) {
      return sigma * (e + f / (1 + c * sigma * sigma));
    }
  }

  private final CudaWorkspace workspace;
  private final SymmetricProducts products;
  private final DeviceBuffer r;
  private final DeviceBuffer p;
  private final DeviceBuffer product;
  private final DeviceBuffer scratch;
  private final DeviceBuffer even;
  private final DeviceBuffer odd;
  private DeviceBuffer q;
  private DeviceBuffer next;
  private int k;
  private int steps;

  /** Where R₀ lies until there is another R, if not in {@link #r}. */
  private long given;

  /** Whether R is still that of the step before P. */
  private boolean behind;

  RootIteration(CudaWorkspace workspace, SymmetricProducts products) {
    this.workspace = workspace;
    this.products = products;
    this.r = workspace.buffer();
    this.p = workspace.buffer();
    this.product = workspace.buffer();
    this.scratch = workspace.buffer();
    this.even = workspace.buffer();
    this.odd = workspace.buffer();
    this.q = even;
    this.next = odd;
  }

  /** Begins with Q = I and R = R₀ of order k, which the caller puts into {@link #r}. */
  void start(int order) {
    start(order, 0);
  }

  /** The same with an R₀ that lies elsewhere, and stays as it is. */
  void start(int order, long r0) {
    k = order;
    given = r0;
    steps = 0;
    behind = false;
    q = even;
    next = odd;
  }

  /** As after so many steps by polynomials from the start, where recorded work has taken them. */
  void assume(int order, int polynomials) {
    start(order);
    steps = polynomials;
    behind = true;
    if (polynomials % 2 == 0) {
      q = odd;
      next = even;
    }
  }

  /** A step by a polynomial: four products, or five, of which the first step spares three. */
  void step(Polynomial polynomial) {
    begin();
    multiply(r(), r(), product());
    switch (polynomial) {
      case Quintic q -> combine(q.a(), q.b(), r(), q.c(), product(), p());
      case Nonic n -> {
        combine(n.c(), n.d(), r(), n.e(), product(), spare());
        multiply(product(), spare(), p());
        combine(n.a(), n.b(), r(), 1, p(), p());
      }
    }
    accumulate();
    behind = true;
  }

  /**
   * A step by a rational function: an inverse and one or two products.
   *
   * @param status where the two statuses of the inverse go, ints
   */
  void step(Rational function, long status) {
    begin();
    double c = function.c();
    double e = function.e();
    double f = function.f();
    long w = product();
    combine(1, c, r(), 0, 0, w);
    invert(w, status);
    combine(e, f, w, 0, 0, p());
    accumulate();
    long square = matrix(next);
    multiply(w, w, square);
    // R·p(R)² by (I + c·R)⁻¹ alone, since R·W = (I − W)/c
    combine(2 * e * f / c, f * (f - 2 * e) / c, w, -f * f / c, square, w);
    combine(0, e * e, r(), 1, w, r());
  }

  /** R := Pᵀ·Rᵀ·P if the step before was by a polynomial. */
  private void begin() {
    if (behind) {
      multiply(r(), p(), product());
      given = 0;
      products.multiplySymmetrically(k, product(), p(), r());
      behind = false;
    }
    steps++;
  }

  /** Q := Qᵀ·P, which is P in the first step and lies there. */
  private void accumulate() {
    if (steps > 1) {
      multiply(matrix(q), p(), matrix(next));
      DeviceBuffer old = q;
      q = next;
      next = old;
    }
  }

  private void invert(long a, long status) {
    CudaQueue queue = workspace.queue();
    int size = queue.choleskyWorkspace(true, k, a, k);
    long work = scratch.atLeast((long) Math.max(1, size) * Double.BYTES);
    queue.cholesky(true, k, a, k, work, size, status);
    queue.invertByCholesky(true, k, a, k, work, size, status + Integer.BYTES);
    products.mirror(k, a);
  }

  private void multiply(long a, long b, long c) {
    products.multiply(k, a, b, c);
  }

  private void combine(double a, double b, long x, double c, long y, long out) {
    products.combine(k, a, b, x, c, y, out);
  }

  /** R. */
  long r() {
    return given == 0 ? matrix(r) : given;
  }

  private long p() {
    return matrix(steps == 1 ? q : p);
  }

  /** Q. */
  long q() {
    return matrix(q);
  }

  /** A matrix that nobody needs between steps. */
  long product() {
    return matrix(product);
  }

  /** Another one. */
  long spare() {
    return matrix(next);
  }

  private long matrix(DeviceBuffer buffer) {
    return buffer.atLeast(bytes());
  }

  private long bytes() {
    return Math.multiplyExact((long) k * k, Double.BYTES);
  }
}
