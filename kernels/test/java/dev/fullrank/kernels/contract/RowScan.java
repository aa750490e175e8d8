package dev.fullrank.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** row_scan_E: units, sums of squares and the first entry that is not finite. */
final class RowScan {
  private static final int LARGEST_EXPONENT = 1000;
  private static final long NONE = -1;

  private final DeviceArray x;
  private final DeviceArray unit;
  private final DeviceArray squares;
  private final DeviceArray first;

  private RowScan(DeviceArray x, long start) {
    this.x = x;
    this.unit = DeviceArray.doubles(x.rows());
    this.squares = DeviceArray.doubles(x.rows());
    this.first = DeviceArray.word(start);
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.ALL) {
      String name = "row_scan" + type.suffix();
      for (Shape shape : Shape.LONG_ROWS) {
        Layout layout = Layout.turn(trials.size());
        trials.add(new Trial(name, shape + " " + layout, kernels -> of(layout, type, shape, NONE).check(kernels, name)));
      }
      trials.add(new Trial(name, "every kind of row", kernels -> of(Layout.ODD, type, new Shape(12, 40), NONE).check(kernels, name)));
      trials.add(new Trial(name, "far rows", kernels -> of(Layout.FAR, type, Shape.FAR, NONE).check(kernels, name)));
      for (Place place : Place.among(Blocks.THREADS)) {
        trials.add(new Trial(name, "largest at " + place, kernels -> oneRow(type, place, 20).check(kernels, name)));
        trials.add(new Trial(name, "NaN at " + place, kernels -> oneRow(type, place, Double.NaN).check(kernels, name)));
      }
      trials.add(new Trial(name, "the largest numbers", kernels -> largest(type).check(kernels, name)));
      for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
        trials.add(new Trial(name, "with " + bad, kernels -> notFinite(type, bad, NONE).check(kernels, name)));
      }
      trials.add(new Trial(name, "after an earlier find", kernels -> notFinite(type, Double.NaN, 3).check(kernels, name)));
    }
    return trials.stream();
  }

  private static RowScan of(Layout layout, Element type, Shape shape, long start) {
    Data data = new Data(type + " " + shape);
    DeviceArray x = layout.matrix(type, shape);
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < x.columns(); j++) {
        x.set(i, j, data.inRow(i, type));
      }
    }
    return new RowScan(x, start);
  }

  private static RowScan oneRow(Element type, Place place, double value) {
    DeviceArray x = Layout.DENSE.matrix(type, 1, place.entries()).fill(() -> 0.75).set(0, place.index(), value);
    return new RowScan(x, NONE);
  }

  private static RowScan largest(Element type) {
    return new RowScan(Layout.DENSE.matrix(type, 2, Place.most(Blocks.THREADS)).fill(type::largest), NONE);
  }

  private static RowScan notFinite(Element type, double bad, long start) {
    RowScan scan = of(Layout.PADDED, type, new Shape(4, 300), start);
    scan.x.set(1, 299, bad).set(2, 0, bad).set(2, 299, -bad);
    return scan;
  }

  private void check(Kernels kernels, String name) {
    long start = first.bits(0, 0);
    new Call(kernels, name)
        .matrix(x)
        .count(x.rows())
        .count(x.columns())
        .output(unit)
        .output(squares)
        .output(first)
        .launch(Blocks.pieces(x.rows()));
    long expected = start;
    for (int i = 0; i < x.rows(); i++) {
      long bad = firstBad(i);
      checkRow(i, bad == NONE);
      expected = Long.compareUnsigned(bad, expected) < 0 ? bad : expected;
    }
    assertThat(first.bits(0, 0)).as("firstNonFinite").isEqualTo(expected);
  }

  private void checkRow(int i, boolean finite) {
    double u = unit.get(i);
    Accuracy.same("unit " + i, u, expectedUnit(i, finite));
    if (!finite) {
      Accuracy.holds("squares " + i + " are finite", !(squares.get(i) < Double.POSITIVE_INFINITY));
      return;
    }
    int d = x.columns();
    // products with the unit are exact, unless they are subnormal and do not count
    BigDecimal exact = Exact.sum(d, j -> Exact.square(Exact.of(x.get(i, j) * u)));
    double permitted = (Math.ceilDiv(d, Blocks.THREADS) + 9) * Element.F64.roundoff();
    Accuracy.relative("squares " + i, squares.get(i), exact, permitted);
    Accuracy.same("squares " + i, squares.get(i), Reduction.sum(d, Blocks.THREADS, j -> x.get(i, j) * u * (x.get(i, j) * u)));
  }

  private long firstBad(int i) {
    for (int j = 0; j < x.columns(); j++) {
      if (!Double.isFinite(x.get(i, j))) {
        return (long) i * x.columns() + j;
      }
    }
    return NONE;
  }

  private double expectedUnit(int i, boolean finite) {
    double largest = 0;
    for (int j = 0; j < x.columns(); j++) {
      largest = Math.max(largest, Math.abs(x.get(i, j)));
    }
    int e = finite ? Math.getExponent(largest) : LARGEST_EXPONENT;
    return largest == 0 ? 1 : Math.scalb(1.0, -Math.clamp(e, -LARGEST_EXPONENT, LARGEST_EXPONENT));
  }
}
