package dev.fullrank.kernels.gpu;

import static dev.fullrank.kernels.gpu.Checklist.require;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same bits from memory of the host and of the device, run after run, and in streams side by side. */
final class BitChecks {
  private static final int STREAMS = 4;

  /** Elements between the end of a row and the next one: no row but the first is aligned. */
  private static final int GAP = 3;

  private record Result(double value, Matrix gradient) {
    boolean hasBitsOf(Result other) {
      return Double.doubleToLongBits(value) == Double.doubleToLongBits(other.value)
          && HostMatrices.sameBits(gradient, other.gradient);
    }
  }

  private BitChecks() {}

  static void run(Sizes sizes, Checklist list) {
    int side = sizes.side();
    for (Term term : Term.values()) {
      list.check("same bits from host and device, " + term, () -> hostAndDevice(term, side));
      Matrix z = HostMatrices.normal(ElementType.FLOAT32, side / 4, side / 3);
      list.check("same bits in " + sizes.runs() + " runs, " + term, () -> {
        try (Regularizer r = term.on(Gpu.DEVICE)) {
          repeat(r, z, onHost(r, z), sizes.runs());
        }
        return "";
      });
      list.check("same bits in " + STREAMS + " streams at once, " + term, () -> streams(term, z, sizes.runs()));
    }
  }

  private static String hostAndDevice(Term term, int side) {
    try (Gpu gpu = Gpu.open();
        Regularizer r = term.on(Gpu.DEVICE)) {
      for (ElementType type : ElementType.values()) {
        for (int[] shape : new int[][] {{19, 37}, {37, 19}, {side / 4, side / 3}}) {
          Matrix z = HostMatrices.normal(type, shape[0], shape[1]);
          require(onDevice(gpu, r, z).hasBitsOf(onHost(r, z)), "other bits from the device: " + z);
          gpu.freeAll();
        }
      }
    }
    return "";
  }

  private static String streams(Term term, Matrix z, int runs) throws Exception {
    try (Regularizer r = term.on(Gpu.DEVICE);
        ExecutorService pool = Executors.newFixedThreadPool(STREAMS)) {
      Result expected = onHost(r, z);
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        futures.add(pool.submit(() -> repeat(r, z, expected, runs)));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    }
    return "";
  }

  private static void repeat(Regularizer r, Matrix z, Result expected, int runs) {
    try (Gpu gpu = Gpu.open()) {
      for (int run = 0; run < runs; run++) {
        require(onDevice(gpu, r, z).hasBitsOf(expected), "other bits in run " + run);
        gpu.freeAll();
      }
    }
  }

  private static Result onHost(Regularizer r, Matrix z) {
    Matrix gradient = HostMatrices.zeros(z.type(), z.rows(), z.columns());
    return new Result(r.valueAndGradient(z, gradient), gradient);
  }

  private static Result onDevice(Gpu gpu, Regularizer r, Matrix z) {
    int stride = z.columns() + GAP;
    Matrix gradient = gpu.empty(z.type(), z.rows(), z.columns(), stride);
    double value = r.valueAndGradient(gpu.copy(z, stride), gradient);
    return new Result(value, gpu.fetch(gradient));
  }
}
