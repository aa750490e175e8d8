package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What hinge_gradient and centre begin with: (x_ij·scale_j − origin_j) − delta_j. */
final class Deviations {
  /** Neighbouring columns of a thread. */
  static final int QUAD = 4;

  private static final int COLUMNS = 128;

  private final DeviceArray x;
  private final DeviceArray origin;
  private final DeviceArray delta;
  private final @Nullable DeviceArray scale;

  private Deviations(DeviceArray x, DeviceArray origin, DeviceArray delta, @Nullable DeviceArray scale) {
    this.x = x;
    this.origin = origin;
    this.delta = delta;
    this.scale = scale;
  }

  /** Layouts in turn, every other one with scales. */
  static Deviations of(Element type, Shape shape, int number) {
    return of(type, shape, Layout.turn(number), number % 2 == 0);
  }

  /** Columns with means of all sizes, in units of all sizes if there are scales. */
  static Deviations of(Element type, Shape shape, Layout layout, boolean scaled) {
    Data data = new Data(type + " " + shape);
    DeviceArray x = layout.matrix(type, shape);
    DeviceArray scale = DeviceArray.doubles(shape.columns());
    DeviceArray origin = DeviceArray.doubles(shape.columns());
    DeviceArray delta = DeviceArray.doubles(shape.columns());
    int exponent = type == Element.F64 ? 600 : 3;
    for (int j = 0; j < shape.columns(); j++) {
      scale.set(0, j, scaled ? Math.scalb(1.0, exponent * (j % 3 - 1)) : 1);
      double mean = j % 4 == 3 ? 100 : 0;
      for (int i = 0; i < shape.rows(); i++) {
        x.set(i, j, (mean + data.normal()) / scale.get(j));
      }
      origin.set(0, j, x.get(0, j) * scale.get(j));
      delta.set(0, j, data.normal());
      if (j % 7 == 3 || j % 7 == 5) { // deviations that are exactly 0 and -0
        for (int i = 0; i < shape.rows(); i += 4) {
          x.set(i, j, j % 7 == 3 ? 0 : -0.0);
        }
        origin.set(0, j, 0);
        delta.set(0, j, 0);
      }
    }
    return new Deviations(x, origin, delta, scaled ? scale : null);
  }

  /** From means of 0. */
  static Deviations none(DeviceArray x) {
    DeviceArray zeros = DeviceArray.doubles(x.columns()).fill(() -> 0);
    return new Deviations(x, zeros, zeros, null);
  }

  /** x, its shape, origin, delta and scale. */
  Call begin(Call call) {
    return call.matrix(x).count(x.rows()).count(x.columns()).input(origin).input(delta).optional(scale);
  }

  Blocks blocks(int rows) {
    return Blocks.grid(Math.ceilDiv(x.columns(), COLUMNS), Math.ceilDiv(x.rows(), rows));
  }

  /** Leaves x unwritten where four columns have no use. */
  void forgetIdle(IntPredicate idle) {
    for (int from = 0; from < x.columns(); from += QUAD) {
      int end = Math.min(from + QUAD, x.columns());
      if (IntStream.range(from, end).allMatch(idle)) {
        for (int i = 0; i < x.rows(); i++) {
          for (int j = from; j < end; j++) {
            x.forget(i, j);
          }
        }
      }
    }
  }

  double scale(int j) {
    return scale == null ? 1 : scale.get(j);
  }

  /** |x_ij·scale_j − origin_j|. */
  double first(int i, int j) {
    return Math.abs(x.get(i, j) * scale(j) - origin.get(j));
  }

  BigDecimal exact(int i, int j) {
    return Exact.of(x.get(i, j) * scale(j)).subtract(Exact.of(origin.get(j))).subtract(Exact.of(delta.get(j)));
  }

  /** A mean that is not a number. */
  void spoil(int j) {
    delta.set(0, j, Double.NaN);
  }
}
