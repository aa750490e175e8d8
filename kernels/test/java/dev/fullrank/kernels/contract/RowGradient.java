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

  private static final List<Shape> SHAPES = Shape.list(1, 1, 3, 2, 2, 33, 3, 255, 2, 257, 2, 700, 2, Place.most(Blocks.THREADS));

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
      for (Element to : Element.ALL) {
        String name = "row_gradient" + computed.suffix() + to.suffix();
        for (Shape shape : SHAPES) {
          int number = trials.size();
          @Nullable DeviceArray none = number % 2 == 0 ? null : DeviceArray.word(NONE);
          trials.add(new Trial(name, shape + " projected", kernels -> of(computed, to, shape, number).projected(kernels, name, none)));
          trials.add(new Trial(name, shape + " as it is", kernels -> of(computed, to, shape, number).plain(kernels, name, none)));
        }
        trials.add(new Trial(name, "far rows", kernels -> of(computed, to, Shape.FAR, Layout.FAR_TURN).projected(kernels, name, null)));
        Shape rows = new Shape(9, 40);
        // Rows of all sizes: unit·inverse is 2^1000 and more, or small; the result subnormal, infinite, or neither.
        IntUnaryOperator exponents = i -> i == 8 ? 1000 : (i - 4) * 300;
        trials.add(new Trial(name, "extreme rows", kernels -> of(computed, to, rows, 2, exponents).projected(kernels, name, null)));
        trials.add(new Trial(name, "ties", kernels -> ties(kernels, name, computed, to, false)));
        trials.add(new Trial(name, "ties projected", kernels -> ties(kernels, name, computed, to, true)));
        DeviceArray bad = DeviceArray.word(7);
        trials.add(new Trial(name, "not finite", kernels -> of(computed, to, rows, 3).projected(kernels, name, bad)));
        trials.add(new Trial(name, "not finite, as it is", kernels -> of(computed, to, rows, 4).plain(kernels, name, bad)));
      }
    }
    return trials.stream();
  }

  private static RowGradient of(Element computed, Element to, Shape shape, int number) {
    return of(computed, to, shape, number, i -> 0);
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

  /** Rounding alone, in a row of which a thread loads four at a time, then what is left; projected, numbers are finite and Y is 0. */
  private static void ties(Kernels kernels, String name, Element computed, Element to, boolean project) {
    DeviceArray p = Ties.matrix(Layout.ODD, computed, to, 1100);
    DeviceArray y = Layout.DENSE.matrix(computed, 1, p.columns()).fill(() -> 0);
    for (int j = 0; j < p.columns(); j++) {
      p.set(0, j, Double.isFinite(p.get(j)) || !project ? p.get(j) : 1);
    }
    DeviceArray one = DeviceArray.of(1);
    RowGradient gradient = new RowGradient(p, y, Layout.DENSE.matrix(to, 1, p.columns()), one, one);
    gradient.launch(new Call(kernels, name).matrix(p).matrix(y), project, 1, one, one, null);
    for (int j = 0; j < p.columns(); j++) {
      Accuracy.same("out of " + p.get(j), gradient.out.get(j), to.round(p.get(j)));
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
