package dev.fullrank.jmh.bench;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.VarianceHinge;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What results on a GPU are held against: the library on the CPU, in double on the same numbers.
 *
 * @param numbers of all matrices, one below the other; every one is a float
 * @param value the sum over the matrices
 * @param gradient of all matrices, one below the other
 */
@SuppressWarnings("ArrayRecordComponent") // two references are never compared with each other
record GpuReference(double[] numbers, double value, double[] gradient) {
  static GpuReference of(GpuProblem problem) {
    int d = problem.shape().d();
    double[] numbers = Inputs.embeddings(embeddings(problem));
    double[] gradient = new double[numbers.length];
    double[] values = new double[problem.count()];
    try (Regularizer r = regularizer(problem.operation())) {
      r.valuesAndGradients(
          split(Matrix.of(numbers, problem.rows(), d), problem.count()),
          split(Matrix.of(gradient, problem.rows(), d), problem.count()),
          values);
    }
    return new GpuReference(numbers, Arrays.stream(values).sum(), gradient);
  }

  /** Rows of unit norm, as on the CPU. */
  private static Problem embeddings(GpuProblem problem) {
    return new Problem(
        Operation.SVMAX, problem.direction(), ElementType.FLOAT64, problem.rows(), problem.shape().d(), 1, 0);
  }

  private static Regularizer regularizer(GpuOperation operation) {
    return operation == GpuOperation.HINGE ? VarianceHinge.builder().build() : MeanSingularValue.builder().build();
  }

  /** The matrices that lie one below the other, as views. */
  static List<Matrix> split(Matrix all, int count) {
    int b = all.rows() / count;
    return IntStream.range(0, count).mapToObj(i -> all.rows(i * b, (i + 1) * b)).toList();
  }

  /** The numbers as a matrix of the problem's type. */
  Matrix matrix(GpuProblem problem) {
    return FullrankContender.matrix(numbers, problem.type(), problem.rows(), problem.shape().d());
  }

  /**
   * How far a result is off.
   *
   * @param resultGradient empty where there is none
   */
  Accuracy accuracy(double result, double[] resultGradient) {
    double error = Math.abs(result - value) / Math.abs(value);
    return new Accuracy(error, resultGradient.length == 0 ? Double.NaN : Accuracy.distance(resultGradient, gradient));
  }
}
