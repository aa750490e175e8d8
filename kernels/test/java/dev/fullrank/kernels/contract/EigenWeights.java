package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/** eigen_weights: inverse roots of eigenvalues, and sums of roots. */
final class EigenWeights {
  private static final String NAME = "eigen_weights";
  private static final double FLOOR = 0x1p-30;
  private static final double CUT = 0x1p-20;
  private static final int SUMS = 7;

  private final double[] lambda;
  private final DeviceArray weight;
  private final DeviceArray out = DeviceArray.doubles(SUMS);

  private EigenWeights(double... lambda) {
    this.lambda = lambda;
    this.weight = DeviceArray.doubles(lambda.length);
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int k : Shape.LENGTHS) {
      trials.add(new Trial(NAME, k + " eigenvalues", kernels -> new EigenWeights(random(k)).check(kernels)));
    }
    for (Place place : Place.among(Blocks.ONE)) {
      double[] one = new double[place.entries()];
      Arrays.fill(one, -1);
      one[place.index()] = 4;
      trials.add(new Trial(NAME, "largest at " + place, kernels -> new EigenWeights(one).check(kernels)));
    }
    trials.add(new Trial(NAME, "limits", kernels -> new EigenWeights(0, -0.0, FLOOR, -FLOOR, CUT, Math.nextDown(CUT)).check(kernels)));
    trials.add(new Trial(NAME, "NaN", kernels -> new EigenWeights(1, Double.NaN, 2).check(kernels)));
    return trials.stream();
  }

  /** Above and below the cut, the floor and zero. */
  private static double[] random(int k) {
    Data data = new Data(NAME + k);
    double[] lambda = new double[k];
    for (int i = 0; i < k; i++) {
      lambda[i] = data.normal() * data.powerOfTwo(-40, 0);
    }
    return lambda;
  }

  private void check(Kernels kernels) {
    int k = lambda.length;
    new Call(kernels, NAME)
        .count(k)
        .input(DeviceArray.of(lambda))
        .number(FLOOR)
        .number(CUT)
        .output(weight)
        .output(out)
        .launch(Blocks.one());
    for (int i = 0; i < k; i++) {
      Accuracy.same("weight " + i, weight.get(i), weight(i));
    }
    sum(0, i -> root(lambda[i]), i -> exactRoot(lambda[i], 0));
    sum(1, i -> root(lambda[i] - FLOOR), i -> exactRoot(lambda[i], -FLOOR));
    sum(2, this::most, i -> exactRoot(positive(lambda[i]), FLOOR));
    sum(3, i -> kept(i) ? 0 : most(i), i -> kept(i) ? BigDecimal.ZERO : exactRoot(positive(lambda[i]), FLOOR));
    sum(4, i -> kept(i) ? 1 : 0, i -> kept(i) ? BigDecimal.ONE : BigDecimal.ZERO);
    sum(5, this::weight, i -> kept(i) ? Exact.quotient(BigDecimal.ONE, exactRoot(lambda[i], 0)) : BigDecimal.ZERO);
    Accuracy.same("largest", out.get(6), Arrays.stream(lambda).max().orElseThrow());
  }

  private boolean kept(int i) {
    return lambda[i] >= CUT;
  }

  private double weight(int i) {
    return kept(i) ? 1 / Math.sqrt(lambda[i]) : 0;
  }

  private double most(int i) {
    return root(positive(lambda[i]) + FLOOR);
  }

  private static double positive(double x) {
    return x < 0 ? 0 : x;
  }

  private static double root(double x) {
    return x < 0 ? 0 : Math.sqrt(x);
  }

  /** √max(x + shift, 0). */
  private static BigDecimal exactRoot(double x, double shift) {
    BigDecimal sum = Exact.of(x).add(Exact.of(shift));
    return sum.signum() <= 0 ? BigDecimal.ZERO : Exact.root(sum);
  }

  private void sum(int place, IntToDoubleFunction term, IntFunction<BigDecimal> exact) {
    int k = lambda.length;
    double actual = out.get(place);
    Accuracy.same("sum " + place, actual, Reduction.sum(k, Blocks.ONE, term));
    if (Arrays.stream(lambda).noneMatch(Double::isNaN)) {
      double permitted = (Math.ceilDiv(k, Blocks.ONE) + 12) * Element.F64.roundoff();
      Accuracy.relative("sum " + place, actual, Exact.sum(k, exact), permitted);
    }
  }
}
