package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** column_rescue: other units for columns whose squares left the range, and what they are for. */
final class ColumnRescue {
  private static final String NAME = "column_rescue";
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double UP = 0x1p600;
  private static final double DOWN = 0x1p-600;

  /** Origin, squares, expected scale. */
  private static final double[][] CASES = {
    {1, 1, 1}, {1, INF, DOWN}, {1, Double.NaN, DOWN}, {0, Double.NaN, DOWN}, {0, 0, UP}, {0, Double.MIN_VALUE, UP},
    {0, Math.nextDown(0x1p-960), UP}, {0, 0x1p-960, 1}, {Math.nextDown(0x1p-400), 0, UP}, {-Math.nextDown(0x1p-400), 0, UP},
    {0x1p-400, 0, 1}, {-0x1p-400, 0, 1}, {-0x1p1000, 0, 1}, {0x1p1000, Double.MAX_VALUE, 1}, {INF, Double.NaN, DOWN},
    {Double.NaN, Double.NaN, DOWN}
  };

  private ColumnRescue() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int d : Shape.LENGTHS) {
      trials.add(new Trial(NAME, d + " columns", kernels -> mixed(kernels, d)));
    }
    for (Place place : Place.among(Blocks.ONE)) {
      trials.add(new Trial(NAME, "one at " + place, kernels -> oneAt(kernels, place)));
    }
    for (double[] each : CASES) {
      trials.add(new Trial(NAME, each[0] + " and " + each[1], kernels -> check(kernels, 1, each)));
    }
    trials.add(new Trial(NAME, "extremes, start to end", ColumnRescue::pipeline));
    return trials.stream();
  }

  private static void oneAt(Kernels kernels, Place place) {
    double[][] cases = new double[place.entries()][];
    Arrays.fill(cases, CASES[0]);
    cases[place.index()] = CASES[place.index() % 2 + 2]; // NaN in both
    check(kernels, cases.length, cases);
  }

  private static void mixed(Kernels kernels, int d) {
    check(kernels, d, CASES);
  }

  /** The cases in turn. */
  private static void check(Kernels kernels, int d, double[]... cases) {
    DeviceArray origin = DeviceArray.doubles(d);
    DeviceArray squares = DeviceArray.doubles(d);
    DeviceArray scale = DeviceArray.doubles(d);
    DeviceArray pending = DeviceArray.doubles(1);
    for (int j = 0; j < d; j++) {
      double[] each = cases[j % cases.length];
      origin.set(0, j, each[0]);
      squares.set(0, j, each[1]);
    }
    launch(kernels, origin, squares, scale, pending);
    double any = 0;
    for (int j = 0; j < d; j++) {
      double expected = cases[j % cases.length][2];
      Accuracy.same("scale " + j, scale.get(j), expected);
      any = expected == 1 ? any : 1;
    }
    Accuracy.same("pending", pending.get(0), any);
  }

  private static void launch(Kernels kernels, DeviceArray origin, DeviceArray squares, DeviceArray scale, DeviceArray pending) {
    new Call(kernels, NAME)
        .count(origin.columns())
        .input(origin)
        .input(squares)
        .output(scale)
        .output(pending)
        .launch(Blocks.one());
  }

  /** Moments, rescue, moments again: columns of all magnitudes have exact enough squares in their unit, the others keep their bits. */
  private static void pipeline(Kernels kernels) {
    double[] sizes = {1, 0x1p1000, 0x1p520, 0x1p-1000, 0x1p-1060, 0x1p-490, 0x1p-470, 0x1p-300, 0x1p300};
    Data data = new Data(NAME);
    DeviceArray x = Layout.ODD.matrix(Element.F64, 40, sizes.length + 2);
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < sizes.length; j++) {
        x.set(i, j, data.normal() * sizes[j]);
      }
      x.set(i, sizes.length, 0x1p1000).set(i, sizes.length + 1, i == 7 ? -Double.MAX_VALUE : Double.MAX_VALUE);
    }
    ColumnMoments plain = new ColumnMoments(x, 64, null).launch(kernels, "column_moments_f64", null);
    DeviceArray scale = DeviceArray.doubles(x.columns());
    DeviceArray pending = DeviceArray.doubles(1);
    launch(kernels, plain.origin, plain.squares, scale, pending);
    ColumnMoments rescued = new ColumnMoments(x, 64, scale).launch(kernels, "column_moments_f64", pending);
    for (int j = 0; j < x.columns(); j++) {
      Chunk exact = rescued.chunk(0, j);
      double permitted = 3 * (2 + 12) * Element.F64.roundoff() * exact.aboutFirst().doubleValue();
      Accuracy.within("squares " + j, rescued.squares.get(j), exact.squares(), permitted);
      if (scale.get(j) == 1) {
        Accuracy.same("squares " + j, rescued.squares.get(j), plain.squares.get(j));
      }
    }
    Accuracy.same("squares of the constant column", rescued.squares.get(sizes.length), 0);
  }
}
