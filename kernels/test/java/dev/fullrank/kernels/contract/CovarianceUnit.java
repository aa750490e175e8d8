package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** covariance_unit: the power of two in which fourth powers of columns are within the range. */
final class CovarianceUnit {
  private static final String NAME = "covariance_unit";
  private static final int UNSCALED = 128;
  private static final int LARGEST = 1000;
  private static final double INF = Double.POSITIVE_INFINITY;

  private CovarianceUnit() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int d : Shape.LENGTHS) {
      for (int e : new int[] {-900, -10, 900}) {
        trials.add(new Trial(NAME, d + " columns near 2^" + e, kernels -> random(kernels, d, e)));
      }
    }
    for (Place place : Place.among(Blocks.ONE)) {
      double[] squares = new double[place.entries()];
      Arrays.fill(squares, 0x1p-701);
      squares[place.index()] = 0x1p-501;
      double[] units = squares.clone();
      Arrays.fill(units, 1);
      trials.add(new Trial(NAME, "largest at " + place, kernels -> check(kernels, squares, null)));
      trials.add(new Trial(NAME, "largest at " + place + " with scales", kernels -> check(kernels, squares, units)));
    }
    double[] zeros = new double[Place.most(Blocks.ONE)];
    double[] ones = zeros.clone();
    Arrays.fill(ones, 1);
    trials.add(new Trial(NAME, "zeros", kernels -> check(kernels, zeros, null)));
    trials.add(new Trial(NAME, "zeros with scales", kernels -> check(kernels, zeros, ones)));
    // around the limits of what goes unscaled; 257/2 and −257/2 are halved downwards
    for (int e : new int[] {255, 256, 257, 258, 259, -255, -256, -257, -258, -1022, 1023, 0, 1, -1}) {
      one(trials, Math.scalb(1.5, e), null);
      one(trials, Math.scalb(1.5, e), 0x1p600);
      one(trials, Math.scalb(1.5, e), 0x1p-600);
    }
    for (double squares : new double[] {0, INF, Double.NaN, Double.MIN_VALUE, Double.MAX_VALUE}) {
      one(trials, squares, null);
      one(trials, squares, 0x1p-600);
    }
    for (double bad : new double[] {Double.NaN, INF}) {
      for (Place place : Place.among(Blocks.ONE)) {
        double[] squares = new double[place.entries()];
        Arrays.fill(squares, 0x1p-701);
        squares[place.index()] = bad;
        trials.add(new Trial(NAME, bad + " at " + place, kernels -> check(kernels, squares, null)));
      }
    }
    return trials.stream();
  }

  private static void one(List<Trial> trials, double squares, @Nullable Double scale) {
    double[] scales = scale == null ? null : new double[] {scale};
    trials.add(new Trial(NAME, squares + " with scale " + scale, kernels -> check(kernels, new double[] {squares}, scales)));
  }

  private static void random(Kernels kernels, int d, int exponent) {
    Data data = new Data(NAME + d);
    double[] squares = new double[d];
    double[] scale = new double[d];
    for (int j = 0; j < d; j++) {
      squares[j] = j % 6 == 5 ? 0 : Math.scalb(data.positive(), exponent + data.below(20));
      scale[j] = data.powerOfTwo(-2, 2);
    }
    check(kernels, squares, scale);
  }

  private static void check(Kernels kernels, double[] squares, double @Nullable [] scale) {
    DeviceArray common = DeviceArray.doubles(1);
    new Call(kernels, NAME)
        .count(squares.length)
        .input(DeviceArray.of(squares))
        .optional(scale == null ? null : DeviceArray.of(scale))
        .output(common)
        .launch(Blocks.one());
    Accuracy.same("common", common.get(0), expected(squares, scale));
  }

  private static double expected(double[] squares, double @Nullable [] scale) {
    @Nullable Integer largest = null;
    for (double each : squares) {
      if (!(each < INF)) {
        return Double.NaN;
      }
    }
    for (int j = 0; j < squares.length; j++) {
      if (squares[j] > 0) {
        int e = Math.floorDiv(Math.getExponent(squares[j]), 2) - (scale == null ? 0 : Math.getExponent(scale[j]));
        largest = largest == null ? e : Math.max(largest, e);
      }
    }
    return largest == null || Math.abs(largest) <= UNSCALED ? 1 : Math.scalb(1.0, -Math.clamp(largest, -LARGEST, LARGEST));
  }
}
