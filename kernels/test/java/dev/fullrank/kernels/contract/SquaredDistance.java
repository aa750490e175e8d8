package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** squared_distance: three sums for each part of 64×128. */
final class SquaredDistance {
  private static final String NAME = "squared_distance";
  private static final int ROWS = 64;
  private static final int COLUMNS = 128;
  private static final int WARP = 32;
  private static final int WARPS = Blocks.THREADS / WARP;
  private static final double ERROR = 43 * Element.F64.roundoff();

  /** Units of the differences in the three planes. */
  private static final double[] UNITS = {1, 0x1p600, 0x1p-600};

  private final DeviceArray y1;
  private final DeviceArray y2;
  private final int across;
  private final int parts;
  private final DeviceArray partial;

  private SquaredDistance(DeviceArray y1, DeviceArray y2) {
    this.y1 = y1;
    this.y2 = y2;
    this.across = Math.ceilDiv(y1.columns(), COLUMNS);
    this.parts = Math.ceilDiv(y1.rows(), ROWS) * across;
    this.partial = DeviceArray.doubles(UNITS.length * parts);
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>(Shape.UGLY);
    shapes.add(new Shape(130, 130));
    for (Shape shape : shapes) {
      int number = trials.size();
      trials.add(new Trial(NAME, shape + ", number " + number, kernels -> of(shape, number, 1).check(kernels)));
    }
    // numbers whose squares, and whose differences, leave the range: 2^1023 − (−2^1023)
    for (int e : new int[] {1022, 1000, 600, 500, -500, -600, -1000, -1070}) {
      trials.add(new Trial(NAME, "near 2^" + e, kernels -> of(new Shape(3, 208), e & 3, Math.scalb(1.0, e)).check(kernels)));
    }
    trials.add(new Trial(NAME, "far rows", kernels -> of(Shape.FAR, Layout.FAR_TURN, 1).check(kernels)));
    trials.add(new Trial(NAME, "NaN", kernels -> of(new Shape(70, 3), 0, 1).spoiled(Double.NaN).checkNan(kernels)));
    trials.add(new Trial(NAME, "infinity", kernels -> of(new Shape(70, 3), 0, 1).spoiled(Double.POSITIVE_INFINITY).check(kernels)));
    return trials.stream();
  }

  private static SquaredDistance of(Shape shape, int number, double size) {
    Data data = new Data(NAME + shape);
    DeviceArray y1 = Layout.turn(number).matrix(Element.F64, shape).fill(() -> (2 * data.positive() - 1) * 1.9 * size);
    DeviceArray y2 = Layout.turn(number + 1).matrix(Element.F64, shape).fill(() -> (2 * data.positive() - 1) * 1.9 * size);
    return new SquaredDistance(y1, y2);
  }

  private SquaredDistance spoiled(double value) {
    y2.set(y2.rows() - 1, y2.columns() - 1, value);
    return this;
  }

  private void launch(Kernels kernels) {
    new Call(kernels, NAME)
        .matrix(y1)
        .matrix(y2)
        .count(y1.rows())
        .count(y1.columns())
        .output(partial)
        .launch(Blocks.grid(across, parts / across));
  }

  private void check(Kernels kernels) {
    launch(kernels);
    for (int plane = 0; plane < UNITS.length; plane++) {
      for (int part = 0; part < parts; part++) {
        checkPart(plane, part);
      }
    }
  }

  private void checkNan(Kernels kernels) {
    launch(kernels);
    for (int plane = 0; plane < UNITS.length; plane++) {
      Accuracy.same("partial of the last part", partial.get((plane + 1) * parts - 1), Double.NaN);
      checkPart(plane, 0);
    }
  }

  private void checkPart(int plane, int part) {
    double[] threads = new double[Blocks.THREADS];
    BigDecimal exact = BigDecimal.ZERO;
    boolean finite = true;
    int top = part / across * ROWS;
    int left = part % across * COLUMNS;
    for (int i = top; i < Math.min(top + ROWS, y1.rows()); i++) {
      for (int j = left; j < Math.min(left + COLUMNS, y1.columns()); j++) {
        double a = y1.get(i, j);
        double b = y2.get(i, j);
        double v = plane == 2 ? a * UNITS[2] - b * UNITS[2] : (a - b) * UNITS[plane];
        threads[i % WARPS * WARP + j % WARP] += v * v;
        finite &= Double.isFinite(b);
        exact = Double.isFinite(b) ? exact.add(Exact.square(Exact.difference(a, b))) : exact;
      }
    }
    String what = "partial of part " + part + " in plane " + plane;
    double actual = partial.get(plane * parts + part);
    Accuracy.same(what, actual, Reduction.ofBlock(threads));
    if (finite) {
      compare(what, actual, exact.multiply(Exact.square(Exact.of(UNITS[plane]))));
    } else {
      Accuracy.same(what, actual, Double.POSITIVE_INFINITY);
    }
  }

  /** A sum that underflows must show that it did, by being below 2^-960; one that overflows is infinite. */
  private static void compare(String what, double actual, BigDecimal exact) {
    if (exact.doubleValue() < 0x1p-970) {
      Accuracy.holds(what + " does not show that it underflowed", actual < 0x1p-960);
    } else {
      Accuracy.within(what, actual, exact, Math.min(ERROR * exact.doubleValue(), Double.MAX_VALUE));
    }
  }
}
