package dev.fullrank.kernels.gpu;

import dev.fullrank.Details;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;

/** Matrices so large that a GPU goes other ways for them, by their shape and spectrum: the numbers of the CPU. */
final class LargeChecks {
  /** The tolerances of two certificates. */
  private static final double TOLERANCE = 1e-5;

  private LargeChecks() {}

  static void run(Sizes sizes, Checklist list) {
    int k = sizes.large();
    for (int[] shape : new int[][] {{k, 4 * k}, {4 * k, k}, {k, 2 * k}, {k, k + k / 8}, {k, k}}) {
      list.check("large, " + shape[0] + "×" + shape[1], () -> check(HostMatrices.normal(ElementType.FLOAT32, shape[0], shape[1])));
    }
  }

  private static String check(Matrix z) {
    Matrix gradient = HostMatrices.zeros(ElementType.FLOAT64, z.rows(), z.columns());
    try (Regularizer r = Term.MEAN_SINGULAR_VALUE.on(Gpu.DEVICE);
        Evaluation evaluation = r.forward(z)) {
      evaluation.gradient(1, gradient);
      Term.MEAN_SINGULAR_VALUE.compare(z, evaluation.value(), gradient, TOLERANCE);
      return "by " + ((Details.Spectral) evaluation.details()).route();
    }
  }
}
