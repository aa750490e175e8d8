package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** hinge_gradient_E_O: deviations times slopes. */
final class HingeGradient {
  private static final double U = Element.F64.roundoff();
  private static final int ROWS = 64;
  private static final double UPSTREAM = -1.3;

  /** Which columns of a quad have slope 0, quad after quad: one, all, or all but one. */
  private static final int[] ZEROS = {0b0100, 0b1111, 0b0111, 0b1011, 0b1101, 0b1110};

  private final Deviations deviations;
  private final DeviceArray slope;
  private final DeviceArray out;
  private final double upstream;

  private HingeGradient(Deviations deviations, DeviceArray slope, DeviceArray out, double upstream) {
    this.deviations = deviations;
    this.slope = slope;
    this.out = out;
    this.upstream = upstream;
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element from : Element.ALL) {
      for (Element to : Element.ALL) {
        String name = "hinge_gradient" + from.suffix() + to.suffix();
        for (Shape shape : Shape.FEW) {
          int number = trials.size();
          trials.add(new Trial(name, shape + ", number " + number, kernels -> of(from, to, shape, number).check(kernels, name, 1)));
        }
        // rows of which not every one is aligned
        Shape odd = new Shape(33, 19);
        for (Layout layout : Layout.NEAR) {
          Layout other = layout == Layout.DENSE ? Layout.PADDED : Layout.DENSE;
          trials.add(
              new Trial(
                  name,
                  odd + " " + layout + " to " + other,
                  kernels -> of(Deviations.of(from, odd, layout, false), other.matrix(to, odd), UPSTREAM).check(kernels, name, 1)));
        }
        // whole quads in both; in one of them; rows enough for what is loaded ahead
        Shape wide = new Shape(70, 132);
        int turn = trials.size();
        trials.add(new Trial(name, wide + " aligned", kernels -> of(from, to, wide, 0).check(kernels, name, 1)));
        trials.add(new Trial(name, wide + ", number " + turn, kernels -> of(from, to, wide, turn).check(kernels, name, 1)));
        trials.add(new Trial(name, "ties", kernels -> ties(kernels, name, Layout.PADDED, from, to)));
        trials.add(new Trial(name, "ties, not aligned", kernels -> ties(kernels, name, Layout.ODD, from, to)));
        trials.add(new Trial(name, "far rows", kernels -> of(from, to, Shape.FAR, Layout.FAR_TURN).check(kernels, name, 1)));
        Shape shape = new Shape(18, 11);
        trials.add(new Trial(name, "upstream 0", kernels -> idle(from, to, shape).check(kernels, name, 1)));
        trials.add(new Trial(name, "not finite", kernels -> of(from, to, shape, 5).check(kernels, name, 0)));
      }
    }
    return trials.stream();
  }

  /** Layouts and scales in all combinations; slopes of some quads are 0, where x has no values, and of some columns in others. */
  private static HingeGradient of(Element from, Element to, Shape shape, int number) {
    return of(Deviations.of(from, shape, number), Layout.turn(number / 3 + number % 2).matrix(to, shape), UPSTREAM);
  }

  private static HingeGradient idle(Element from, Element to, Shape shape) {
    return of(Deviations.of(from, shape, 4), Layout.ODD.matrix(to, shape), 0);
  }

  private static HingeGradient of(Deviations deviations, DeviceArray out, double upstream) {
    Data data = new Data(out.toString());
    DeviceArray slope = DeviceArray.doubles(out.columns());
    for (int j = 0; j < out.columns(); j++) {
      int zeros = ZEROS[j / Deviations.QUAD % ZEROS.length];
      boolean zero = (zeros >> j % Deviations.QUAD & 1) != 0;
      slope.set(0, j, zero ? 0 : -data.positive() / deviations.scale(j));
    }
    return new HingeGradient(deviations, slope, out, upstream);
  }

  /** Rounding alone; −0 becomes +0. */
  private static void ties(Kernels kernels, String name, Layout layout, Element from, Element to) {
    DeviceArray x = Ties.matrix(layout, from, to, Deviations.QUAD);
    DeviceArray out = Layout.PADDED.matrix(to, x.rows(), x.columns());
    HingeGradient gradient = new HingeGradient(Deviations.none(x), DeviceArray.doubles(x.columns()).fill(() -> 1), out, 1);
    gradient.launch(kernels, name, 1);
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < x.columns(); j++) {
        Accuracy.same("out of " + x.get(i, j), out.get(i, j), to.round(x.get(i, j) + 0.0));
      }
    }
  }

  private void check(Kernels kernels, String name, double finite) {
    if (finite != 0) {
      deviations.forgetIdle(j -> upstream * slope.get(j) == 0);
    }
    launch(kernels, name, finite);
    for (int i = 0; i < out.rows(); i++) {
      for (int j = 0; j < out.columns(); j++) {
        checkEntry(i, j, finite);
      }
    }
  }

  private void launch(Kernels kernels, String name, double finite) {
    DeviceArray result = DeviceArray.doubles(6).set(0, 5, finite);
    deviations
        .begin(new Call(kernels, name))
        .input(slope)
        .number(upstream)
        .input(result)
        .output(out)
        .count(out.stride())
        .launch(deviations.blocks(ROWS));
  }

  private void checkEntry(int i, int j, double finite) {
    String what = "out " + i + ", " + j;
    double actual = out.get(i, j);
    double factor = upstream * slope.get(j);
    if (finite == 0) {
      Accuracy.same(what, actual, Double.NaN);
    } else if (factor == 0) {
      Accuracy.same(what, actual, 0.0);
    } else {
      BigDecimal exact = Exact.product(upstream, slope.get(j)).multiply(deviations.exact(i, j));
      double sizes = deviations.first(i, j) + 4 * deviations.exact(i, j).abs().doubleValue();
      double size = exact.abs().doubleValue();
      double permitted = Math.abs(factor) * U * sizes + out.type().roundoff() * size + out.type().leastSubnormal();
      Accuracy.within(what, out.type(), actual, exact, permitted);
      Accuracy.holds(what + " is -0", exact.signum() != 0 || 1 / actual > 0);
    }
  }
}
