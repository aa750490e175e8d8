package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** batch_pack_E: the rows of many matrices, scaled or normalised, as n rows of k. */
final class BatchPack {
  /** Words of a report, and those of them that are written here: three numbers of the rows, and the first entry that is not finite. */
  static final int REPORT_WORDS = 10;

  private static final int WRITTEN = 4;
  private static final List<Shape> SHAPES = Shape.list(1, 1, 3, 2, 2, 3, 6, 70, 70, 6, 9, 33, 1, 300, 300, 1, 12, 12);

  private final Shape shape;
  private final DeviceArray x;
  private final DeviceArray y;
  private final DeviceArray rows;

  private BatchPack(Shape shape, DeviceArray x) {
    this.shape = shape;
    this.x = x;
    this.y = DeviceArray.doubles(shape.rows() * shape.columns());
    this.rows = DeviceArray.doubles(3 * shape.rows());
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.ALL) {
      String name = "batch_pack" + type.suffix();
      for (boolean normalize : new boolean[] {true, false}) {
        String how = normalize ? "normalised" : "scaled";
        trials.add(new Trial(name, "all shapes, " + how, kernels -> check(kernels, name, normalize, random(type, SHAPES, 0))));
        List<Shape> far = List.of(new Shape(2, 2), Shape.FAR);
        trials.add(new Trial(name, "far rows, " + how, kernels -> check(kernels, name, normalize, random(type, far, Layout.FAR_TURN))));
        trials.add(new Trial(name, "not finite, " + how, kernels -> check(kernels, name, normalize, spoilt(type))));
      }
    }
    return trials.stream();
  }

  private static List<BatchPack> random(Element type, List<Shape> shapes, int turn) {
    List<BatchPack> matrices = new ArrayList<>();
    for (Shape shape : shapes) {
      Data data = new Data(type + " " + shape);
      DeviceArray x = Layout.turn(turn < 0 ? turn : matrices.size()).matrix(type, shape);
      for (int i = 0; i < shape.rows(); i++) {
        for (int j = 0; j < shape.columns(); j++) {
          x.set(i, j, data.inRow(i, type));
        }
      }
      matrices.add(new BatchPack(shape, x));
    }
    return matrices;
  }

  /** The first and the last entry, two in one row, and one matrix that is finite. */
  private static List<BatchPack> spoilt(Element type) {
    List<BatchPack> matrices = random(type, Shape.list(9, 70, 70, 9, 5, 40, 3, 3), 0);
    matrices.get(0).x.set(0, 0, Double.NaN);
    matrices.get(1).x.set(69, 8, Double.POSITIVE_INFINITY).set(68, 8, Double.NEGATIVE_INFINITY);
    matrices.get(2).x.set(3, 39, Double.NaN).set(3, 2, Double.POSITIVE_INFINITY);
    return matrices;
  }

  /** All matrices but one, last first. */
  private static void check(Kernels kernels, String name, boolean normalize, List<BatchPack> matrices) {
    int count = matrices.size();
    int left = 1;
    Table table = new Table(matrices.stream().map(m -> m.shape).toList());
    DeviceArray numbers = DeviceArray.doubles(count - 1);
    DeviceArray reports = new DeviceArray(Element.F64, count, REPORT_WORDS, REPORT_WORDS, 0).fill(() -> 42);
    for (int m = 0; m < count; m++) {
      BatchPack matrix = matrices.get(m);
      table.x(m, matrix.x).y(m, matrix.y, m != left).rowFactors(m, matrix.rows, m != left);
      if (m != left) {
        numbers.setBits(0, m < left ? count - 2 - m : count - 1 - m, m);
      }
    }
    new Call(kernels, name)
        .input(table)
        .input(numbers)
        .count(count - 1)
        .flag(normalize)
        .output(reports)
        .launch(Blocks.matrices(count - 1, 0));
    for (int m = 0; m < count; m++) {
      int written = m == left ? 0 : WRITTEN;
      for (int word = written; word < REPORT_WORDS; word++) {
        Accuracy.same("word " + word + " of report " + m, reports.get(m, word), 42);
      }
      if (m != left) {
        matrices.get(m).check(normalize, reports, m);
      }
    }
  }

  private void check(boolean normalize, DeviceArray reports, int m) {
    int b = shape.rows();
    ScaledRows expected = new ScaledRows(x, normalize);
    boolean wide = b <= shape.columns();
    for (int i = 0; i < b; i++) {
      expected.check(i, rows.get(i), rows.get(b + i), rows.get(2 * b + i));
      for (int j = 0; j < shape.columns(); j++) {
        double actual = y.get(wide ? j * b + i : i * shape.columns() + j);
        Accuracy.same("y " + i + ", " + j, actual, expected.y(i, j));
      }
    }
    expected.checkFirst(reports.bits(m, 3));
    expected.checkSums(Blocks.THREADS, reports.get(m, 0), reports.get(m, 1), reports.get(m, 2));
  }
}
