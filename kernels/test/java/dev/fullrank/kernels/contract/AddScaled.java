package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** add_scaled: two roundings for each element. */
final class AddScaled {
  private static final String NAME = "add_scaled";

  private AddScaled() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int n : new int[] {1, 2, 3, 31, 32, 33, 127, 128, 129, 255, 256, 257, 1000}) {
      trials.add(new Trial(NAME, n + " numbers", kernels -> random(kernels, n)));
    }
    double inf = Double.POSITIVE_INFINITY;
    trials.add(
        new Trial(
            NAME,
            "extremes",
            kernels ->
                check(
                    kernels,
                    DeviceArray.of(1, Double.NaN, inf, -0x1p1023, Double.MIN_VALUE, 1),
                    DeviceArray.of(Double.NaN, 1, -inf, 0x1.8p1023, 0x1p-1073, inf),
                    0.5)));
    return trials.stream();
  }

  private static void random(Kernels kernels, int n) {
    Data data = new Data(NAME + n);
    check(kernels, DeviceArray.doubles(n).fill(data::normal), DeviceArray.doubles(n).fill(data::normal), -0.37);
  }

  private static void check(Kernels kernels, DeviceArray acc, DeviceArray x, double weight) {
    DeviceArray before = acc.copyIn(Layout.DENSE);
    new Call(kernels, NAME).output(acc).count(x.columns()).input(x).number(weight).launch(Blocks.elements(x.columns()));
    for (int i = 0; i < x.columns(); i++) {
      Accuracy.same("acc " + i, acc.get(i), before.get(i) + weight * x.get(i));
    }
  }
}
