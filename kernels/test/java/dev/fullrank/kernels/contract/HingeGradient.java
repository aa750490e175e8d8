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
    for (Element from : Element.values()) {
      for (Element to : Element.values()) {
        String name = "hinge_gradient" + from.suffix() + to.suffix();
        for (Shape shape : Shape.FEW) {
          int number = trials.size();
          trials.add(new Trial(name, shape + ", number " + number, kernels -> of(from, to, shape, number, UPSTREAM).check(kernels, name, 1)));
        }
        // whole quads in both; in one of them; rows enough for what is loaded ahead
        Shape wide = new Shape(70, 132);
        int turn = trials.size();
        trials.add(new Trial(name, wide + " aligned", kernels -> of(from, to, wide, 0, UPSTREAM).check(kernels, name, 1)));
        trials.add(new Trial(name, wide + ", number " + turn, kernels -> of(from, to, wide, turn, UPSTREAM).check(kernels, name, 1)));
        trials.add(new Trial(name, "ties", kernels -> ties(kernels, name, Ties.matrix(Layout.PADDED, from, to), to)));
        trials.add(new Trial(name, "ties, not aligned", kernels -> ties(kernels, name, Ties.matrix(Layout.ODD, from, to), to)));
        trials.add(new Trial(name, "far rows", kernels -> of(from, to, Shape.FAR, Layout.FAR_TURN, UPSTREAM).check(kernels, name, 1)));
        Shape shape = new Shape(18, 11);
        trials.add(new Trial(name, "upstream 0", kernels -> of(from, to, shape, 4, 0).check(kernels, name, 1)));
        trials.add(new Trial(name, "not finite", kernels -> of(from, to, shape, 5, UPSTREAM).check(kernels, name, 0)));
      }
    }
    return trials.stream();
  }

  /** Layouts and scales in all combinations; slopes of some quads are 0, where x has no values, and of some columns in others. */
  private static HingeGradient of(Element from, Element to, Shape shape, int number, double upstream) {
    Deviations deviations = Deviations.of(from, shape, number);
    Data data = new Data(shape.toString());
    DeviceArray slope = DeviceArray.doubles(shape.columns());
    for (int j = 0; j < shape.columns(); j++) {
      boolean zero = j / Deviations.QUAD % 3 == 1 || j % 5 == 2;
      slope.set(0, j, zero ? 0 : -data.positive() / deviations.scale(j));
    }
    return new HingeGradient(deviations, slope, Layout.turn(number / 3 + number % 2).matrix(to, shape), upstream);
  }

  /** Rounding alone; −0 becomes +0. */
  private static void ties(Kernels kernels, String name, DeviceArray x, Element to) {
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
