package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** add_difference: acc + pull·(y1 − y2). */
final class AddDifference {
  private static final String NAME = "add_difference";
  private static final double U = Element.F64.roundoff();

  private AddDifference() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Shape shape : Shape.UGLY) {
      int number = trials.size();
      trials.add(new Trial(NAME, shape + ", number " + number, kernels -> check(kernels, shape, number, 1, 0.3)));
    }
    trials.add(new Trial(NAME, "far rows", kernels -> check(kernels, Shape.FAR, Layout.FAR_TURN, 1, 0.3)));
    Shape shape = new Shape(71, 6);
    trials.add(new Trial(NAME, "differences beyond the range", kernels -> check(kernels, shape, 1, 0x1.fp1023, 0x1.1p-30)));
    trials.add(new Trial(NAME, "the smallest differences", kernels -> check(kernels, shape, 2, 0x1p-1050, 0x1.1p900)));
    trials.add(new Trial(NAME, "not finite", AddDifference::notFinite));
    return trials.stream();
  }

  private static void check(Kernels kernels, Shape shape, int number, double size, double pull) {
    Data data = new Data(NAME + shape);
    DeviceArray acc = Layout.turn(number).matrix(Element.F64, shape).fill(() -> data.normal() * (size * pull));
    DeviceArray before = acc.copyIn(Layout.DENSE);
    DeviceArray y1 = Layout.turn(number + 1).matrix(Element.F64, shape).fill(() -> (2 * data.positive() - 1) * size);
    DeviceArray y2 = Layout.turn(number + 2).matrix(Element.F64, shape).fill(() -> (2 * data.positive() - 1) * size);
    launch(kernels, acc, y1, y2, pull);
    for (int i = 0; i < shape.rows(); i++) {
      for (int j = 0; j < shape.columns(); j++) {
        BigDecimal step = Exact.difference(y1.get(i, j), y2.get(i, j)).multiply(Exact.of(pull));
        BigDecimal exact = Exact.of(before.get(i, j)).add(step);
        double permitted = U * (exact.abs().doubleValue() + 3 * step.abs().doubleValue());
        Accuracy.within("acc " + i + ", " + j, acc.get(i, j), exact, permitted);
      }
    }
  }

  private static void launch(Kernels kernels, DeviceArray acc, DeviceArray y1, DeviceArray y2, double pull) {
    new Call(kernels, NAME)
        .output(acc)
        .count(acc.stride())
        .matrix(y1)
        .matrix(y2)
        .count(acc.rows())
        .count(acc.columns())
        .number(pull)
        .launch(Blocks.tiles(acc.rows(), acc.columns()));
  }

  private static void notFinite(Kernels kernels) {
    double inf = Double.POSITIVE_INFINITY;
    DeviceArray acc = DeviceArray.of(1, 2, inf, Double.NaN, 5, 6);
    DeviceArray y1 = DeviceArray.of(Double.NaN, inf, 1, 1, inf, 2);
    DeviceArray y2 = DeviceArray.of(1, 1, 1, 1, inf, 1);
    launch(kernels, acc, y1, y2, -1);
    double[] expected = {Double.NaN, -inf, inf, Double.NaN, Double.NaN, 5};
    for (int j = 0; j < expected.length; j++) {
      Accuracy.same("acc " + j, acc.get(j), expected[j]);
    }
  }
}
