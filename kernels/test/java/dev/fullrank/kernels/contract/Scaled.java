package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** scaled: numbers times a factor that lies on the device. */
final class Scaled {
  private static final String NAME = "scaled";

  private Scaled() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int n : new int[] {1, 2, 255, 256, 257, 1000}) {
      trials.add(new Trial(NAME, n + " numbers", kernels -> check(kernels, n, 1.3)));
    }
    trials.add(new Trial(NAME, "NaN", kernels -> check(kernels, 5, Double.NaN)));
    trials.add(new Trial(NAME, "in place", Scaled::inPlace));
    return trials.stream();
  }

  private static void check(Kernels kernels, int n, double factor) {
    DeviceArray x = DeviceArray.doubles(n).fill(new Data(NAME + n)::normal);
    DeviceArray out = DeviceArray.doubles(n);
    new Call(kernels, NAME).count(n).input(DeviceArray.of(factor)).input(x).output(out).launch(Blocks.elements(n));
    for (int i = 0; i < n; i++) {
      Accuracy.same("out " + i, out.get(i), factor * x.get(i));
    }
  }

  private static void inPlace(Kernels kernels) {
    int n = 300;
    DeviceArray x = DeviceArray.doubles(n).fill(new Data(NAME)::normal);
    DeviceArray before = x.copyIn(Layout.DENSE);
    new Call(kernels, NAME).count(n).input(DeviceArray.of(3)).output(x).output(x).launch(Blocks.elements(n));
    for (int i = 0; i < n; i++) {
      Accuracy.same("out " + i, x.get(i), 3 * before.get(i));
    }
  }
}
