package dev.fullrank.jmh.bench;

import java.util.Objects;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.BlockRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.jspecify.annotations.Nullable;

/** Apache Commons Math: double only, one thread only; products by its blocked matrices. */
final class CommonsMathContender implements Contender {
  @Override
  public String version() {
    return Objects.requireNonNullElse(RealMatrix.class.getPackage().getImplementationVersion(), "unknown");
  }

  @Override
  public Task prepare(Problem problem) {
    double[][] rows = rows(Inputs.embeddings(problem), problem.b(), problem.d());
    if (problem.operation() == Operation.SVMAX) {
      return new SvMaxTask(problem, rows);
    }
    RealMatrix e = new BlockRealMatrix(rows);
    boolean wide = problem.b() <= problem.d();
    if (problem.operation() == Operation.SYRK) {
      return wide ? new Product(e, e.transpose()) : new Product(e.transpose(), e);
    }
    RealMatrix square = new BlockRealMatrix(rows(Inputs.symmetric(problem), problem.order(), problem.order()));
    return wide ? new Product(square, e) : new Product(e, square);
  }

  private static double[][] rows(double[] values, int rows, int columns) {
    double[][] out = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(values, i * columns, out[i], 0, columns);
    }
    return out;
  }

  private static double[] flat(RealMatrix matrix) {
    double[] values = new double[matrix.getRowDimension() * matrix.getColumnDimension()];
    for (int i = 0; i < matrix.getRowDimension(); i++) {
      System.arraycopy(matrix.getRow(i), 0, values, i * matrix.getColumnDimension(), matrix.getColumnDimension());
    }
    return values;
  }

  /** Its decomposition always computes U and V, also where only the singular values are wanted. */
  private static final class SvMaxTask implements Task {
    private final Problem problem;
    private final RealMatrix e;
    private double value;
    private @Nullable RealMatrix gradient;

    SvMaxTask(Problem problem, double[][] rows) {
      this.problem = problem;
      this.e = new Array2DRowRealMatrix(rows, false);
    }

    @Override
    public void run() {
      SingularValueDecomposition svd = new SingularValueDecomposition(e);
      double sum = 0;
      for (double s : svd.getSingularValues()) {
        sum += s;
      }
      value = sum / problem.order();
      if (problem.wantsGradient()) {
        gradient = svd.getU().multiply(svd.getVT()).scalarMultiply(1.0 / problem.order());
      }
    }

    @Override
    public double value() {
      return value;
    }

    @Override
    public double[] result() {
      return flat(Objects.requireNonNull(gradient));
    }
  }

  private static final class Product implements Task {
    private final RealMatrix left;
    private final RealMatrix right;
    private @Nullable RealMatrix out;

    Product(RealMatrix left, RealMatrix right) {
      this.left = left;
      this.right = right;
    }

    @Override
    public void run() {
      out = left.multiply(right);
    }

    @Override
    public double value() {
      return Double.NaN;
    }

    @Override
    public double[] result() {
      return flat(Objects.requireNonNull(out));
    }
  }
}
