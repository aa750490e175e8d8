package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** symmetric_image: a symmetric matrix times a vector. */
final class SymmetricImage {
  private static final String NAME = "symmetric_image";

  private SymmetricImage() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int k : new int[] {1, 2, 31, 33, 129, 257, 700}) {
      trials.add(new Trial(NAME, k + "×" + k, kernels -> check(kernels, k, 1)));
    }
    trials.add(new Trial(NAME, "NaN", kernels -> check(kernels, 40, Double.NaN)));
    return trials.stream();
  }

  private static void check(Kernels kernels, int k, double last) {
    Data data = new Data(NAME + k);
    DeviceArray a = Layout.DENSE.matrix(Element.F64, k, k).fill(() -> data.normal() * data.powerOfTwo(-9, 9)).set(k - 1, k - 1, last);
    DeviceArray v = DeviceArray.doubles(k).fill(data::normal);
    DeviceArray u = DeviceArray.doubles(k);
    new Call(kernels, NAME).count(k).input(a).input(v).output(u).launch(Blocks.pieces(k));
    double roundings = (Math.ceilDiv(k, Blocks.THREADS) + 9) * Element.F64.roundoff();
    for (int row = 0; row < k; row++) {
      int i = row;
      Accuracy.same("u " + i, u.get(i), Reduction.sum(k, Blocks.THREADS, j -> a.get(i, j) * v.get(j)));
      if (!Double.isNaN(u.get(i))) {
        double sizes = Exact.sum(k, j -> Exact.product(a.get(i, j), v.get(j)).abs()).doubleValue();
        Accuracy.within("u " + i, u.get(i), Exact.sum(k, j -> Exact.product(a.get(i, j), v.get(j))), roundings * sizes);
      }
    }
  }
}
