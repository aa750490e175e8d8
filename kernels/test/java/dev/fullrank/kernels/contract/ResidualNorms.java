package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** residual_norms_T, column-major: the rows of an array here are the columns of a and w. */
final class ResidualNorms {
  private ResidualNorms() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.COMPUTED) {
      String name = "residual_norms" + type.suffix();
      for (Shape shape : Shape.LONG_ROWS) {
        int number = trials.size();
        trials.add(new Trial(name, shape + ", number " + number, kernels -> check(kernels, name, type, shape, number, 0)));
      }
      trials.add(new Trial(name, "far columns", kernels -> check(kernels, name, type, Shape.FAR, Layout.FAR_TURN, 0)));
      Shape shape = new Shape(4, 300);
      trials.add(new Trial(name, "NaN", kernels -> check(kernels, name, type, shape, 1, Double.NaN)));
    }
    return trials.stream();
  }

  /** With residuals of the size of rounding, and one that is exactly 0. */
  private static void check(Kernels kernels, String name, Element type, Shape shape, int number, double last) {
    Data data = new Data(name + shape);
    DeviceArray a = Layout.turn(number).matrix(type, shape).fill(data::normal);
    DeviceArray w = a.copyIn(Layout.turn(number + 1));
    for (int c = 0; c < shape.rows(); c++) {
      for (int i = 1; i < shape.columns(); i++) {
        w.set(c, i, a.get(c, i) * (1 + 4 * type.roundoff() * data.normal()) + type.roundoff() * data.below(2));
      }
    }
    a.set(1 % shape.rows(), shape.columns() - 1, last);
    DeviceArray out = DeviceArray.doubles(shape.rows());
    new Call(kernels, name)
        .matrix(a)
        .matrix(w)
        .count(shape.columns())
        .count(shape.rows())
        .output(out)
        .launch(Blocks.pieces(shape.rows()));
    for (int c = 0; c < shape.rows(); c++) {
      checkColumn(a, w, c, out.get(c));
    }
  }

  private static void checkColumn(DeviceArray a, DeviceArray w, int c, double actual) {
    int n = a.columns();
    double inOrder = Reduction.sum(n, Blocks.THREADS, i -> (a.get(c, i) - w.get(c, i)) * (a.get(c, i) - w.get(c, i)));
    Accuracy.same("out " + c, actual, inOrder);
    if (!Double.isNaN(a.get(c, n - 1))) {
      BigDecimal exact = Exact.sum(n, i -> Exact.square(Exact.difference(a.get(c, i), w.get(c, i))));
      Accuracy.relative("out " + c, actual, exact, (Math.ceilDiv(n, Blocks.THREADS) + 11) * Element.F64.roundoff());
    } else {
      Accuracy.same("out " + c, actual, Double.NaN);
    }
  }
}
