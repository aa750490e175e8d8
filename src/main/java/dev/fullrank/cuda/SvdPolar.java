package dev.fullrank.cuda;

/**
 * The polar factor by cuSOLVER's singular value decompositions, of the tall column-major n×k matrix that is the transpose of a wide Y or Y
 * itself:
 *
 * <pre>
 *   A = Q·R,   R = U·diag(σ)·Vᵀ,   P = Q·(U·diag(w)·Vᵀ),   w_j = 1 where σ_j counts, else 0
 * </pre>
 *
 * <p>R is k×k: the iteration does not see the long side. A square matrix needs no Q.
 */
final class SvdPolar {
  private final CudaWorkspace workspace;
  private final DeviceBuffer a;
  private final DeviceBuffer tau;
  private final DeviceBuffer r;
  private final DeviceBuffer sigma;
  private final DeviceBuffer u;
  private final DeviceBuffer v;
  private final DeviceBuffer weight;
  private final DeviceBuffer scaled;
  private final DeviceBuffer p;
  private final DeviceBuffer scratch;
  private boolean doubles;
  private int n;
  private int k;

  SvdPolar(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.a = workspace.buffer();
    this.tau = workspace.buffer();
    this.r = workspace.buffer();
    this.sigma = workspace.buffer();
    this.u = workspace.buffer();
    this.v = workspace.buffer();
    this.weight = workspace.buffer();
    this.scaled = workspace.buffer();
    this.p = workspace.buffer();
    this.scratch = workspace.buffer();
  }

  /** Sets shape and precision; n ≥ k. */
  void prepare(boolean doubles, int n, int k) {
    this.doubles = doubles;
    this.n = n;
    this.k = k;
  }

  /** Where the caller puts A, column-major with leading dimension n; it is destroyed. */
  long a() {
    return a.atLeast(bytes((long) n * k));
  }

  /** Decomposes A by gesvdj, or by gesvd. Status of both steps goes to the report. */
  void decompose(boolean jacobi, long report) {
    long square = n == k ? a() : triangle(report + Report.offset(Report.QR_STATUS));
    long info = report + Report.offset(Report.SVD_STATUS);
    CudaQueue queue = workspace.queue();
    if (jacobi) {
      int size = queue.jacobiSvdWorkspace(doubles, k, k, square, k, sigma(), u(), k, v(), k);
      queue.jacobiSvd(doubles, k, k, square, k, sigma(), u(), k, v(), k, scratch(size), size, info);
    } else {
      int size = queue.svdWorkspace(doubles, k, k);
      long vt = scaled();
      queue.svd(doubles, k, k, square, k, sigma(), u(), k, vt, k, scratch(size), size, info);
      workspace
          .kernel("rows", "transpose" + suffix())
          .address(vt)
          .count(k)
          .count(k)
          .count(k)
          .address(v())
          .count(k)
          .launchTiles(k, k);
    }
  }

  private long triangle(long info) {
    CudaQueue queue = workspace.queue();
    int size = queue.qrWorkspace(doubles, n, k, a(), n);
    queue.qr(doubles, n, k, a(), n, tau.atLeast(bytes(k)), scratch(size), size, info);
    long square = r.atLeast(bytes((long) k * k));
    workspace
        .kernel("certificate", "upper_triangle" + suffix())
        .address(a())
        .count(n)
        .count(k)
        .address(square)
        .count(k)
        .launchTiles(k, k);
    return square;
  }

  /**
   * P from the decomposition.
   *
   * @param threshold singular values up to this times the largest do not count
   * @param complete whether they count all the same
   */
  void form(double threshold, boolean complete, long report) {
    workspace
        .kernel("certificate", "spectrum" + suffix())
        .address(sigma())
        .count(k)
        .number(threshold)
        .flag(complete)
        .address(weight())
        .address(report + Report.offset(Report.SPECTRUM))
        .launchOnce();
    long vw = scaledV(weight());
    CudaQueue queue = workspace.queue();
    if (n > k) {
      queue.fill(p(), 0, bytes((long) n * k));
    }
    queue.gemm(doubles, false, true, k, k, k, 1, u(), k, vw, k, 0, p(), n);
    if (n > k) {
      int size = queue.qrWorkspace(doubles, n, k, a(), n);
      queue.multiplyByQ(
          doubles, n, k, a(), n, tau.atLeast(bytes(k)), p(), n, scratch(size), size, report + Report.offset(Report.QR_STATUS));
    }
  }

  /** V·diag(factors); the same memory at each call. */
  long scaledV(long factors) {
    workspace.queue().copy(scaled(), v(), bytes((long) k * k));
    workspace
        .kernel("certificate", "scale_columns" + suffix())
        .address(scaled())
        .count(k)
        .count(k)
        .count(k)
        .address(factors)
        .launchTiles(k, k);
    return scaled();
  }

  private long scaled() {
    return scaled.atLeast(bytes((long) k * k));
  }

  private long u() {
    return u.atLeast(bytes((long) k * k));
  }

  private long scratch(int elements) {
    return scratch.atLeast(bytes(Math.max(1, elements)));
  }

  /** V, column-major k×k. */
  long v() {
    return v.atLeast(bytes((long) k * k));
  }

  /** The singular values, in descending order. */
  long sigma() {
    return sigma.atLeast(bytes(k));
  }

  /** Which of them count: ones and zeros. */
  long weight() {
    return weight.atLeast(bytes(k));
  }

  /** P, column-major n×k. */
  long p() {
    return p.atLeast(bytes((long) n * k));
  }

  boolean doubles() {
    return doubles;
  }

  int n() {
    return n;
  }

  int k() {
    return k;
  }

  /** Bytes of so many elements. */
  long bytes(long elements) {
    return Math.multiplyExact(elements, doubles ? Double.BYTES : Float.BYTES);
  }

  String suffix() {
    return doubles ? "_f64" : "_f32";
  }
}
