package dev.fullrank.kernels.gpu;

import static dev.fullrank.kernels.gpu.Checklist.require;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import java.util.ArrayList;
import java.util.List;

/** Many matrices in one call: the numbers of the CPU, and the same bits in whatever list. */
final class ListChecks {
  /** Elements between the end of a row and the next one. */
  private static final int GAP = 1;

  /** The tolerances of two certificates, and room for the condition of a random square matrix of doubles. */
  private static final double DOUBLE_TOLERANCE = 1e-10;

  private static final double FLOAT_TOLERANCE = 1e-5;

  private ListChecks() {}

  static void run(Sizes sizes, Checklist list) {
    for (Term term : List.of(Term.SVMAX, Term.MEAN_SINGULAR_VALUE)) {
      for (ElementType type : ElementType.values()) {
        list.check("lists, " + type + ", " + term, () -> check(term, type, sizes.side()));
      }
    }
  }

  private static List<Matrix> matrices(ElementType type, int side) {
    List<Matrix> matrices = new ArrayList<>();
    for (int[] shape : new int[][] {{1, 1}, {1, 7}, {7, 1}, {2, 3}, {side / 16, side / 8}, {side / 8, side / 16}, {side / 20, side}}) {
      matrices.add(HostMatrices.normal(type, shape[0], shape[1]));
    }
    if (type == ElementType.FLOAT32) {
      matrices.add(HostMatrices.normal(type, side / 4, side / 3)); // 125×166 where it is large, nearly all that a block can hold
    }
    return matrices;
  }

  private static String check(Term term, ElementType type, int side) {
    double tolerance = type == ElementType.FLOAT64 ? DOUBLE_TOLERANCE : FLOAT_TOLERANCE;
    List<Matrix> hosts = matrices(type, side);
    try (Gpu gpu = Gpu.open();
        Regularizer r = term.on(Gpu.DEVICE)) {
      List<Matrix> inputs = new ArrayList<>();
      List<Matrix> gradients = new ArrayList<>();
      for (Matrix host : hosts) {
        inputs.add(gpu.copy(host, host.columns() + GAP));
        gradients.add(gpu.empty(ElementType.FLOAT64, host.rows(), host.columns(), host.columns() + GAP));
      }
      double[] values = new double[hosts.size()];
      r.valuesAndGradients(inputs, gradients, values);
      for (int i = 0; i < values.length; i++) {
        Matrix gradient = gpu.fetch(gradients.get(i));
        term.compare(hosts.get(i), values[i], gradient, tolerance);
        requireSameAlone(r, hosts.get(i), values[i], gradient);
      }
    }
    return "";
  }

  private static void requireSameAlone(Regularizer r, Matrix host, double value, Matrix gradient) {
    double[] alone = new double[1];
    Matrix again = HostMatrices.zeros(ElementType.FLOAT64, host.rows(), host.columns());
    r.valuesAndGradients(List.of(host), List.of(again), alone);
    require(alone[0] == value && HostMatrices.sameBits(again, gradient), "other bits alone, for " + host);
  }
}
