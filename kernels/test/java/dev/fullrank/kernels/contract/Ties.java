package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;

/** Numbers at which roundings to a type differ: ties and their neighbours, at the limits of the type and elsewhere. */
final class Ties {
  private Ties() {}

  static List<Double> of(Element type) {
    double ulp = 2 * type.roundoff();
    List<Double> values = new ArrayList<>(List.of(0.0, -0.0, Double.NaN, Double.MAX_VALUE, Double.MIN_VALUE, Double.POSITIVE_INFINITY));
    for (int e : new int[] {0, 5, type.minExponent(), type.maxExponent()}) {
      for (double fraction : new double[] {1, 1 + ulp, 1 + 2 * ulp, 2 - ulp}) {
        around(values, Math.scalb(fraction, e), Math.scalb(type.roundoff(), e));
      }
    }
    for (int n = 0; n < 4; n++) {
      around(values, n * type.leastSubnormal(), type.leastSubnormal() / 2);
    }
    return List.copyOf(values);
  }

  /** A number of the type, the tie behind it, and the neighbours of that. */
  private static void around(List<Double> values, double number, double half) {
    double tie = number + half;
    for (double value : new double[] {number, tie, Math.nextUp(tie), Math.nextDown(tie)}) {
      values.add(value);
      values.add(-value);
    }
  }

  /** A matrix that has them all, in turn. */
  static DeviceArray matrix(Layout layout, Element type, Element to, int columns) {
    List<Double> ties = of(to);
    DeviceArray x = layout.matrix(type, Math.ceilDiv(ties.size(), columns), columns);
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < columns; j++) {
        x.set(i, j, ties.get((i * columns + j) % ties.size()));
      }
    }
    return x;
  }
}
