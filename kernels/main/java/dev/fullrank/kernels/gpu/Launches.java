package dev.fullrank.kernels.gpu;

import static dev.fullrank.kernels.gpu.Checklist.require;

import dev.fullrank.CovariancePenalty;
import dev.fullrank.ElementType;
import dev.fullrank.EmbeddingStatistics;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.VarianceHinge;
import dev.fullrank.VicReg;
import dev.fullrank.VicRegConvention;
import dev.fullrank.WeightedSum;
import dev.fullrank.cuda.CudaQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Launches every kernel and every decomposition at small ugly sizes, quickly, with rows that are aligned and rows that are not: what a
 * sanitizer watches. Whether the numbers are right is checked elsewhere.
 */
final class Launches {
  /**
   * One column; less than a quad and a warp; one more than a tile of 32 rows and columns; several tiles and a remainder both ways; more rows
   * than one block scans.
   */
  private static final int[][] SHAPES = {{2, 1}, {3, 5}, {33, 18}, {41, 37}, {70, 131}, {131, 70}};

  /** Of blocks that have a matrix each, one for each type of gradient. */
  private static final int[][] SMALL_SHAPES = {{2, 1}, {3, 5}, {33, 18}, {9, 70}};

  /** Columns whose Gram matrix takes more than 48 KiB. */
  private static final int LARGE = 80;

  private static final int QUAD = 4;

  /** The least order at which a spectrum is looked at, and rows that are a little longer. */
  private static final int[] LOOKED_AT = {1024, 1100};

  /** Lets data that are not double be decomposed in single precision at these sizes. */
  private static final double COARSE = 1e-2;

  /** Squares of such numbers overflow. */
  private static final double HUGE = 0x1p700;

  private Launches() {}

  static void run(Checklist list) {
    for (ElementType type : ElementType.values()) {
      list.check("regularizers of " + type, () -> regularizers(type));
      list.check("VICReg and statistics of " + type, () -> pairsAndStatistics(type));
      list.check("lists of " + type, () -> lists(type));
    }
    list.check("columns whose squares overflow", Launches::huge);
    list.check("a flat spectrum", Launches::flat);
    NonFiniteChecks.run(list);
    list.check("gesvd in double", () -> bidiagonal(ElementType.FLOAT64));
    list.check("gesvd in single", () -> bidiagonal(ElementType.FLOAT32));
  }

  private static String regularizers(ElementType type) {
    try (Gpu gpu = Gpu.open();
        Regularizer hinge = Term.HINGE.on(Gpu.DEVICE);
        Regularizer covariance = Term.COVARIANCE.on(Gpu.DEVICE);
        Regularizer svMax = Term.SVMAX.on(Gpu.DEVICE);
        Regularizer mean = Term.MEAN_SINGULAR_VALUE.on(Gpu.DEVICE);
        Regularizer jacobi = MeanSingularValue.builder().device(Gpu.DEVICE).route(Route.JACOBI).build();
        Regularizer single = MeanSingularValue.builder().device(Gpu.DEVICE).route(Route.JACOBI).tolerance(COARSE).build();
        Regularizer sum = WeightedSum.builder().add(2, hinge).add(-1, mean).build()) {
      for (Regularizer r : List.of(hinge, covariance, svMax, mean, jacobi, single, sum)) {
        for (int[] shape : SHAPES) {
          evaluate(gpu, r, HostMatrices.normal(type, shape[0], shape[1]));
        }
      }
      for (int[] shape : SHAPES) { // what has no inverse root
        evaluate(gpu, mean, HostMatrices.ofRank(1, type, shape[0], shape[1]));
      }
    }
    return "";
  }

  private static void evaluate(Gpu gpu, Regularizer r, Matrix z) {
    int aligned = Math.ceilDiv(z.columns(), QUAD) * QUAD;
    for (int stride : new int[] {aligned, aligned + 1}) {
      try (Evaluation evaluation = r.forward(gpu.copy(z, stride))) {
        require(Double.isFinite(evaluation.value()), "no number: " + evaluation.value());
        for (ElementType out : ElementType.values()) {
          Matrix gradient = gpu.empty(out, z.rows(), z.columns(), stride);
          evaluation.gradient(1, gradient);
          gpu.fetch(gradient);
        }
      }
      gpu.freeAll();
    }
  }

