package dev.fullrank.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** transpose_T: bits move. */
final class Transpose {
  private Transpose() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.COMPUTED) {
      String name = "transpose" + type.suffix();
      for (Shape shape : Shape.UGLY) {
        Layout layout = Layout.turn(trials.size());
        trials.add(new Trial(name, shape + " " + layout, kernels -> check(kernels, name, layout.matrix(type, shape), layout)));
      }
      trials.add(new Trial(name, "far rows", kernels -> check(kernels, name, Layout.FAR.matrix(type, Shape.FAR), Layout.ODD)));
      trials.add(new Trial(name, "to far rows", kernels -> check(kernels, name, Layout.ODD.matrix(type, 6, 40), Layout.FAR)));
    }
    return trials.stream();
  }

  /** On random bits: NaN must keep its payload. */
  private static void check(Kernels kernels, String name, DeviceArray a, Layout layout) {
    Data data = new Data(a.toString());
    Element type = a.type();
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.columns(); j++) {
        a.setBits(i, j, type == Element.F64 ? data.bits() : data.bits() >>> Integer.SIZE);
      }
    }
    DeviceArray out = layout.matrix(type, a.columns(), a.rows());
    new Call(kernels, name)
        .matrix(a)
        .count(a.rows())
        .count(a.columns())
        .output(out)
        .count(out.stride())
        .launch(Blocks.tiles(a.rows(), a.columns()));
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.columns(); j++) {
        assertThat(out.bits(j, i)).isEqualTo(a.bits(i, j));
      }
    }
  }
}
