package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** gram_scale: a bound of the largest eigenvalue, and what divides by it. */
final class GramScale {
  private static final String NAME = "gram_scale";
  private static final double NAN = Double.NaN;

  private GramScale() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int k : Shape.LENGTHS) {
      trials.add(new Trial(NAME, k + " rows, the norm is less", kernels -> random(kernels, k, 0)));
      trials.add(new Trial(NAME, k + " rows, the row sum is less", kernels -> random(kernels, k, 60)));
    }
    for (Place place : Place.among(Blocks.ONE)) {
      double[] sums = new double[place.entries()];
      Arrays.fill(sums, 1);
      double[] squares = new double[place.entries()];
      Arrays.fill(squares, 4);
      sums[place.index()] = 3;
      trials.add(new Trial(NAME, "largest at " + place, kernels -> check(kernels, sums.clone(), squares.clone())));
      double[] bad = sums.clone();
      bad[place.index()] = NAN;
      trials.add(new Trial(NAME, "NaN at " + place, kernels -> check(kernels, bad, squares)));
    }
    trials.add(new Trial(NAME, "zeros", kernels -> check(kernels, new double[3], new double[3])));
    trials.add(new Trial(NAME, "NaN in the squares", kernels -> check(kernels, new double[] {1, 2}, new double[] {1, NAN})));
    return trials.stream();
  }

  private static void random(Kernels kernels, int k, int exponent) {
    Data data = new Data(NAME + k);
    double[] sums = new double[k];
    double[] squares = new double[k];
    for (int i = 0; i < k; i++) {
      sums[i] = data.positive() * data.powerOfTwo(-9, 9);
      squares[i] = Math.scalb(data.positive(), exponent - 30);
    }
    check(kernels, sums, squares);
  }

  private static void check(Kernels kernels, double[] sums, double[] squares) {
    int k = sums.length;
    DeviceArray scale = DeviceArray.doubles(3);
    new Call(kernels, NAME)
        .count(k)
        .input(DeviceArray.of(sums))
        .input(DeviceArray.of(squares))
        .output(scale)
        .launch(Blocks.one());
    double total = Reduction.sum(k, Blocks.ONE, i -> squares[i]);
    double bound = Math.min(Arrays.stream(sums).max().orElse(NAN), Math.sqrt(total));
    double alpha = Math.sqrt(bound);
    Accuracy.same("α", scale.get(0), alpha);
    Accuracy.same("1/α", scale.get(1), bound == 0 ? 0 : 1 / alpha);
    Accuracy.same("1/α²", scale.get(2), bound == 0 ? 0 : 1 / bound);
    if (!Double.isNaN(bound)) {
      double permitted = (Math.ceilDiv(k, Blocks.ONE) + 10) * Element.F64.roundoff();
      Accuracy.relative("Σ squares", total, Exact.sum(k, i -> Exact.of(squares[i])), permitted);
    }
  }
}
