package dev.fullrank.cuda;

import dev.fullrank.cuda.RootIteration.Quintic;

/**
 * Steps of X towards the polar factor of Y, from X = Y/α, all in double: with A = X·Xᵀ, or XᵀX where Y is tall, k×k,
 *
 * <pre>
 *   P := a·I + b·A + c·A²,   X := P·X  (X·P),   A := X·Xᵀ  (XᵀX)
 * </pre>
 *
 * <p>No step needs more of Y than X has: singular values of Y/α far below the square root of the unit roundoff, which a Gram matrix loses,
 * grow like any other.
 */
final class DirectPolarIteration {
  private final DeviceRows rows;
  private final SymmetricProducts products;
  private final GramScale gramScale;
  private final DeviceBuffer a;
  private final DeviceBuffer square;
  private final DeviceBuffer p;
  private DeviceBuffer x;
  private DeviceBuffer next;

  DirectPolarIteration(CudaWorkspace workspace, DeviceRows rows, SymmetricProducts products) {
    this.rows = rows;
    this.products = products;
    this.gramScale = new GramScale(workspace);
    this.a = workspace.buffer();
    this.square = workspace.buffer();
    this.p = workspace.buffer();
    this.x = workspace.buffer();
    this.next = workspace.buffer();
  }

  /**
   * Begins with Y, which is in double, and its Gram matrix, the upper triangle of which is known by rows; the other one becomes so.
   *
   * @param scale where α, 1/α and 1/α² go
   */
  void start(long g, long scale) {
    int k = rows.shortSide();
    products.mirror(k, g);
    gramScale.find(k, g, scale);
    gramScale.divide(scale, (long) rows.rows() * rows.columns(), rows.address(), x());
    gramScale.divideBySquare(scale, (long) k * k, g, gram());
  }

  /** A step: one product of k³, one of n·k² and the half of another. */
  void step(Quintic polynomial) {
    int k = rows.shortSide();
    products.multiply(k, gram(), gram(), spare());
    products.combine(k, polynomial.a(), polynomial.b(), gram(), polynomial.c(), spare(), otherSpare());
    rows.multiply(x(), otherSpare(), laidOutAsY(next));
    DeviceBuffer old = x;
    x = next;
    next = old;
    rows.gram(x(), gram());
    products.mirror(k, gram());
  }

  /** X, laid out as Y. */
  long x() {
    return laidOutAsY(x);
  }

  /** A. */
  long gram() {
    return square(a);
  }

  /** A k×k matrix that nobody needs between steps. */
  long spare() {
    return square(square);
  }

  /** Another one. */
  long otherSpare() {
    return square(p);
  }

  private long laidOutAsY(DeviceBuffer buffer) {
    return buffer.atLeast(rows.bytes((long) rows.rows() * rows.columns()));
  }

  private long square(DeviceBuffer buffer) {
    int k = rows.shortSide();
    return buffer.atLeast(rows.bytes((long) k * k));
  }
}
