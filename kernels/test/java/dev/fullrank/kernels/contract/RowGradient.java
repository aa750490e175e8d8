package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** row_gradient_T_O: P without its part along the rows of Y, times a factor for each row. */
final class RowGradient {
  private static final double U = Element.F64.roundoff();
  private static final long NONE = -1;
  private static final double FACTOR = -0.7;

  private final DeviceArray p;
  private final DeviceArray y;
  private final DeviceArray out;
  private final DeviceArray unit;
  private final DeviceArray inverse;

  private RowGradient(DeviceArray p, DeviceArray y, DeviceArray out, DeviceArray unit, DeviceArray inverse) {
    this.p = p;
    this.y = y;
    this.out = out;
    this.unit = unit;
    this.inverse = inverse;
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element computed : Element.COMPUTED) {
      for (Element to : Element.values()) {
        String name = "row_gradient" + computed.suffix() + to.suffix();
        for (Shape shape : List.of(new Shape(1, 1), new Shape(3, 2), new Shape(2, 33), new Shape(3, 255), new Shape(2, 257), new Shape(1, 1030), new Shape(1, Place.most(Blocks.THREADS)))) {
          int number = trials.size();
          @Nullable DeviceArray none = number % 2 == 0 ? null : DeviceArray.word(NONE);
          trials.add(new Trial(name, shape + " projected", kernels -> of(computed, to, shape, number, i -> 0).projected(kernels, name, none)));
          trials.add(new Trial(name, shape + " as it is", kernels -> of(computed, to, shape, number, i -> 0).plain(kernels, name, none)));
        }
        trials.add(new Trial(name, "far rows", kernels -> of(computed, to, Shape.FAR, Layout.FAR_TURN, i -> 0).projected(kernels, name, null)));
        Shape rows = new Shape(9, 40);
        // Rows of all sizes: unit·inverse is 2^1000 and more, or small; the result subnormal, infinite, or neither.
        IntUnaryOperator exponents = i -> i == 8 ? 1000 : (i - 4) * 300;
        trials.add(new Trial(name, "extreme rows", kernels -> of(computed, to, rows, 2, exponents).projected(kernels, name, null)));
        trials.add(new Trial(name, "ties", kernels -> ties(kernels, name, computed, to)));
        DeviceArray bad = DeviceArray.word(7);
        trials.add(new Trial(name, "not finite", kernels -> of(computed, to, rows, 3, i -> 0).projected(kernels, name, bad)));
        trials.add(new Trial(name, "not finite, as it is", kernels -> of(computed, to, rows, 4, i -> 0).plain(kernels, name, bad)));
      }
    }
    return trials.stream();
  }

  /** Rows of Y with norms near 1, P anything. */
  private static RowGradient of(Element computed, Element to, Shape shape, int number, IntUnaryOperator exponent) {
    Data data = new Data(computed + " " + to + shape);
    DeviceArray p = Layout.turn(number).matrix(computed, shape).fill(data::normal);
    DeviceArray y = Layout.turn(number + 1).matrix(computed, shape).fill(() -> data.normal() / Math.sqrt(shape.columns()));
    DeviceArray unit = DeviceArray.doubles(shape.rows());
    DeviceArray inverse = DeviceArray.doubles(shape.rows());
    for (int i = 0; i < shape.rows(); i++) {
      unit.set(0, i, Math.scalb(1.0, Math.clamp(exponent.applyAsInt(i), -1000, 1000)));
      inverse.set(0, i, i == 8 ? 0x1.3p60 : data.positive());
    }
    return new RowGradient(p, y, Layout.turn(number + 2).matrix(to, shape), unit, inverse);
  }

  private void projected(Kernels kernels, String name, @Nullable DeviceArray first) {
    launch(new Call(kernels, name).matrix(p).matrix(y), true, FACTOR, unit, inverse, first);
    int d = p.columns();
    for (int i = 0; i < p.rows(); i++) {
      int row = i;
      double t = Reduction.sum(d, Blocks.THREADS, j -> p.get(row, j) * y.get(row, j));
      BigDecimal along = Exact.sum(d, j -> Exact.product(p.get(row, j), y.get(row, j)));
      double length = Exact.sum(d, j -> Exact.product(p.get(row, j), y.get(row, j)).abs()).doubleValue();
      BigDecimal f = Exact.of(FACTOR).multiply(Exact.product(inverse.get(i), unit.get(i)).min(Exact.of(Double.MAX_VALUE)));
      double rounded = FACTOR * Math.min(inverse.get(i) * unit.get(i), Double.MAX_VALUE);
      for (int j = 0; j < d; j++) {
        BigDecimal part = along.multiply(Exact.of(y.get(i, j)));
        double sizes = Math.abs(p.get(i, j)) + part.abs().doubleValue();
        double loss = U * ((Math.ceilDiv(d, Blocks.THREADS) + 9) * length * Math.abs(y.get(i, j)) + 5 * sizes);
        double bits = rounded * (p.get(i, j) - t * y.get(i, j));
        check(i, j, f.multiply(Exact.of(p.get(i, j)).subtract(part)), f.abs().multiply(Exact.of(loss)).doubleValue(), bits, first);
      }
    }
  }

  /** Without y, unit and inverse: they may be null. */
  private void plain(Kernels kernels, String name, @Nullable DeviceArray first) {
    launch(new Call(kernels, name).matrix(p).count(0).count(0), false, FACTOR, null, null, first);
    for (int i = 0; i < p.rows(); i++) {
      for (int j = 0; j < p.columns(); j++) {
        BigDecimal exact = Exact.product(FACTOR, p.get(i, j));
        check(i, j, exact, U * exact.abs().doubleValue(), FACTOR * p.get(i, j), first);
      }
    }
  }

  /** Rounding alone. */
  private static void ties(Kernels kernels, String name, Element computed, Element to) {
    DeviceArray p = Ties.matrix(Layout.ODD, computed, to);
    DeviceArray out = Layout.DENSE.matrix(to, p.rows(), p.columns());
    RowGradient gradient = new RowGradient(p, p, out, p, p);
    gradient.launch(new Call(kernels, name).matrix(p).count(0).count(0), false, 1, null, null, null);
    for (int i = 0; i < p.rows(); i++) {
      for (int j = 0; j < p.columns(); j++) {
        Accuracy.same("out of " + p.get(i, j), out.get(i, j), to.round(p.get(i, j)));
      }
    }
  }

  private void launch(
      Call call, boolean project, double factor, @Nullable DeviceArray units, @Nullable DeviceArray inverses, @Nullable DeviceArray first) {
    call.count(p.rows())
        .count(p.columns())
        .flag(project)
        .number(factor)
        .optional(units)
        .optional(inverses)
        .optional(first)
        .output(out)
        .count(out.stride())
        .launch(Blocks.pieces(p.rows()));
  }

  private void check(int i, int j, BigDecimal exact, double loss, double bits, @Nullable DeviceArray first) {
    String what = "out " + i + ", " + j;
    double actual = out.get(i, j);
    if (first != null && first.bits(0, 0) != NONE) {
      Accuracy.same(what, actual, Double.NaN);
      return;
    }
    double permitted = loss + out.type().roundoff() * exact.abs().doubleValue() + out.type().leastSubnormal();
    Accuracy.within(what, out.type(), actual, exact, Math.min(permitted, Double.MAX_VALUE));
    Accuracy.same(what, actual, out.type().round(bits));
  }
}
