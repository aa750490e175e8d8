package dev.fullrank.jmh.bench;

import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the others are measured against, in double on the same numbers: for s_μ the library's reference route, one-sided Jacobi;
 * for the hinge its formula, column by column in two passes.
 */
@SuppressWarnings("ArrayRecordComponent") // two references are never compared with each other
record Reference(double value, double[] gradient) {
  private static final double EPSILON = 1e-4;

  static Reference of(Problem problem) {
    return switch (problem.operation()) {
      case SVMAX -> meanSingularValue(problem);
      case HINGE -> hinge(problem);
      case GEMM, SYRK, COPY -> throw new IllegalArgumentException("no reference for " + problem);
    };
  }

  private static Reference meanSingularValue(Problem problem) {
    double[] gradient = new double[problem.b() * problem.d()];
    try (MeanSingularValue s = MeanSingularValue.builder().route(Route.JACOBI).build()) {
      Matrix e = Matrix.of(Inputs.embeddings(problem), problem.b(), problem.d());
      double value = s.valueAndGradient(e, Matrix.of(gradient, problem.b(), problem.d()));
      return new Reference(value, gradient);
    }
  }

  private static Reference hinge(Problem problem) {
    int b = problem.b();
    int d = problem.d();
    double[] x = Inputs.embeddings(problem);
    double[] gradient = new double[x.length];
    double sum = 0;
    for (int j = 0; j < d; j++) {
      double mean = 0;
      for (int i = 0; i < b; i++) {
        mean += x[i * d + j] / b;
      }
      double squares = 0;
      for (int i = 0; i < b; i++) {
        squares += (x[i * d + j] - mean) * (x[i * d + j] - mean);
      }
      double std = Math.sqrt(squares / (b - 1) + EPSILON);
      if (std < 1) {
        sum += 1 - std;
        for (int i = 0; i < b; i++) {
          gradient[i * d + j] = -(x[i * d + j] - mean) / ((double) d * (b - 1) * std);
        }
      }
    }
    return new Reference(sum / d, gradient);
  }

  /** Value, then gradient. */
  void write(Path file) {
    ByteBuffer bytes = ByteBuffer.allocate((gradient.length + 1) * Double.BYTES);
    bytes.asDoubleBuffer().put(value).put(gradient);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Reference read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      double[] numbers = new double[(int) (channel.size() / Double.BYTES) - 1];
      double value = bytes.getDouble();
      bytes.asDoubleBuffer().get(numbers);
      return new Reference(value, numbers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
