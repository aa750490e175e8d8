package dev.fullrank.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** upper_triangle_T, column-major: the rows of an array here are the columns of a. */
final class UpperTriangle {
  private UpperTriangle() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.COMPUTED) {
      String name = "upper_triangle" + type.suffix();
      for (int k : new int[] {1, 2, 3, 31, 32, 33, 63, 64, 65, 129}) {
        Layout layout = Layout.turn(trials.size());
        trials.add(new Trial(name, k + "×" + k + " " + layout, kernels -> check(kernels, name, layout.matrix(type, k, k + 5), layout)));
      }
      trials.add(new Trial(name, "far columns", kernels -> check(kernels, name, Layout.FAR.matrix(type, 40, 45), Layout.FAR)));
    }
    return trials.stream();
  }

  /** A tall matrix of random bits; what lies below the diagonal has none. */
  private static void check(Kernels kernels, String name, DeviceArray a, Layout layout) {
    Data data = new Data(a.toString());
    int k = a.rows();
    for (int j = 0; j < k; j++) {
      for (int i = 0; i <= j; i++) {
        a.setBits(j, i, a.type() == Element.F64 ? data.bits() : data.bits() >>> Integer.SIZE);
      }
    }
    DeviceArray r = layout.matrix(a.type(), k, k);
    new Call(kernels, name).matrix(a).count(k).output(r).count(r.stride()).launch(Blocks.tiles(k, k));
    for (int j = 0; j < k; j++) {
      for (int i = 0; i < k; i++) {
        assertThat(r.bits(j, i)).isEqualTo(i <= j ? a.bits(j, i) : 0);
      }
    }
  }
}
