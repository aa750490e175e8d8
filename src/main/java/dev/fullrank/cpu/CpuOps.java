package dev.fullrank.cpu;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.linalg.ChebyshevSeries;
import dev.fullrank.linalg.DenseOps;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.Precision;
import dev.fullrank.linalg.SemiseparableSum;
import dev.fullrank.linalg.Tridiagonal;
import org.jspecify.annotations.Nullable;

/**
 * The dense operations on the CPU; a square matrix of order m is a {@code double[]} of at least m² elements, row-major with
 * leading dimension m.
 *
 * <p>One thread at a time may use an instance; it shares the work with helper threads. Nothing is allocated once the buffers have
 * grown to the largest shape in use.
 */
public final class CpuOps implements DenseOps<double[]> {
  /** The largest order whose square is an index. */
  private static final int MOST = 46_000;

  private static final int BUFFERS = 8;

  private final Workspace work;
  private final SymmetricProduct product;
  private final Syrk syrk;
  private final GeneralInverse generalInverse;
  private final TridiagonalReduction reduction;
  private final TridiagonalFunction function;
  private final ChebyshevSum chebyshev;
  private final SquareLoops loops;
  private final DataProducts products;
  private final DataTimesVector vectors;
  private final DataRows rows;
  private final double[][] buffers = new double[BUFFERS][0];
  private int order;

  /**
   * @throws IllegalArgumentException if the blocks are not made of whole tiles of the kernels
   */
  public CpuOps(Kernels kernels, Blocking blocking, Parallel parallel) {
    this.work = new Workspace(kernels, blocking, parallel);
    this.product = new SymmetricProduct(work);
    this.syrk = new Syrk(work, product);
    this.generalInverse = new GeneralInverse(work);
    this.reduction = new TridiagonalReduction(work);
    this.function = new TridiagonalFunction(work, product);
    this.chebyshev = new ChebyshevSum(work, product);
    this.loops = new SquareLoops(work);
    this.products = new DataProducts(work);
    this.vectors = new DataTimesVector(work);
    this.rows = new DataRows(work);
  }

  /**
   * With the kernels of this process and the sizes in production.
   *
   * @param parallelism the most threads at work on one operation, the caller included; 0 means one for each processor
   */
  public static CpuOps create(int parallelism) {
    Kernels kernels = KernelChoice.get().kernels();
    return new CpuOps(kernels, Blocking.of(kernels), Parallel.of(parallelism));
  }

  /** The loops on vectors that these operations use. */
  public Kernels kernels() {
    return work.kernels;
  }

  /**
   * Sets the order of the square matrices; buffers grow as needed and never shrink.
   *
   * @throws IllegalArgumentException if m² elements do not fit into an array
   */
  @Override
  public CpuOps resize(int order) {
    if (order < 1 || order > MOST) {
      throw new IllegalArgumentException("the order of a square matrix must be from 1 to " + MOST + ", not " + order);
    }
    this.order = order;
    return this;
  }

  @Override
  public int order() {
    return order;
  }

  @Override
  public double[] buffer(int index) {
    buffers[index] = Scratch.atLeast(buffers[index], (long) order * order);
    return buffers[index];
  }

  @Override
  public void gramOfRows(Operand y, double[] g, Precision precision) {
    checkOrder(y.rows(), "rows", y);
    syrk.gram(y, true, g, isSingle(y, precision));
  }

  @Override
  public void gramOfColumns(Operand y, double[] g, Precision precision) {
    checkOrder(y.columns(), "columns", y);
    syrk.gram(y, false, g, isSingle(y, precision));
  }

  @Override
  public void symmetricProduct(double[] a, double[] b, double[] c) {
    product.multiply(a, b, c, order);
  }

  @Override
  public boolean invert(double[] a, double[] w) {
    return generalInverse.invert(a, w, order);
  }

  @Override
  public void tridiagonalize(double[] a, Tridiagonal t) {
    reduction.reduce(a, order, t);
  }

  @Override
  public void function(double[] q, SemiseparableSum function, double[] f) {
    this.function.form(q, function, f);
  }

  @Override
  public void chebyshev(double[] a, ChebyshevSeries p, double[] f) {
    chebyshev.form(a, p, f, order);
  }

  @Override
  public void combine(double alpha, double beta, double[] a, double gamma, double[] b, double[] c) {
    loops.combine(alpha, beta, a, gamma, b, c, order);
  }

  @Override
  public void addTransposed(double beta, double[] a, double gamma, double[] b, double[] c) {
    loops.addTransposed(beta, a, gamma, b, c, order);
  }

  @Override
  public double trace(double[] a) {
    double sum = 0;
    for (int i = 0; i < order; i++) {
      sum += a[i * order + i];
    }
    return sum;
  }

  @Override
  public double dot(double[] a, double[] b) {
    return loops.dot(a, b, order);
  }

  @Override
  public void multiply(double[] a, int count, double[] x, double[] y) {
    loops.multiply(a, count, x, y, order);
  }

  @Override
  public void rowDots(double[] a, double[] b, double[] out) {
    loops.rowDots(a, b, out, order);
  }

  @Override
  public void subtractDiagonal(double[] a, double[] values) {
    for (int i = 0; i < order; i++) {
      a[i * order + i] -= values[i];
    }
  }

  @Override
  public void scaleRows(double[] values, double[] a) {
    loops.scaleRows(values, a, order);
  }

  @Override
  public void download(double[] a, double[] host) {
    System.arraycopy(a, 0, host, 0, order * order);
  }

  @Override
  public void upload(double[] host, double[] a) {
    System.arraycopy(host, 0, a, 0, order * order);
  }

  @Override
  public void rowSumsOfSquares(Matrix x, double[] out) {
    rows.sumsOfSquares(x, out);
  }

  @Override
  public void store(Operand y, Matrix out) {
    checkShape(y, out);
    rows.store(y, out);
  }

  @Override
  public void projectRows(Matrix q, Operand y, double[] factors, Matrix out) {
    checkShape(y, q);
    checkShape(y, out);
    rows.project(q, y, factors, out);
  }

  @Override
  public void multiplyData(Operand y, boolean transposed, int count, double[] x, double[] out) {
    vectors.multiply(y, transposed, count, x, out);
  }

  @Override
  public void leftProduct(double[] m, Operand y, double @Nullable [] q, Matrix out, Precision precision) {
    checkOrder(y.rows(), "rows", y);
    checkShape(y, out);
    products.left(m, y, q, out, isSingle(y, precision));
  }

  @Override
  public void rightProduct(
      Operand y, double[] m, boolean project, double @Nullable [] factors, Matrix out, Precision precision) {
    checkOrder(y.columns(), "columns", y);
    checkShape(y, out);
    products.right(y, m, project, factors, out, isSingle(y, precision));
  }

  private void checkOrder(int side, String what, Operand y) {
    if (side != order) {
      throw new IllegalArgumentException(
          "the order is " + order + ", the operand " + y.matrix() + " has " + side + " " + what + "; resize first");
    }
  }

  private static boolean isSingle(Operand y, Precision precision) {
    if (precision == Precision.SINGLE && y.matrix().type() == ElementType.FLOAT64) {
      throw new IllegalArgumentException("single precision is for elements narrower than those of " + y.matrix());
    }
    return precision == Precision.SINGLE;
  }

  private static void checkShape(Operand y, Matrix out) {
    if (!out.hasShapeOf(y.matrix())) {
      throw new IllegalArgumentException("the result of " + y.matrix() + " does not fit into " + out);
    }
  }
}
