package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** hinge_value: standard deviations, slopes and the value. */
final class HingeValue {
  private static final String NAME = "hinge_value";
  private static final double U = Element.F64.roundoff();

  /** Three ulp of numbers that are just below a power of two, and six units of roundoff elsewhere. */
  private static final double STD_ERROR = 6 * U;

  private final double[] squares;
  private final double @Nullable [] scale;
  private final double divisor;
  private final double gamma;
  private final double epsilon;

  private HingeValue(double[] squares, double @Nullable [] scale, double divisor, double gamma, double epsilon) {
    this.squares = squares;
    this.scale = scale;
    this.divisor = divisor;
    this.gamma = gamma;
    this.epsilon = epsilon;
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int d : Shape.LENGTHS) {
      trials.add(new Trial(NAME, d + " columns", kernels -> random(d, false, 0.3).check(kernels)));
      trials.add(new Trial(NAME, d + " columns with scales", kernels -> random(d, true, 0.3).check(kernels)));
    }
    for (Place place : Place.among(Blocks.ONE)) {
      trials.add(new Trial(NAME, "least at " + place, kernels -> oneAt(place, 4).least(kernels)));
      trials.add(new Trial(NAME, "NaN at " + place, kernels -> oneAt(place, Double.NaN).notFinite(kernels)));
    }
    trials.add(new Trial(NAME, "epsilon 0", kernels -> random(50, false, 0).check(kernels)));
    trials.add(new Trial(NAME, "exactly gamma", new HingeValue(new double[] {63}, null, 7, 3, 0)::check));
    trials.add(new Trial(NAME, "exactly gamma, with epsilon", new HingeValue(new double[] {56}, null, 7, 3, 1)::check));
    trials.add(new Trial(NAME, "dead and epsilon 0", new HingeValue(new double[] {0, 14}, all(2, 1), 7, 2, 0)::check));
    trials.add(new Trial(NAME, "dead and above gamma", new HingeValue(new double[] {0, 0}, null, 7, 0.5, 1)::check));
    trials.add(new Trial(NAME, "scaled by one", new HingeValue(new double[] {3, 5}, all(2, 1), 7, 2, 1e-4)::check));
    trials.add(new Trial(NAME, "hypotenuse of two zeros", new HingeValue(new double[] {0}, new double[] {0x1p600}, 7, 2, 0)::check));
    trials.add(new Trial(NAME, "both sides of the smallest hypotenuse", kernels -> near(0x1p600, 0x1p-996).check(kernels)));
    trials.add(new Trial(NAME, "both sides of the largest hypotenuse", kernels -> near(0x1p-600, 0x1p1000).check(kernels)));
    trials.add(new Trial(NAME, "sums beyond the range", kernels -> huge().check(kernels)));
    for (double[] each : new double[][] {{9, 1, 3}, {9 * 16, 4, 3}, {0x9p-200, 0x1p-600, 0x3p500}}) {
      int d = Place.most(Blocks.ONE);
      trials.add(new Trial(NAME, "all exactly gamma", new HingeValue(all(d, each[0] * 64), all(d, each[1]), 64, each[2], 0)::exactlyGamma));
    }
    trials.add(new Trial(NAME, "all exactly gamma", new HingeValue(all(Place.most(Blocks.ONE), 9), null, 1, 3, 0)::exactlyGamma));
    trials.add(new Trial(NAME, "an overflow", new HingeValue(new double[] {0x1p850, 1}, new double[] {0x1p-600, 1}, 1, 2, 1)::overflows));
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      trials.add(new Trial(NAME, "with " + bad, new HingeValue(new double[] {1, bad, 2}, null, 1, 2, 1)::notFinite));
      trials.add(new Trial(NAME, "with scaled " + bad, new HingeValue(new double[] {1, bad, 2}, all(3, 0x1p-600), 1, 2, 1)::notFinite));
    }
    return trials.stream();
  }

  private static double[] all(int d, double value) {
    double[] array = new double[d];
    Arrays.fill(array, value);
    return array;
  }

  /** A third below gamma, some dead, with scales of columns that were rescued. */
  private static HingeValue random(int d, boolean scaled, double epsilon) {
    Data data = new Data(NAME + d);
    double[] squares = new double[d];
    double[] scale = all(d, 1);
    for (int j = 0; j < d; j++) {
      boolean dead = j % 11 == 10;
      squares[j] = dead ? 0 : 99 * data.powerOfTwo(-4, 1) * (0.6 + data.positive());
      if (scaled) {
        scale[j] = j % 3 == 0 ? data.powerOfTwo(-3, 3) : j % 3 == 1 ? 0x1p600 : 0x1p-600;
        squares[j] *= j % 3 == 0 ? scale[j] * scale[j] : 1;
      }
    }
    return new HingeValue(squares, scaled ? scale : null, 99, 1, epsilon);
  }

  /** Standard deviations around √ε. */
  private static HingeValue near(double scale, double epsilon) {
    Data data = new Data(NAME + scale);
    double[] squares = all(40, epsilon * scale * scale);
    for (int j = 0; j < squares.length; j++) {
      squares[j] *= (0.5 + data.positive()) * data.powerOfTwo(-4, 4);
    }
    return new HingeValue(squares, all(squares.length, scale), 1, 2 * Math.sqrt(epsilon), epsilon);
  }

  /** Standard deviations above 2^1022, of which two or three are added by each thread. */
  private static HingeValue huge() {
    Data data = new Data(NAME);
    double[] squares = new double[2100];
    for (int j = 0; j < squares.length; j++) {
      squares[j] = (0.3 + 0.6 * data.positive()) * 0x1p846;
    }
    return new HingeValue(squares, all(squares.length, 0x1p-600), 1, Double.MAX_VALUE, 1);
  }

  private static HingeValue oneAt(Place place, double squares) {
    double[] all = all(place.entries(), 16);
    all[place.index()] = squares;
    return new HingeValue(all, null, 1, 3, 0);
  }

  private DeviceArray launch(Kernels kernels, DeviceArray slope) {
    DeviceArray result = DeviceArray.doubles(6);
    new Call(kernels, NAME)
        .count(squares.length)
        .input(DeviceArray.of(squares))
        .optional(scale == null ? null : DeviceArray.of(scale))
        .number(divisor)
        .number(gamma)
        .number(epsilon)
        .output(slope)
        .output(result)
        .launch(Blocks.one());
    return result;
  }

  private double scale(int j) {
    return scale == null ? 1 : scale[j];
  }

  private BigDecimal std(int j) {
    BigDecimal variance = Exact.quotient(Exact.of(squares[j]), Exact.of(divisor));
    BigDecimal plain = Exact.quotient(variance, Exact.square(Exact.of(scale(j)))).add(Exact.of(epsilon));
    return Exact.root(plain);
  }

  private void check(Kernels kernels) {
    int d = squares.length;
    DeviceArray slope = DeviceArray.doubles(d);
    DeviceArray result = launch(kernels, slope);
    BigDecimal slack = BigDecimal.ZERO;
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal least = std(0);
    int belows = 0;
    int deads = 0;
    for (int j = 0; j < d; j++) {
      BigDecimal std = std(j);
      boolean below = std.compareTo(Exact.of(gamma)) < 0;
      boolean dead = squares[j] == 0;
      checkSlope(j, slope.get(j), std, below && !dead);
      slack = below ? slack.add(Exact.of(gamma).subtract(std)) : slack;
      sum = sum.add(std);
      least = least.min(std);
      belows += below ? 1 : 0;
      deads += dead ? 1 : 0;
    }
    BigDecimal count = BigDecimal.valueOf(d);
    double error = (Math.ceilDiv(d, Blocks.ONE) + 18) * U;
    Accuracy.within("value", result.get(0), Exact.quotient(slack, count), error * gamma);
    Accuracy.same("columns below", result.get(1), belows);
    Accuracy.same("dead columns", result.get(2), deads);
    Accuracy.relative("least", result.get(3), least, STD_ERROR);
    Accuracy.relative("mean", result.get(4), Exact.quotient(sum, count), error);
    Accuracy.same("all finite", result.get(5), 1);
  }

  private void checkSlope(int j, double slope, BigDecimal std, boolean active) {
    if (active) {
      BigDecimal denominator = Exact.product(divisor, squares.length).multiply(std).multiply(Exact.of(scale(j))).negate();
      Accuracy.relative("slope " + j, slope, Exact.quotient(BigDecimal.ONE, denominator), 8 * U);
    } else {
      Accuracy.same("slope " + j, slope, 0);
    }
  }

  /** S_0 is not representable, and so is the mean; it is not below, and value and minimum are those of the other. */
  private void overflows(Kernels kernels) {
    DeviceArray slope = DeviceArray.doubles(2);
    DeviceArray result = launch(kernels, slope);
    Accuracy.same("slope 0", slope.get(0), 0);
    checkSlope(1, slope.get(1), std(1), true);
    Accuracy.within("value", result.get(0), Exact.quotient(Exact.of(gamma).subtract(std(1)), BigDecimal.TWO), 19 * U * gamma);
    Accuracy.same("columns below", result.get(1), 1);
    Accuracy.relative("least", result.get(3), std(1), STD_ERROR);
    Accuracy.same("mean", result.get(4), Double.POSITIVE_INFINITY);
    Accuracy.same("all finite", result.get(5), 1);
  }

  /** One S_j is below the others, which are 4; counts and sums of such numbers are exact. */
  private void least(Kernels kernels) {
    int d = squares.length;
    DeviceArray slope = DeviceArray.doubles(d);
    DeviceArray result = launch(kernels, slope);
    Accuracy.same("value", result.get(0), (gamma - 2) / d);
    Accuracy.same("columns below", result.get(1), 1);
    Accuracy.same("least", result.get(3), 2);
    Accuracy.same("mean", result.get(4), (4.0 * (d - 1) + 2) / d);
    for (int j = 0; j < d; j++) {
      Accuracy.same("slope " + j, slope.get(j), squares[j] == 4 ? -1 / (divisor * d * 2) : 0);
    }
  }

  private void exactlyGamma(Kernels kernels) {
    DeviceArray slope = DeviceArray.doubles(squares.length);
    DeviceArray result = launch(kernels, slope);
    double[] expected = {0, 0, 0, gamma, gamma, 1};
    for (int i = 0; i < expected.length; i++) {
      Accuracy.same("result " + i, result.get(i), expected[i]);
    }
    for (int j = 0; j < squares.length; j++) {
      Accuracy.same("slope " + j, slope.get(j), 0);
    }
  }

  private void notFinite(Kernels kernels) {
    DeviceArray slope = DeviceArray.doubles(squares.length);
    DeviceArray result = launch(kernels, slope);
    Accuracy.same("all finite", result.get(5), 0);
    int bad = 0;
    while (squares[bad] < Double.POSITIVE_INFINITY) {
      bad++;
    }
    if (Double.isNaN(squares[bad])) {
      Accuracy.same("value", result.get(0), Double.NaN);
      Accuracy.same("least", result.get(3), Double.NaN);
      Accuracy.same("mean", result.get(4), Double.NaN);
      Accuracy.same("slope", slope.get(bad), Double.NaN);
      Accuracy.holds("NaN is not below", result.get(1) >= 1);
    } else {
      Accuracy.same("slope", slope.get(bad), 0);
      Accuracy.same("mean", result.get(4), Double.POSITIVE_INFINITY);
    }
  }
}