  private static String pairsAndStatistics(ElementType type) {
    try (Gpu gpu = Gpu.open();
        VicReg vicReg = VicReg.builder(VicRegConvention.OFFICIAL).device(Gpu.DEVICE).build()) {
      for (int[] shape : SHAPES) {
        int rows = shape[0];
        int columns = shape[1];
        Matrix z = HostMatrices.normal(type, rows, columns);
        int stride = columns + 1;
        Matrix g1 = gpu.empty(type, rows, columns, stride);
        Matrix g2 = gpu.empty(type, rows, columns, stride);
        vicReg.valueAndGradient(gpu.copy(z, stride), gpu.copy(HostMatrices.ofRank(1, type, rows, columns), stride), g1, g2);
        gpu.fetch(g1);
        gpu.fetch(g2);
        gpu.freeAll();
        try (EmbeddingStatistics statistics = EmbeddingStatistics.builder().device(Gpu.DEVICE).batch(2).build()) {
          statistics.add(z);
          statistics.report();
        }
      }
    }
    return "";
  }

  /** Gradients of all types, and a matrix that needs more shared memory than every device grants. */
  private static String lists(ElementType type) {
    try (Gpu gpu = Gpu.open();
        Regularizer svMax = Term.SVMAX.on(Gpu.DEVICE);
        Regularizer decomposed = MeanSingularValue.builder().device(Gpu.DEVICE).route(Route.JACOBI).build()) {
      List<Matrix> inputs = new ArrayList<>();
      List<Matrix> gradients = new ArrayList<>();
      for (ElementType out : ElementType.values()) {
        int[] shape = SMALL_SHAPES[inputs.size()];
        inputs.add(gpu.copy(HostMatrices.normal(type, shape[0], shape[1]), shape[1] + 1));
        gradients.add(gpu.empty(out, shape[0], shape[1], shape[1] + 1));
      }
      if (type == ElementType.FLOAT32) { // the kernels in question compute in double, whatever the type
        inputs.add(gpu.copy(HostMatrices.ofRank(3, type, LARGE, LARGE + 1), LARGE + 1));
        gradients.add(gpu.empty(type, LARGE, LARGE + 1, LARGE + 1));
      }
      for (Regularizer r : List.of(svMax, decomposed)) {
        double[] values = new double[inputs.size()];
        r.valuesAndGradients(inputs, gradients, values);
        for (int i = 0; i < values.length; i++) {
          require(Double.isFinite(values[i]), "no number: " + values[i]);
          gpu.fetch(gradients.get(i));
        }
      }
    }
    return "";
  }

  private static String huge() {
    Matrix z = HostMatrices.normal(ElementType.FLOAT64, 33, 18);
    for (int i = 0; i < z.rows(); i++) {
      z.set(i, 5, z.get(i, 5) * HUGE);
      z.set(i, 6, z.get(i, 6) / HUGE);
    }
    try (Gpu gpu = Gpu.open();
        Regularizer hinge = VarianceHinge.builder().device(Gpu.DEVICE).build();
        Regularizer covariance = CovariancePenalty.builder().device(Gpu.DEVICE).build()) {
      for (Regularizer r : List.of(hinge, covariance)) {
        Matrix gradient = gpu.empty(ElementType.FLOAT64, 33, 18, 18);
        r.valueAndGradient(gpu.copy(z, 18), gradient);
        gpu.fetch(gradient);
      }
    }
    return "";
  }

  /** Orthogonal rows, for which one step or two are enough. */
  private static String flat() {
    Matrix z = HostMatrices.zeros(ElementType.FLOAT32, LOOKED_AT[0], LOOKED_AT[1]);
    for (int i = 0; i < z.rows(); i++) {
      z.set(i, i, 1);
    }
    try (Regularizer mean = Term.MEAN_SINGULAR_VALUE.on(Gpu.DEVICE)) {
      double value = mean.valueAndGradient(z, HostMatrices.zeros(ElementType.FLOAT32, z.rows(), z.columns()));
      require(Math.abs(value - 1) < COARSE, "not 1: " + value);
    }
    return "";
  }

  /** The second choice, which the library takes only where gesvdj fails. */
  private static String bidiagonal(ElementType type) {
    boolean doubles = type == ElementType.FLOAT64;
    try (Gpu gpu = Gpu.open();
        Arena arena = Arena.ofConfined()) {
      CudaQueue queue = gpu.queue();
      MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
      for (int k : new int[] {1, 2, 5, 33, 70}) {
        long a = gpu.copy(HostMatrices.normal(type, k, k), k).address();
        long square = (long) k * k * type.bytes();
        int size = queue.svdWorkspace(doubles, k, k);
        long workspace = gpu.allocate((long) Math.max(1, size) * type.bytes());
        long info = gpu.allocate(Integer.BYTES);
        long sigma = gpu.allocate((long) k * type.bytes());
        queue.svd(doubles, k, k, a, k, sigma, gpu.allocate(square), k, gpu.allocate(square), k, workspace, size, info);
        queue.copyToHost(status.address(), info, Integer.BYTES);
        queue.synchronize();
        require(status.get(ValueLayout.JAVA_INT, 0) == 0, "status " + status.get(ValueLayout.JAVA_INT, 0) + " at k = " + k);
      }
    }
    return "";
  }
}
