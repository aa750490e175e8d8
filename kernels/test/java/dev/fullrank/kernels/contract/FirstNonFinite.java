package dev.fullrank.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** first_nonfinite_E: where the first entry is that is NaN or infinite. */
final class FirstNonFinite {
  private static final long NONE = -1;

  private FirstNonFinite() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.ALL) {
      String name = "first_nonfinite" + type.suffix();
      for (Shape shape : Shape.LONG_ROWS) {
        Layout layout = Layout.turn(trials.size());
        int last = shape.rows() * shape.columns() - 1;
        int middle = last - shape.columns() / 2;
        trials.add(new Trial(name, shape + " finite", kernels -> check(kernels, name, layout.matrix(type, shape), NONE)));
        trials.add(new Trial(name, shape + ", the last", kernels -> check(kernels, name, layout.matrix(type, shape), NONE, last)));
        trials.add(new Trial(name, shape + ", many", kernels -> check(kernels, name, layout.matrix(type, shape), NONE, last, middle)));
      }
      trials.add(new Trial(name, "far rows", kernels -> check(kernels, name, Layout.FAR.matrix(type, Shape.FAR), NONE, 231)));
      for (Place place : Place.among(Blocks.THREADS)) {
        DeviceArray one = Layout.DENSE.matrix(type, 1, place.entries());
        trials.add(new Trial(name, "one at " + place, kernels -> check(kernels, name, one, NONE, place.index())));
        trials.add(new Trial(name, "at " + place + " and behind", kernels -> check(kernels, name, one, NONE, behind(place))));
      }
      DeviceArray x = Layout.DENSE.matrix(type, 2, 300);
      trials.add(new Trial(name, "after an earlier find", kernels -> check(kernels, name, x, 17, 18, 290)));
    }
    return trials.stream();
  }

  /** A place, and those of the same thread that follow. */
  private static int[] behind(Place place) {
    return IntStream.iterate(place.index(), n -> n < place.entries(), n -> n + Blocks.THREADS).toArray();
  }

  /** Entries are extremes of the type, but for those that are not finite. */
  private static void check(Kernels kernels, String name, DeviceArray x, long start, int... bad) {
    double largest = x.type().largest();
    double[] extremes = {largest, -largest, 0, x.type().leastSubnormal(), 1};
    double[] notFinite = {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY};
    long expected = start;
    for (int n = 0; n < x.rows() * x.columns(); n++) {
      x.set(n / x.columns(), n % x.columns(), extremes[n % extremes.length]);
    }
    for (int n : bad) {
      x.set(n / x.columns(), n % x.columns(), notFinite[n % notFinite.length]);
      expected = Long.compareUnsigned(n, expected) < 0 ? n : expected;
    }
    DeviceArray first = DeviceArray.word(start);
    new Call(kernels, name).matrix(x).count(x.rows()).count(x.columns()).output(first).launch(Blocks.pieces(x.rows()));
    assertThat(first.bits(0, 0)).isEqualTo(expected);
  }
}
