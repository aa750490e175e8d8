package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** gram_rows: what bounds the largest eigenvalue, row by row. */
final class GramRows {
  private static final String NAME = "gram_rows";

  private GramRows() {}

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
    DeviceArray g = Layout.DENSE.matrix(Element.F64, k, k).fill(() -> data.normal() * data.powerOfTwo(-9, 9)).set(k - 1, k - 1, last);
    DeviceArray sums = DeviceArray.doubles(k);
    DeviceArray squares = DeviceArray.doubles(k);
    new Call(kernels, NAME).count(k).input(g).output(sums).output(squares).launch(Blocks.pieces(k));
    double permitted = (Math.ceilDiv(k, Blocks.THREADS) + 8) * Element.F64.roundoff();
    for (int row = 0; row < k; row++) {
      int i = row;
      Accuracy.same("sum " + i, sums.get(i), Reduction.sum(k, Blocks.THREADS, j -> Math.abs(g.get(i, j))));
      Accuracy.same("squares " + i, squares.get(i), Reduction.sum(k, Blocks.THREADS, j -> g.get(i, j) * g.get(i, j)));
      if (!Double.isNaN(sums.get(i))) {
        Accuracy.relative("sum " + i, sums.get(i), Exact.sum(k, j -> Exact.of(g.get(i, j)).abs()), permitted);
        double andSquare = permitted + Element.F64.roundoff();
        Accuracy.relative("squares " + i, squares.get(i), Exact.sum(k, j -> Exact.product(g.get(i, j), g.get(i, j))), andSquare);
      }
    }
  }
}
