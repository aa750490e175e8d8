package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** mirror: the upper triangle copied to the lower one. */
final class Mirror {
  private static final String NAME = "mirror";

  private Mirror() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int k : new int[] {1, 2, 3, 10, 31, 32, 33, 50, 64, 65, 130}) {
      trials.add(new Trial(NAME, k + "×" + k, kernels -> check(kernels, upper(k))));
    }
    trials.add(new Trial(NAME, "NaN", kernels -> check(kernels, upper(70).set(2, 66, Double.NaN).set(40, 41, Double.POSITIVE_INFINITY))));
    return trials.stream();
  }

  /** Nothing below the diagonal. */
  private static DeviceArray upper(int k) {
    Data data = new Data(NAME + k);
    DeviceArray c = Layout.DENSE.matrix(Element.F64, k, k);
    for (int i = 0; i < k; i++) {
      for (int j = i; j < k; j++) {
        c.set(i, j, data.normal());
      }
    }
    return c;
  }

  private static void check(Kernels kernels, DeviceArray c) {
    int k = c.rows();
    DeviceArray before = c.copyIn(Layout.DENSE);
    int tiles = Math.ceilDiv(k, Blocks.TILE);
    new Call(kernels, NAME).count(k).output(c).launch(Blocks.grid(tiles, tiles));
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        Accuracy.same("c " + i + ", " + j, c.get(i, j), before.get(Math.min(i, j), Math.max(i, j)));
      }
    }
  }
}
