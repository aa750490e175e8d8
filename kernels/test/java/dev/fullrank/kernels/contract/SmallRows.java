package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** small_rows_E: the rows of a small matrix, scaled or normalised. */
final class SmallRows {
  private static final List<Shape> SHAPES = Shape.list(1, 1, 3, 2, 2, 3, 6, 70, 70, 6, 33, 9, 1, 300, 300, 1, 1100, 2, 12, 12);

  private final DeviceArray x;

  private SmallRows(DeviceArray x) {
    this.x = x;
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.ALL) {
      String name = "small_rows" + type.suffix();
      for (boolean normalize : new boolean[] {true, false}) {
        String how = normalize ? ", normalised" : ", scaled";
        for (Shape shape : SHAPES) {
          Layout layout = Layout.turn(trials.size());
          trials.add(new Trial(name, shape + " " + layout + how, kernels -> of(layout, type, shape).check(kernels, name, normalize)));
        }
        trials.add(new Trial(name, "far rows" + how, kernels -> of(Layout.FAR, type, Shape.FAR).check(kernels, name, normalize)));
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
          trials.add(new Trial(name, "with " + bad + how, kernels -> notFinite(type, bad).check(kernels, name, normalize)));
        }
      }
    }
    return trials.stream();
  }

  private static SmallRows of(Layout layout, Element type, Shape shape) {
    Data data = new Data(type + " " + shape);
    DeviceArray x = layout.matrix(type, shape);
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < x.columns(); j++) {
        x.set(i, j, data.inRow(i, type));
      }
    }
    return new SmallRows(x);
  }

  /** In two rows that one warp has, and in two that two have. */
  private static SmallRows notFinite(Element type, double bad) {
    SmallRows rows = of(Layout.ODD, type, new Shape(70, 40));
    rows.x.set(37, 39, bad).set(37, 2, bad).set(69, 0, bad).set(38, 1, bad);
    return rows;
  }

  private void check(Kernels kernels, String name, boolean normalize) {
    int b = x.rows();
    int d = x.columns();
    DeviceArray unit = DeviceArray.doubles(b);
    DeviceArray squares = DeviceArray.doubles(b);
    DeviceArray inverse = DeviceArray.doubles(b);
    DeviceArray first = DeviceArray.doubles(1);
    DeviceArray result = DeviceArray.doubles(3);
    DeviceArray y = Layout.DENSE.matrix(Element.F64, b, d);
    new Call(kernels, name)
        .matrix(x)
        .count(b)
        .count(d)
        .flag(normalize)
        .output(unit)
        .output(squares)
        .output(inverse)
        .output(first)
        .output(result)
        .output(y)
        .launch(Blocks.one());
    ScaledRows expected = new ScaledRows(x, normalize);
    for (int i = 0; i < b; i++) {
      expected.check(i, unit.get(i), squares.get(i), inverse.get(i));
      for (int j = 0; j < d; j++) {
        Accuracy.same("y " + i + ", " + j, y.get(i, j), expected.y(i, j));
      }
    }
    expected.checkFirst(first.bits(0, 0));
    expected.checkSums(Blocks.ONE, result.get(0), result.get(1), result.get(2));
  }
}
