package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** root_sums: the five sums over all rows. */
final class RootSums {
  private static final String NAME = "root_sums";
  private static final int SUMS = 5;

  private RootSums() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int k : Shape.LENGTHS) {
      trials.add(new Trial(NAME, k + " rows", kernels -> check(kernels, k, 1)));
    }
    trials.add(new Trial(NAME, "NaN", kernels -> check(kernels, 40, Double.NaN)));
    return trials.stream();
  }

  /** With numbers that cancel, so that the order shows. */
  private static void check(Kernels kernels, int k, double last) {
    Data data = new Data(NAME + k);
    DeviceArray parts = DeviceArray.doubles(SUMS * k).fill(() -> data.normal() * data.powerOfTwo(-40, 40)).set(0, SUMS * k - 1, last);
    DeviceArray out = DeviceArray.doubles(SUMS);
    new Call(kernels, NAME).count(k).input(parts).output(out).launch(Blocks.one());
    for (int q = 0; q < SUMS; q++) {
      int first = q * k;
      Accuracy.same("sum " + q, out.get(q), Reduction.sum(k, Blocks.ONE, i -> parts.get(first + i)));
      if (!Double.isNaN(out.get(q))) {
        double sizes = Exact.sum(k, i -> Exact.of(parts.get(first + i)).abs()).doubleValue();
        double permitted = (Math.ceilDiv(k, Blocks.ONE) + 10) * Element.F64.roundoff() * sizes;
        Accuracy.within("sum " + q, out.get(q), Exact.sum(k, i -> Exact.of(parts.get(first + i))), permitted);
      }
    }
  }
}
