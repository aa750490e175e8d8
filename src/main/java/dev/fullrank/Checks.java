package dev.fullrank;

/** Argument checks that the regularizers share; each runs before any work. */
final class Checks {
  private Checks() {}

  /**
   * A matrix can be used on a device.
   *
   * @throws IllegalArgumentException if it lies in the memory of another one
   */
  static void device(Device device, Matrix z) {
    if (z.isOnDevice() && !z.device().equals(device)) {
      throw new IllegalArgumentException(
          "the matrix lies in the memory of " + z.device() + ", but this computes on " + device + "; build it with device(Device.cuda("
              + z.device().ordinal() + "))" + (device.isCuda() ? "" : ", or pass memory of the host"));
    }
  }

  /**
   * A gradient can be written to {@code out}.
   *
   * @throws IllegalArgumentException if the shapes differ, out is read-only, overlaps the input or lies on another device
   */
  static void gradient(Device device, Matrix z, Matrix out) {
    device(device, out);
    if (!z.hasShapeOf(out)) {
      throw new IllegalArgumentException(
          "the gradient must be " + z.rows() + "×" + z.columns() + " like the input, not " + out.rows() + "×" + out.columns());
    }
    if (out.isReadOnly()) {
      throw new IllegalArgumentException("the gradient's memory is read-only; pass memory that can be written");
    }
    if (z.overlaps(out)) {
      throw new IllegalArgumentException("the gradient overlaps the input in memory; pass memory of its own");
    }
  }

  /** The same failure, naming the matrix of a list that it is about; of its own type where that is one of the documented ones. */
  static RuntimeException inList(int index, RuntimeException e) {
    String message = "matrix " + index + " of the list: " + e.getMessage();
    return switch (e) {
      case NonFiniteInputException x -> x.inList(index);
      case IllegalArgumentException x -> new IllegalArgumentException(message, x);
      case IllegalStateException x -> new IllegalStateException(message, x);
      case ArithmeticException x -> (ArithmeticException) new ArithmeticException(message).initCause(x);
      default -> e;
    };
  }

  /** The exception for the first element, in row-major order, that is not finite. */
  static NonFiniteInputException nonFinite(Matrix z) {
    for (int i = 0; i < z.rows(); i++) {
      for (int j = 0; j < z.columns(); j++) {
        double value = z.get(i, j);
        if (!Double.isFinite(value)) {
          return new NonFiniteInputException(i, j, value);
        }
      }
    }
    throw new IllegalStateException("the input was not finite and changed while it was being read");
  }

  /** Sets every element. */
  static void fill(Matrix out, double value) {
    for (int i = 0; i < out.rows(); i++) {
      for (int j = 0; j < out.columns(); j++) {
        out.set(i, j, value);
      }
    }
  }

  static double finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite, not " + value);
    }
    return value;
  }

  static double positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be finite and above 0, not " + value);
    }
    return value;
  }

  static double nonNegative(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be finite and at least 0, not " + value);
    }
    return value;
  }

  static long step(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("steps are counted from 0, not " + step);
    }
    return step;
  }

  static long steps(long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("there must be at least one step, not " + steps);
    }
    return steps;
  }

  static int parallelism(int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException("parallelism must be 0 (all cores) or a number of threads, not " + threads);
    }
    return threads;
  }
}
