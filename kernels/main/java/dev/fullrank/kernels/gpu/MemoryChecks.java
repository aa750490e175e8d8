package dev.fullrank.kernels.gpu;

import static dev.fullrank.kernels.gpu.Checklist.require;

import dev.fullrank.DeviceException;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;

/** Device memory: a training does not grow, and what does not fit is said and harms nothing. */
final class MemoryChecks {
  private static final int ROWS = 32;
  private static final int COLUMNS = 16;

  /** A decomposition takes a hundred times as long as a step of the others. */
  private static final int STEPS_A_DECOMPOSITION = 20;

  /** After these everything is loaded and all buffers have their size. */
  private static final int FIRST_STEPS = 2 * STEPS_A_DECOMPOSITION;

  /** What the driver takes from the device at a time: a leak that costs less is none in this many steps. */
  private static final long PAGE = 2 << 20;

  private MemoryChecks() {}

  static void run(Sizes sizes, Checklist list) {
    list.check(sizes.steps() + " small steps without growth of device memory", () -> steps(sizes.steps()));
    list.check("what does not fit into the memory is said, and the next call is right", () -> exhaust(sizes.covariances()));
  }

  private static String steps(int count) {
    try (Gpu gpu = Gpu.open();
        Regularizer hinge = Term.HINGE.on(Gpu.DEVICE);
        Regularizer covariance = Term.COVARIANCE.on(Gpu.DEVICE);
        Regularizer svMax = Term.SVMAX.on(Gpu.DEVICE)) {
      Matrix z = gpu.copy(HostMatrices.normal(ElementType.FLOAT32, ROWS, COLUMNS), COLUMNS);
      Matrix gradient = gpu.empty(ElementType.FLOAT32, ROWS, COLUMNS, COLUMNS);
      long before = 0;
      for (int step = 0; step < count; step++) {
        if (step == FIRST_STEPS) {
          before = gpu.freeMemory();
        }
        Regularizer r = step % STEPS_A_DECOMPOSITION == 0 ? svMax : step % 2 == 0 ? hinge : covariance;
        r.valueAndGradient(z, gradient);
      }
      long grown = before - gpu.freeMemory();
      if (grown >= PAGE) {
        throw new AssertionError("grew by " + grown + " bytes");
      }
      return "grew by " + grown + " bytes";
    }
  }

  /** The covariances of d columns take 8·d² bytes, whatever the rows; memory is filled until there are fewer, but half as many. */
  private static String exhaust(int columns) {
    long needed = (long) columns * columns * Double.BYTES;
    Matrix small = HostMatrices.normal(ElementType.FLOAT32, ROWS, COLUMNS);
    Matrix large = HostMatrices.normal(ElementType.FLOAT32, 2, columns);
    double expected;
    try (Regularizer r = Term.COVARIANCE.on(Gpu.DEVICE)) {
      expected = r.value(large);
    }
    try (Gpu gpu = Gpu.open();
        Regularizer r = Term.COVARIANCE.on(Gpu.DEVICE)) {
      double expectedSmall = r.value(small);
      while (gpu.freeMemory() >= needed) {
        gpu.allocate(gpu.freeMemory() / 2);
      }
      String message = requireOutOfMemory(r, large);
      require(r.value(small) == expectedSmall, "another value after the exception");
      gpu.freeAll();
      require(r.value(large) == expected, "another value once there is memory");
      return message;
    }
  }

  private static String requireOutOfMemory(Regularizer r, Matrix large) {
    try {
      r.value(large);
      throw new AssertionError("there was enough memory for " + large);
    } catch (DeviceException e) {
      require(e.kind() == DeviceException.Kind.OUT_OF_MEMORY, e.kind() + ": " + e.getMessage());
      return String.valueOf(e.getMessage());
    }
  }
}
