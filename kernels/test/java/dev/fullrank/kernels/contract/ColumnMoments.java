package dev.fullrank.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** column_moments_E: sums about the first row of each chunk. */
final class ColumnMoments {
  private static final double U = Element.F64.roundoff();

  /** Threads below each other: one has every 32nd row of a chunk. */
  private static final int DOWN = 32;

  private static final int WARPS = 8;
  private static final int COLUMNS = 32;

  final DeviceArray x;
  final int chunkRows;
  final @Nullable DeviceArray scale;
  final DeviceArray origin;
  final DeviceArray delta;
  final DeviceArray squares;

  ColumnMoments(DeviceArray x, int chunkRows, @Nullable DeviceArray scale) {
    this.x = x;
    this.chunkRows = chunkRows;
    this.scale = scale;
    int chunks = Math.ceilDiv(x.rows(), chunkRows);
    this.origin = DeviceArray.doubles(x.columns());
    this.delta = new DeviceArray(Element.F64, chunks, x.columns(), x.columns(), 0);
    this.squares = new DeviceArray(Element.F64, chunks, x.columns(), x.columns(), 0);
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.ALL) {
      String name = "column_moments" + type.suffix();
      for (Columns columns : Columns.shapes()) {
        Layout layout = Layout.turn(trials.size());
        trials.add(new Trial(name, columns + " " + layout, kernels -> of(type, columns, layout).check(kernels, name)));
      }
      // seven and eight rows a thread, which loads up to four at a time
      Columns many = new Columns(new Shape(300, 36), 232);
      trials.add(new Trial(name, many + " aligned", kernels -> of(type, many, Layout.PADDED).check(kernels, name)));
      Columns several = new Columns(new Shape(70, 37), 33);
      trials.add(new Trial(name, "in all layouts", kernels -> sameInAllLayouts(kernels, name, type, several)));
      trials.add(new Trial(name, "far rows", kernels -> of(type, new Columns(Shape.FAR, 40), Layout.FAR).check(kernels, name)));
      trials.add(new Trial(name, "not pending", kernels -> notPending(kernels, name, type)));
      trials.add(new Trial(name, "pending", kernels -> of(type, several, Layout.ODD).launch(kernels, name, DeviceArray.of(1)).check()));
      trials.add(new Trial(name, "not finite", kernels -> notFinite(kernels, name, type)));
      trials.add(new Trial(name, "with scales", kernels -> scaled(type, several).check(kernels, name)));
    }
    return trials.stream();
  }

  private static ColumnMoments of(Element type, Columns columns, Layout layout) {
    return new ColumnMoments(columns.data(layout, type), columns.chunkRows(), null);
  }

  private static ColumnMoments scaled(Element type, Columns columns) {
    DeviceArray x = columns.data(Layout.PADDED, type);
    DeviceArray scale = DeviceArray.doubles(x.columns());
    for (int j = 0; j < x.columns(); j++) {
      scale.set(0, j, Math.scalb(1.0, 200 * (j % 3 - 1)));
    }
    return new ColumnMoments(x, columns.chunkRows(), scale);
  }

  private static void notPending(Kernels kernels, String name, Element type) {
    DeviceArray x = Layout.DENSE.matrix(type, 40, 40);
    ColumnMoments m = new ColumnMoments(x, 32, DeviceArray.doubles(40));
    m.call(kernels, name, DeviceArray.of(0)).input(m.origin).input(m.delta).input(m.squares).launch(Blocks.grid(2, 2));
  }

  private static void sameInAllLayouts(Kernels kernels, String name, Element type, Columns columns) {
    DeviceArray x = columns.data(Layout.DENSE, type);
    long[] expected = new ColumnMoments(x, columns.chunkRows(), null).launch(kernels, name, null).squares.allBits();
    for (Layout layout : Layout.NEAR) {
      ColumnMoments other = new ColumnMoments(x.copyIn(layout), columns.chunkRows(), null).launch(kernels, name, null);
      assertThat(other.squares.allBits()).as("%s", layout).isEqualTo(expected);
    }
  }

  private static void notFinite(Kernels kernels, String name, Element type) {
    DeviceArray x = new Columns(new Shape(70, 37), 33).data(Layout.PADDED, type);
    x.set(0, 0, Double.NaN).set(69, 1, Double.POSITIVE_INFINITY).set(40, 36, Double.NEGATIVE_INFINITY);
    ColumnMoments m = new ColumnMoments(x, 33, null).launch(kernels, name, null);
    assertThat(m.squares.get(0, 0)).isNaN();
    for (int[] at : new int[][] {{2, 1}, {1, 36}}) {
      Accuracy.holds("squares are finite", !(m.squares.get(at[0], at[1]) < Double.POSITIVE_INFINITY));
    }
    m.checkChunk(1, 1);
    m.checkChunk(2, 36);
  }

  private void check(Kernels kernels, String name) {
    launch(kernels, name, null).check();
  }

  private Call call(Kernels kernels, String name, @Nullable DeviceArray pending) {
    return new Call(kernels, name)
        .matrix(x)
        .count(x.rows())
        .count(x.columns())
        .count(chunkRows)
        .optional(scale)
        .optional(pending);
  }

  ColumnMoments launch(Kernels kernels, String name, @Nullable DeviceArray pending) {
    Blocks blocks = Blocks.grid(Math.ceilDiv(x.columns(), COLUMNS), delta.rows());
    call(kernels, name, pending).output(origin).output(delta).output(squares).launch(blocks);
    return this;
  }

  private void check() {
    for (int j = 0; j < x.columns(); j++) {
      Accuracy.same("origin " + j, origin.get(j), value(0, j));
      for (int chunk = 0; chunk < delta.rows(); chunk++) {
        checkChunk(chunk, j);
      }
    }
  }

  /** Entry ij in units of 1/scale_j. */
  double value(int i, int j) {
    return x.get(i, j) * (scale == null ? 1 : scale.get(j));
  }

  private void checkChunk(int chunk, int j) {
    Chunk exact = chunk(chunk, j);
    String what = "of chunk " + chunk + ", column " + j;
    double steps = (Math.ceilDiv(exact.rows(), DOWN) + 12) * U;
    double about = exact.aboutFirst().doubleValue();
    Accuracy.within("squares " + what, squares.get(chunk, j), exact.squares(), 3 * steps * about);
    double spread = Math.sqrt(about / exact.rows()) + exact.firstToOrigin().abs().doubleValue();
    Accuracy.within("delta " + what, delta.get(chunk, j), exact.delta(), steps * spread);

    double s = inOrder(exact, j, chunk * chunkRows, false);
    double mean = s / exact.rows();
    Accuracy.same("squares " + what, squares.get(chunk, j), Math.max(0, inOrder(exact, j, chunk * chunkRows, true) - s * mean));
    Accuracy.same("delta " + what, delta.get(chunk, j), value(chunk * chunkRows, j) - value(0, j) + mean);
  }

  Chunk chunk(int chunk, int j) {
    int first = chunk * chunkRows;
    int rows = Math.min(chunkRows, x.rows() - first);
    return Chunk.of(rows, i -> value(first + i, j), Exact.difference(value(first, j), value(0, j)));
  }

  /** The sum of deviations, or of their squares, in the order of the contract. */
  private double inOrder(Chunk chunk, int j, int first, boolean squared) {
    double[] threads = new double[DOWN];
    for (int i = 0; i < chunk.rows(); i++) {
      double v = value(first + i, j) - value(first, j);
      threads[i % DOWN] += squared ? v * v : v;
    }
    double sum = 0;
    for (int w = 0; w < WARPS; w++) {
      // a warp has four rows of threads; those two apart are joined first, then neighbours
      double ofWarp = threads[4 * w] + threads[4 * w + 2] + (threads[4 * w + 1] + threads[4 * w + 3]);
      sum = w == 0 ? ofWarp : sum + ofWarp;
    }
    return sum;
  }
}
