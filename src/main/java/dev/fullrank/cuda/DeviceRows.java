package dev.fullrank.cuda;

import dev.fullrank.Matrix;

/**
 * Y on the device, dense and row-major: X with rows divided by their norms, or X times a power of two u, so that no square leaves the
 * range. Zero if X is not finite.
 *
 * <p>Row-major b×d memory is column-major d×b: cuBLAS and cuSOLVER see Yᵀ.
 */
final class DeviceRows {
  /** What one block does in less time than three launches take: 1024 threads, of which a warp has four rows then. */
  private static final int SMALL_ROWS = 128;

  private static final int SMALL_ENTRIES = 1 << 15;

  private final CudaWorkspace workspace;
  private final DeviceBuffer unit;
  private final DeviceBuffer squares;
  private final DeviceBuffer inverse;
  private final DeviceBuffer y;
  private final DeviceBuffer image;
  private long report;
  private boolean normalize;
  private boolean packed;
  private boolean doubles;
  private int b;
  private int d;

  DeviceRows(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.unit = workspace.buffer();
    this.squares = workspace.buffer();
    this.inverse = workspace.buffer();
    this.y = workspace.buffer();
    this.image = workspace.buffer();
  }

  /**
   * Puts the search for what is not finite, and norms or unit, into the stream; they go to the report. Of a small matrix Y in double comes
   * with them.
   */
  void scan(DeviceInput x, boolean normalize, long report) {
    this.report = report;
    this.normalize = normalize;
    b = x.rows();
    d = x.columns();
    packed = b <= SMALL_ROWS && (long) b * d <= SMALL_ENTRIES;
    if (packed) {
      doubles = true;
      scanAtOnce(x);
    } else {
      scanByRows(x);
    }
  }

  private void scanAtOnce(DeviceInput x) {
    x.kernel("small_rows", "small_rows" + CudaWorkspace.suffix(x.type()))
        .flag(normalize)
        .address(unit())
        .address(squares())
        .address(inverse())
        .address(firstNonFinite())
        .address(report + Report.offset(Report.ROWS))
        .address(address())
        .launchOnce();
  }

  private void scanByRows(DeviceInput x) {
    x.kernel("rows", "row_scan" + CudaWorkspace.suffix(x.type()))
        .address(unit())
        .address(squares())
        .address(firstNonFinite())
        .launchBlocks(b);
    workspace
        .kernel("rows", "row_units")
        .count(b)
        .flag(normalize)
        .address(unit())
        .address(squares())
        .address(inverse())
        .address(report + Report.offset(Report.ROWS))
        .launchOnce();
  }

  /** Has Y in double or in single precision. */
  void pack(DeviceInput x, boolean inDouble) {
    if (packed && doubles == inDouble) {
      return;
    }
    packed = true;
    doubles = inDouble;
    x.kernel("rows", "pack" + CudaWorkspace.suffix(x.type()) + suffix())
        .address(unit())
        .address(inverse())
        .address(address())
        .count(d)
        .address(firstNonFinite())
        .launchTiles(b, d);
  }

  /**
   * out := factor·∂Σσ/∂X without the unit u; NaN everywhere if X is not finite.
   *
   * @param polar the polar factor of Y, dense and row-major, in the precision of Y
   */
  void gradient(long polar, double factor, Matrix out) {
    workspace
        .kernel("rows", "row_gradient" + suffix() + CudaWorkspace.suffix(out.type()))
        .address(polar)
        .count(d)
        .address(address())
        .count(d)
        .count(b)
        .count(d)
        .flag(normalize)
        .number(factor)
        .address(unit())
        .address(inverse())
        .address(firstNonFinite())
        .address(out.address())
        .count(out.rowStride())
        .launchBlocks(b);
  }

  /**
   * out := YYᵀ·x, or YᵀY·x for tall Y, for so many columns x of k, by two products with Y, which is in double.
   *
   * @param x dense, column-major, as is out
   */
  void multiplyByGram(int count, long x, long out) {
    int k = shortSide();
    int n = longSide();
    long yx = image.atLeast((long) count * n * Double.BYTES);
    image(address(), count, x, yx);
    workspace.queue().gemm(true, wide(), false, k, count, n, 1, address(), d, yx, n, 0, out, k);
  }

  /**
   * out := xᵀ·w, or x·w for tall Y, for so many columns w of k.
   *
   * @param x in double and laid out as Y, which it may be
   * @param w dense, column-major, as is out
   */
  void image(long x, int count, long w, long out) {
    int n = longSide();
    workspace.queue().gemm(true, !wide(), false, n, count, shortSide(), 1, x, d, w, shortSide(), 0, out, n);
  }

  /**
   * The upper triangle by rows of out := x·xᵀ, or xᵀx for tall Y, k×k.
   *
   * @param x in double and laid out as Y, which it may be
   */
  void gram(long x, long out) {
    int k = shortSide();
    workspace.queue().syrk(true, wide(), k, longSide(), 1, x, d, out, k);
  }

  /**
   * out := x·Yᵀ, or xᵀY for tall Y, k×k and column-major.
   *
   * @param x laid out as Y, in double as Y is
   */
  void inner(long x, long out) {
    int k = shortSide();
    workspace.queue().gemm(true, wide(), !wide(), k, k, longSide(), 1, x, d, address(), d, 0, out, k);
  }

  /**
   * out := pᵀ·x, or x·p for tall Y, for a k×k matrix p.
   *
   * @param x in double and laid out as Y, which it may be, and as out
   */
  void multiply(long x, long p, long out) {
    int k = shortSide();
    // (pᵀ·x)ᵀ = xᵀ·p, (x·p)ᵀ = pᵀ·xᵀ
    if (wide()) {
      workspace.queue().gemm(true, false, false, d, b, k, 1, x, d, p, k, 0, out, d);
    } else {
      workspace.queue().gemm(true, true, false, d, b, k, 1, p, k, x, d, 0, out, d);
    }
  }

  /** Where Y lies. */
  long address() {
    return y.atLeast(bytes((long) b * d));
  }

  /** Bytes of so many elements. */
  long bytes(long elements) {
    return Math.multiplyExact(elements, doubles ? Double.BYTES : Float.BYTES);
  }

  /** How kernels are named by the precision of Y. */
  String suffix() {
    return doubles ? "_f64" : "_f32";
  }

  boolean doubles() {
    return doubles;
  }

  /** b. */
  int rows() {
    return b;
  }

  /** d. */
  int columns() {
    return d;
  }

  /** min(b, d). */
  int shortSide() {
    return Math.min(b, d);
  }

  /** max(b, d). */
  int longSide() {
    return Math.max(b, d);
  }

  /** Whether b ≤ d. */
  boolean wide() {
    return b <= d;
  }

  private long firstNonFinite() {
    return report + Report.offset(Report.FIRST_NONFINITE);
  }

  private long unit() {
    return unit.atLeast((long) b * Double.BYTES);
  }

  private long squares() {
    return squares.atLeast((long) b * Double.BYTES);
  }

  private long inverse() {
    return inverse.atLeast((long) b * Double.BYTES);
  }
}
