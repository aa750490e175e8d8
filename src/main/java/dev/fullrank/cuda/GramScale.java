package dev.fullrank.cuda;

/**
 * α² = min(‖G‖_F, ‖G‖_∞) ≥ ‖G‖₂ of a Gram matrix of order k, and quotients by it. A scale is a place for α, 1/α and 1/α²; of G = 0 the
 * quotients are 0.
 */
final class GramScale {
  private final CudaWorkspace workspace;
  private final DeviceBuffer rowSums;
  private final DeviceBuffer rowSquares;

  GramScale(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.rowSums = workspace.buffer();
    this.rowSquares = workspace.buffer();
  }

  /** The scale of G, both of whose triangles are known. */
  void find(int k, long g, long scale) {
    long sums = rowSums.atLeast((long) k * Double.BYTES);
    long squares = rowSquares.atLeast((long) k * Double.BYTES);
    workspace.kernel("root", "gram_rows").count(k).address(g).address(sums).address(squares).launchBlocks(k);
    workspace.kernel("root", "gram_scale").count(k).address(sums).address(squares).address(scale).launchOnce();
  }

  /** out := x/α for so many numbers. */
  void divide(long scale, long count, long x, long out) {
    scaled(scale + Double.BYTES, count, x, out);
  }

  /** out := x/α² for so many numbers. */
  void divideBySquare(long scale, long count, long x, long out) {
    scaled(scale + 2 * Double.BYTES, count, x, out);
  }

  private void scaled(long factor, long count, long x, long out) {
    workspace.kernel("root", "scaled").count(count).address(factor).address(x).address(out).launchElements(count);
  }
}
