package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** combine: a multiple of the identity and one or two matrices. */
final class Combine {
  private static final String NAME = "combine";
  private static final double A = 8.5;
  private static final double B = -25.1;
  private static final double C = 18.6;

  private Combine() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int k : new int[] {1, 2, 31, 32, 33, 65, 130}) {
      trials.add(new Trial(NAME, k + "×" + k, kernels -> check(kernels, random(k, "x"), random(k, "y"))));
      trials.add(new Trial(NAME, k + "×" + k + " alone", kernels -> check(kernels, random(k, "x"), null)));
    }
    DeviceArray bad = random(34, "x").set(33, 33, Double.NaN);
    trials.add(new Trial(NAME, "NaN", kernels -> check(kernels, bad, random(34, "y"))));
    trials.add(new Trial(NAME, "NaN in the second", kernels -> check(kernels, random(34, "x"), bad)));
    trials.add(new Trial(NAME, "in place of the first", kernels -> inPlace(kernels, true)));
    trials.add(new Trial(NAME, "in place of the second", kernels -> inPlace(kernels, false)));
    return trials.stream();
  }

  private static DeviceArray random(int k, String seed) {
    return Layout.DENSE.matrix(Element.F64, k, k).fill(new Data(NAME + k + seed)::normal);
  }

  private static void check(Kernels kernels, DeviceArray x, @Nullable DeviceArray y) {
    int k = x.rows();
    DeviceArray out = Layout.DENSE.matrix(Element.F64, k, k);
    new Call(kernels, NAME)
        .count(k)
        .number(A)
        .number(B)
        .input(x)
        .number(C)
        .optional(y)
        .output(out)
        .launch(Blocks.tiles(k, k));
    expect(out, x, y);
  }

  private static void inPlace(Kernels kernels, boolean first) {
    int k = 40;
    DeviceArray x = random(k, "x");
    DeviceArray y = random(k, "y");
    DeviceArray oldX = x.copyIn(Layout.DENSE);
    DeviceArray oldY = y.copyIn(Layout.DENSE);
    Call call = new Call(kernels, NAME).count(k).number(A).number(B);
    (first ? call.output(x).number(C).input(y).output(x) : call.input(x).number(C).output(y).output(y)).launch(Blocks.tiles(k, k));
    expect(first ? x : y, oldX, oldY);
  }

  private static void expect(DeviceArray out, DeviceArray x, @Nullable DeviceArray y) {
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < x.rows(); j++) {
        double combined = B * x.get(i, j) + (y == null ? 0 : C * y.get(i, j));
        Accuracy.same("out " + i + ", " + j, out.get(i, j), (i == j ? A : 0) + combined);
      }
    }
  }
}
