package dev.fullrank.jmh.bench;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.VarianceHinge;

/** This library, by its public API with default options, rows taken as they are. */
final class FullrankContender implements Contender {
  @Override
  public String version() {
    String version = MeanSingularValue.class.getPackage().getImplementationVersion();
    return version == null ? "from classes" : version;
  }

  @Override
  public Task prepare(Problem problem) {
    return switch (problem.operation()) {
      case SVMAX -> new Regularized(MeanSingularValue.builder().parallelism(problem.threads()).build(), problem);
      case HINGE -> new Regularized(VarianceHinge.builder().parallelism(problem.threads()).build(), problem);
      case GEMM, SYRK -> new FullrankProduct(problem);
      case COPY -> new Copy(problem);
    };
  }

  static Matrix matrix(double[] values, ElementType type, int rows, int columns) {
    return type == ElementType.FLOAT32
        ? Matrix.of(Inputs.narrowed(values), rows, columns)
        : Matrix.of(values, rows, columns);
  }

  static double[] widened(Matrix matrix) {
    double[] values = new double[matrix.rows() * matrix.columns()];
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < matrix.columns(); j++) {
        values[i * matrix.columns() + j] = matrix.get(i, j);
      }
    }
    return values;
  }

  private static final class Regularized implements Task {
    private final Regularizer regularizer;
    private final boolean withGradient;
    private final Matrix z;
    private final Matrix gradient;
    private double value;

    Regularized(Regularizer regularizer, Problem problem) {
      this.regularizer = regularizer;
      this.withGradient = problem.wantsGradient();
      this.z = matrix(Inputs.embeddings(problem), problem.type(), problem.b(), problem.d());
      this.gradient = matrix(new double[problem.b() * problem.d()], problem.type(), problem.b(), problem.d());
    }

    @Override
    public void run() {
      if (withGradient) {
        value = regularizer.valueAndGradient(z, gradient);
      } else {
        value = regularizer.value(z);
      }
    }

    @Override
    public double value() {
      return value;
    }

    @Override
    public double[] result() {
      return widened(gradient);
    }

    @Override
    public void close() {
      regularizer.close();
    }
  }

  private static final class Copy implements Task {
    private final Object from;
    private final Object to;
    private final int length;

    Copy(Problem problem) {
      double[] e = Inputs.embeddings(problem);
      this.from = problem.isFloat() ? Inputs.narrowed(e) : e;
      this.to = problem.isFloat() ? new float[e.length] : new double[e.length];
      this.length = e.length;
    }

    @Override
    @SuppressWarnings("SuspiciousSystemArraycopy") // Both are float[] or both are double[].
    public void run() {
      System.arraycopy(from, 0, to, 0, length);
    }

    @Override
    public double value() {
      return Double.NaN;
    }

    @Override
    public double[] result() {
      return new double[0];
    }
  }
}
