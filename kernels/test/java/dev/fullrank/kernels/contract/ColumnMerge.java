package dev.fullrank.kernels.contract;

import dev.fullrank.linalg.MomentLoops;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** column_merge: chunks joined in their order. */
final class ColumnMerge {
  private static final String NAME = "column_merge";
  private static final MomentLoops LOOPS = new MomentLoops() {};
  private static final double U = Element.F64.roundoff();
  private static final int DOWN = 32;

  private ColumnMerge() {}

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    // 257 chunks and more: weights are computed for 256 at a time; the last chunk is whole, short, or one row
    int[][] shapes = {{1, 1, 1}, {2, 3, 1}, {9, 2, 4}, {8, 257, 4}, {33, 2, 8}, {256, 3, 1}, {257, 2, 1}, {258, 31, 1}, {1030, 5, 2}};
    for (int[] s : shapes) {
      Columns columns = new Columns(new Shape(s[0], s[1]), s[2]);
      trials.add(new Trial(NAME, columns.toString(), kernels -> random(kernels, columns)));
    }
    for (Columns columns : Columns.shapes()) {
      trials.add(new Trial(NAME, "after column_moments, " + columns, kernels -> pipeline(kernels, columns)));
    }
    trials.add(new Trial(NAME, "not pending", ColumnMerge::notPending));
    trials.add(new Trial(NAME, "not finite", ColumnMerge::notFinite));
    return trials.stream();
  }

  private static void random(Kernels kernels, Columns columns) {
    Data data = new Data(columns.toString());
    int d = columns.shape().columns();
    int chunks = Math.ceilDiv(columns.shape().rows(), columns.chunkRows());
    DeviceArray chunkDelta = new DeviceArray(Element.F64, chunks, d, d, 0).fill(data::normal);
    DeviceArray chunkSquares = new DeviceArray(Element.F64, chunks, d, d, 0).fill(data::positive);
    DeviceArray delta = DeviceArray.doubles(d);
    DeviceArray squares = DeviceArray.doubles(d);
    launch(kernels, columns, chunkDelta, chunkSquares, DeviceArray.of(1), delta, squares);
    compareWithReference(columns, chunkDelta, chunkSquares, delta, squares);
  }

  private static void launch(
      Kernels kernels, Columns columns, DeviceArray chunkDelta, DeviceArray chunkSquares, DeviceArray pending, DeviceArray delta,
      DeviceArray squares) {
    int d = columns.shape().columns();
    call(kernels, columns).input(chunkDelta).input(chunkSquares).input(pending).output(delta).output(squares).launch(Blocks.elements(d));
  }

  private static Call call(Kernels kernels, Columns columns) {
    return new Call(kernels, NAME).count(columns.shape().rows()).count(columns.shape().columns()).count(columns.chunkRows());
  }

  /** The loops of the CPU, bit for bit. */
  private static void compareWithReference(
      Columns columns, DeviceArray chunkDelta, DeviceArray chunkSquares, DeviceArray delta, DeviceArray squares) {
    int d = columns.shape().columns();
    double[] mean = row(chunkDelta, 0);
    double[] sum = row(chunkSquares, 0);
    for (int chunk = 1; chunk < chunkDelta.rows(); chunk++) {
      int before = chunk * columns.chunkRows();
      int after = Math.min(before + columns.chunkRows(), columns.shape().rows());
      double weight = (double) (after - before) / after;
      LOOPS.merge(weight, before * weight, d, row(chunkDelta, chunk), row(chunkSquares, chunk), 0, mean, sum, 0);
    }
    for (int j = 0; j < d; j++) {
      Accuracy.same("delta " + j, delta.get(j), mean[j]);
      Accuracy.same("squares " + j, squares.get(j), sum[j]);
    }
  }

  private static double[] row(DeviceArray matrix, int i) {
    double[] row = new double[matrix.columns()];
    for (int j = 0; j < row.length; j++) {
      row[j] = matrix.get(i, j);
    }
    return row;
  }

  /** Both kernels together against the moments of the whole column. */
  private static void pipeline(Kernels kernels, Columns columns) {
    ColumnMoments m = new ColumnMoments(columns.data(Layout.DENSE, Element.F64), columns.chunkRows(), null);
    m.launch(kernels, "column_moments_f64", null);
    int b = m.x.rows();
    int d = m.x.columns();
    DeviceArray delta = DeviceArray.doubles(d);
    DeviceArray squares = DeviceArray.doubles(d);
    launch(kernels, columns, m.delta, m.squares, DeviceArray.of(1), delta, squares);
    int chunks = m.delta.rows();
    double steps = (Math.ceilDiv(Math.min(b, columns.chunkRows()), DOWN) + 12 + chunks) * U;
    for (int j = 0; j < d; j++) {
      int column = j;
      Chunk exact = Chunk.of(b, i -> m.value(i, column), Exact.of(0));
      double shifted = 1;
      double largestDelta = 0;
      for (int chunk = 0; chunk < chunks; chunk++) {
        shifted = Math.max(shifted, m.chunk(chunk, j).shifted());
        largestDelta = Math.max(largestDelta, Math.abs(m.delta.get(chunk, j)));
      }
      double sum = shifted * exact.squares().doubleValue();
      Accuracy.within("squares " + j, squares.get(j), exact.squares(), 3 * steps * sum);
      Accuracy.within("delta " + j, delta.get(j), exact.delta(), steps * (Math.sqrt(sum / b) + largestDelta));
    }
  }

  private static void notPending(Kernels kernels) {
    Columns columns = new Columns(new Shape(4, 3), 2);
    call(kernels, columns)
        .input(DeviceArray.doubles(6))
        .input(DeviceArray.doubles(6))
        .input(DeviceArray.of(0))
        .input(DeviceArray.doubles(3))
        .input(DeviceArray.doubles(3))
        .launch(Blocks.elements(3));
  }

  private static void notFinite(Kernels kernels) {
    double inf = Double.POSITIVE_INFINITY;
    Columns columns = new Columns(new Shape(6, 4), 2);
    DeviceArray delta = DeviceArray.doubles(4);
    DeviceArray squares = DeviceArray.doubles(4);
    DeviceArray chunkDelta = DeviceArray.of(Double.NaN, 1, 1, 1, 1, inf, 1, 1, 1, 1, 1, 1);
    DeviceArray chunkSquares = DeviceArray.of(Double.NaN, 1, 1, 1, 1, Double.NaN, inf, 1, 1, 1, 1, 1);
    call(kernels, columns)
        .input(chunkDelta)
        .input(chunkSquares)
        .count(0)
        .output(delta)
        .output(squares)
        .launch(Blocks.elements(4));
    for (int j = 0; j < 3; j++) {
      Accuracy.holds("squares " + j + " are finite", !(squares.get(j) < inf));
    }
    Accuracy.same("squares 3", squares.get(3), 3);
    Accuracy.same("delta 3", delta.get(3), 1);
  }
}
