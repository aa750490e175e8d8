package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/** root_rows: what is asked of Z, G·Z and Z·G·Z, row by row. */
final class RootRows {
  private static final String NAME = "root_rows";
  private static final int SUMS = 5;

  private final DeviceArray t;
  private final DeviceArray m;
  private final DeviceArray z;
  private final DeviceArray parts;

  /** M is near to I, so that what is subtracted shows. */
  private RootRows(int k) {
    Data data = new Data(NAME + k);
    t = Layout.DENSE.matrix(Element.F64, k, k).fill(data::normal);
    m = Layout.DENSE.matrix(Element.F64, k, k).fill(() -> 0x1p-30 * data.normal());
    z = Layout.DENSE.matrix(Element.F64, k, k).fill(data::normal);
    parts = DeviceArray.doubles(SUMS * k);
    for (int i = 0; i < k; i++) {
      m.set(i, i, 1 + m.get(i, i));
    }
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int k : new int[] {1, 2, 31, 33, 129, 257, 700}) {
      trials.add(new Trial(NAME, k + "×" + k, kernels -> new RootRows(k).check(kernels)));
    }
    trials.add(new Trial(NAME, "NaN", kernels -> new RootRows(20).spoiled().check(kernels)));
    return trials.stream();
  }

  private RootRows spoiled() {
    t.set(3, 3, Double.NaN);
    m.set(5, 19, Double.NaN);
    z.set(7, 0, Double.NaN);
    return this;
  }

  private void check(Kernels kernels) {
    int k = t.rows();
    new Call(kernels, NAME).count(k).input(t).input(m).input(z).output(parts).launch(Blocks.pieces(k));
    for (int row = 0; row < k; row++) {
      int i = row;
      Accuracy.same("t " + i, parts.get(i), t.get(i, i));
      Accuracy.same("z " + i, parts.get(3 * k + i), z.get(i, i));
      sum("m·t " + i, k + i, j -> m.get(i, j) * t.get(i, j), j -> Exact.product(m.get(i, j), t.get(i, j)));
      sum("m − 1 " + i, 2 * k + i, j -> square(m.get(i, j) - (i == j ? 1 : 0)), j -> residual(i, j));
      sum("z² " + i, 4 * k + i, j -> square(z.get(i, j)), j -> Exact.product(z.get(i, j), z.get(i, j)));
    }
  }

  private static double square(double x) {
    return x * x;
  }

  private BigDecimal residual(int i, int j) {
    return Exact.square(Exact.difference(m.get(i, j), i == j ? 1 : 0));
  }

  private void sum(String what, int place, IntToDoubleFunction term, IntFunction<BigDecimal> exact) {
    int k = t.rows();
    double actual = parts.get(place);
    Accuracy.same(what, actual, Reduction.sum(k, Blocks.THREADS, term));
    if (!Double.isNaN(actual)) {
      double sizes = Exact.sum(k, j -> exact.apply(j).abs()).doubleValue();
      double permitted = (Math.ceilDiv(k, Blocks.THREADS) + 10) * Element.F64.roundoff() * sizes;
      Accuracy.within(what, actual, Exact.sum(k, exact), permitted);
    }
  }
}
