package dev.fullrank.kernels.library;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.kernels.standin.StandIn;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Lists of matrices of many shapes and types, on the host and on the device, with the gradients that were written for them. */
final class MatrixLists {
  private final OnDevice device;
  private final List<Matrix> hosts = new ArrayList<>();
  final List<Matrix> inputs = new ArrayList<>();
  final List<Matrix> gradients = new ArrayList<>();

  MatrixLists(OnDevice device) {
    this.device = device;
  }

  /** How many matrices were evaluated outside of a list: the rows of those are scanned by themselves, at once if they are few. */
  static long oneByOne(StandIn standIn) {
    long small = standIn.launched().stream().filter(kernel -> kernel.startsWith("small_rows")).mapToLong(standIn::launches).sum();
    return small + standIn.launches("row_units");
  }

  /** Normally distributed, the same numbers for the same shape. */
  static Matrix random(ElementType type, int rows, int columns) {
    Random random = new Random(rows * 1000L + columns);
    Matrix z = zeros(type, rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        z.set(i, j, random.nextGaussian());
      }
    }
    return z;
  }

  static Matrix zeros(ElementType type, int rows, int columns) {
    return Matrix.of(MemorySegment.ofArray(new byte[rows * columns * type.bytes()]), type, rows, columns);
  }

  /** Adds a matrix of the host. */
  MatrixLists add(Matrix host, ElementType out) {
    hosts.add(host);
    inputs.add(host);
    gradients.add(zeros(out, host.rows(), host.columns()));
    return this;
  }

  /** Adds a copy on the device, and a gradient there. */
  MatrixLists addCopy(Matrix host, ElementType out, long streamOfInput, long streamOfGradient) {
    hosts.add(host);
    inputs.add(device.copy(host, streamOfInput));
    gradients.add(device.empty(out, host.rows(), host.columns(), streamOfGradient));
    return this;
  }

  /** Each matrix in turn on the host and on the device, with gradients of all types that lie there or here. */
  MatrixLists addInTurns(List<Matrix> matrices) {
    ElementType[] types = ElementType.values();
    for (int i = 0; i < matrices.size(); i++) {
      Matrix host = matrices.get(i);
      ElementType out = types[(i + i / 4) % types.length];
      hosts.add(host);
      inputs.add(i % 2 == 0 ? host : device.copy(host, 0));
      gradients.add(i % 3 == 0 ? zeros(out, host.rows(), host.columns()) : device.empty(out, host.rows(), host.columns(), 0));
    }
    return this;
  }

  Matrix host(int i) {
    return hosts.get(i);
  }

  int size() {
    return inputs.size();
  }

  /** The values; the gradients are written. */
  double[] evaluate(Regularizer r) {
    double[] values = new double[size()];
    r.valuesAndGradients(inputs, gradients, values);
    return values;
  }

  /** A gradient, copied from the device if it is there. */
  Matrix gradient(int i) {
    Matrix g = gradients.get(i);
    return g.isOnDevice() ? device.fetch(g) : g;
  }

  static double[] entries(Matrix m) {
    double[] entries = new double[m.rows() * m.columns()];
    for (int e = 0; e < entries.length; e++) {
      entries[e] = m.get(e / m.columns(), e % m.columns());
    }
    return entries;
  }

  double[] entries(int i) {
    return entries(gradient(i));
  }

  /** Gives the device's memory back. */
  void free() {
    inputs.stream().filter(Matrix::isOnDevice).forEach(device::free);
    gradients.stream().filter(Matrix::isOnDevice).forEach(device::free);
  }

  /** Half an ulp of the type, relative. */
  static double roundoff(ElementType type) {
    return switch (type) {
      case FLOAT64 -> 0x1p-53;
      case FLOAT32 -> 0x1p-24;
      case FLOAT16 -> 0x1p-11;
      case BFLOAT16 -> 0x1p-8;
    };
  }

  /** What a result is certified to. */
  static double tolerance(ElementType type) {
    return type == ElementType.FLOAT64 ? 1e-11 : 2e-6;
  }

  /** The reference of the CPU. */
  static MeanSingularValue reference(boolean normalize) {
    return MeanSingularValue.builder().normalizeRows(normalize).route(Route.JACOBI).build();
  }

  static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  static double norm(double[] a) {
    return distance(a, new double[a.length]);
  }
}
