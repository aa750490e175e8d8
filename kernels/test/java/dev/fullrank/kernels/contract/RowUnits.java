package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/** row_units: a factor for each row, or one for all. */
final class RowUnits {
  private static final String NAME = "row_units";
  private static final double U = Element.F64.roundoff();

  /** Squares and units as row_scan leaves them. */
  private final double[] unit;

  private final double[] squares;

  private RowUnits(double[] unit, double[] squares) {
    this.unit = unit;
    this.squares = squares;
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int b : Shape.LENGTHS) {
      trials.add(new Trial(NAME, b + " rows normalised", kernels -> random(b).normalized(kernels)));
      trials.add(new Trial(NAME, b + " rows with one unit", kernels -> random(b).shared(kernels)));
    }
    for (Place place : Place.among(Blocks.ONE)) {
      RowUnits least = oneAt(place, 0x1p-30, 0.5);
      trials.add(new Trial(NAME, "least unit at " + place, least::shared));
      RowUnits bad = oneAt(place, 0x1p-1000, Double.NaN);
      trials.add(new Trial(NAME, "NaN at " + place + " normalised", bad::normalized));
      trials.add(new Trial(NAME, "NaN at " + place + " with one unit", bad::shared));
    }
    double[] ones = {1, 1, 1};
    RowUnits zeros = new RowUnits(ones, new double[3]);
    trials.add(new Trial(NAME, "zeros normalised", zeros::normalized));
    trials.add(new Trial(NAME, "zeros with one unit", zeros::shared));
    double[] least = {1, 0x1p-1000, 0x1p1000};
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      RowUnits notFinite = new RowUnits(least, new double[] {2, bad, 3});
      trials.add(new Trial(NAME, bad + " normalised", notFinite::normalized));
      trials.add(new Trial(NAME, bad + " with one unit", notFinite::shared));
    }
    return trials.stream();
  }

  private static RowUnits random(int b) {
    Data data = new Data(NAME + b);
    double[] unit = new double[b];
    double[] squares = new double[b];
    for (int i = 0; i < b; i++) {
      boolean zero = i % 5 == 3;
      boolean subnormal = i % 7 == 6;
      unit[i] = zero ? 1 : subnormal ? 0x1p1000 : data.powerOfTwo(-1000, i % 2 == 0 ? 1000 : -995);
      squares[i] = zero ? 0 : (1 + 100 * data.positive()) * (subnormal ? data.powerOfTwo(-148, 0) : 1);
    }
    return new RowUnits(unit, squares);
  }

  private static RowUnits oneAt(Place place, double unit, double squares) {
    double[] units = new double[place.entries()];
    double[] sums = units.clone();
    Arrays.fill(units, 0x1p10);
    Arrays.fill(sums, 3);
    units[place.index()] = unit;
    sums[place.index()] = squares;
    return new RowUnits(units, sums);
  }

  private void normalized(Kernels kernels) {
    int b = squares.length;
    DeviceArray inverse = DeviceArray.doubles(b);
    DeviceArray result = DeviceArray.doubles(3);
    new Call(kernels, NAME)
        .count(b)
        .flag(true)
        .input(DeviceArray.doubles(b))
        .input(DeviceArray.of(squares))
        .output(inverse)
        .output(result)
        .launch(Blocks.one());
    int rows = 0;
    boolean finite = true;
    Map<Double, BigDecimal> inverses = new HashMap<>();
    for (int i = 0; i < b; i++) {
      if (squares[i] > 0 && squares[i] < Double.POSITIVE_INFINITY) {
        rows++;
        BigDecimal exact = inverses.computeIfAbsent(squares[i], s -> Exact.quotient(BigDecimal.ONE, Exact.root(Exact.of(s))));
        Accuracy.relative("inverse " + i, inverse.get(i), exact, 2 * U);
      } else {
        Accuracy.same("inverse " + i, inverse.get(i), 0);
        finite &= squares[i] == 0;
      }
    }
    double largest = 0;
    for (int i = 0; i < b; i++) {
      largest = Math.max(largest, inverse.get(i) * inverse.get(i) * squares[i]);
    }
    Accuracy.same("largest", result.get(1), largest);
    checkSums(result, finite, i -> inverse.get(i) * inverse.get(i) * squares[i], BigDecimal.valueOf(rows));
    Accuracy.same("unit", result.get(2), 1);
    if (finite) {
      Accuracy.relative("largest", result.get(1), BigDecimal.valueOf(Math.min(rows, 1)), 6 * U);
    }
  }

  private void shared(Kernels kernels) {
    int b = squares.length;
    DeviceArray units = DeviceArray.of(unit);
    DeviceArray sums = DeviceArray.of(squares);
    DeviceArray inverse = DeviceArray.doubles(b);
    DeviceArray result = DeviceArray.doubles(3);
    new Call(kernels, NAME)
        .count(b)
        .flag(false)
        .output(units)
        .output(sums)
        .output(inverse)
        .output(result)
        .launch(Blocks.one());
    double u = Double.POSITIVE_INFINITY;
    for (int i = 0; i < b; i++) {
      u = squares[i] > 0 ? Math.min(u, unit[i]) : u;
    }
    u = u < Double.POSITIVE_INFINITY ? u : 1;
    double largest = 0;
    BigDecimal total = BigDecimal.ZERO;
    for (int i = 0; i < b; i++) {
      double expected = squares[i] * (u / unit[i]) * (u / unit[i]);
      Accuracy.same("squares " + i, sums.get(i), expected);
      Accuracy.same("unit " + i, units.get(i), u);
      Accuracy.same("inverse " + i, inverse.get(i), 1);
      largest = Math.max(largest, expected);
      total = Double.isFinite(expected) ? total.add(Exact.of(expected)) : total;
    }
    Accuracy.same("common unit", result.get(2), u);
    Accuracy.same("largest", result.get(1), largest);
    checkSums(result, Double.isFinite(largest), sums::get, total);
  }

  private void checkSums(DeviceArray result, boolean finite, IntToDoubleFunction square, BigDecimal exact) {
    int b = squares.length;
    Accuracy.same("sum", result.get(0), Reduction.sum(b, Blocks.ONE, square));
    if (finite) {
      Accuracy.relative("sum", result.get(0), exact, (Math.ceilDiv(b, Blocks.ONE) + 16) * U);
    } else {
      Accuracy.holds("sum and maximum are finite", !Double.isFinite(result.get(0)) && !Double.isFinite(result.get(1)));
    }
  }
}
