package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** scale_columns_T, column-major: the rows of an array here are the columns of a. */
final class ScaleColumns {
  private ScaleColumns() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.COMPUTED) {
      String name = "scale_columns" + type.suffix();
      for (Shape shape : Shape.UGLY) {
        Layout layout = Layout.turn(trials.size());
        trials.add(new Trial(name, shape + " " + layout, kernels -> check(kernels, name, layout.matrix(type, shape))));
      }
      trials.add(new Trial(name, "far columns", kernels -> check(kernels, name, Layout.FAR.matrix(type, Shape.FAR))));
    }
    return trials.stream();
  }

  /** Columns of weight 0 have no values; one entry is NaN, one infinite. */
  private static void check(Kernels kernels, String name, DeviceArray a) {
    Data data = new Data(a.toString());
    Element type = a.type();
    a.fill(data::normal);
    a.set(0, a.columns() - 1, Double.NaN).set(0, a.columns() / 2, Double.POSITIVE_INFINITY);
    DeviceArray weight = DeviceArray.vector(type, a.rows());
    for (int c = 0; c < a.rows(); c++) {
      boolean zero = c % 4 == 2 || c == 32;
      weight.set(0, c, zero ? 0 : c % 4 == 1 ? 1 : data.normal());
      for (int i = 0; zero && i < a.columns(); i++) {
        a.forget(c, i);
      }
    }
    DeviceArray before = a.copyIn(Layout.DENSE);
    new Call(kernels, name)
        .output(a)
        .count(a.stride())
        .count(a.columns())
        .count(a.rows())
        .input(weight)
        .launch(Blocks.grid(Math.ceilDiv(a.columns(), Blocks.TILE), Math.ceilDiv(a.rows(), Blocks.TILE)));
    for (int c = 0; c < a.rows(); c++) {
      for (int i = 0; i < a.columns(); i++) {
        // the product of two floats is exact as a double, so that this rounds once
        double expected = weight.get(c) == 0 ? 0 : type.round(before.get(c, i) * weight.get(c));
        Accuracy.same("a " + i + ", " + c, a.get(c, i), expected);
      }
    }
  }
}
