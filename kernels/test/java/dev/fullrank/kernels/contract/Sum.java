package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** sum: doubles added up in their order. */
final class Sum {
  private static final String NAME = "sum";

  private Sum() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int n : Shape.LENGTHS) {
      trials.add(new Trial(NAME, n + " numbers", kernels -> random(kernels, n)));
    }
    double inf = Double.POSITIVE_INFINITY;
    trials.add(new Trial(NAME, "NaN", kernels -> Accuracy.same("sum", of(kernels, DeviceArray.of(1, Double.NaN, 2)), Double.NaN)));
    trials.add(new Trial(NAME, "infinity", kernels -> Accuracy.same("sum", of(kernels, DeviceArray.of(1, inf, 2)), inf)));
    trials.add(new Trial(NAME, "infinities", kernels -> Accuracy.same("sum", of(kernels, DeviceArray.of(-inf, inf)), Double.NaN)));
    return trials.stream();
  }

  /** With numbers that cancel, so that the order shows. */
  private static void random(Kernels kernels, int n) {
    Data data = new Data(NAME + n);
    DeviceArray x = DeviceArray.doubles(n).fill(() -> data.normal() * data.powerOfTwo(-40, 40));
    double sum = of(kernels, x);
    Accuracy.same("sum", sum, Reduction.sum(n, Blocks.ONE, x::get));
    double sizes = Exact.sum(n, i -> Exact.of(x.get(i)).abs()).doubleValue();
    double permitted = (Math.ceilDiv(n, Blocks.ONE) + 10) * Element.F64.roundoff() * sizes;
    Accuracy.within("sum", sum, Exact.sum(n, i -> Exact.of(x.get(i))), permitted);
  }

  private static double of(Kernels kernels, DeviceArray x) {
    DeviceArray out = DeviceArray.doubles(1);
    new Call(kernels, NAME).count(x.columns()).input(x).output(out).launch(Blocks.one());
    return out.get(0);
  }
}
