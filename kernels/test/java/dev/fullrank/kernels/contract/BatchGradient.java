package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** batch_gradient_O: the rows of many polar factors, projected and scaled, in the caller's layout. */
final class BatchGradient {
  private static final double U = Element.F64.roundoff();
  private static final List<Shape> SHAPES = Shape.list(1, 1, 3, 2, 2, 3, 9, 70, 70, 9, 10, 33, 1, 300, 300, 1);

  private final Shape shape;
  private final DeviceArray p;
  private final DeviceArray y;
  private final DeviceArray rows;
  private final DeviceArray out;
  private final double factor;

  private BatchGradient(Element to, Shape shape, int number, int turn) {
    this.shape = shape;
    Data data = new Data(to + " " + shape);
    int entries = shape.rows() * shape.columns();
    p = DeviceArray.doubles(entries).fill(data::normal);
    y = DeviceArray.doubles(entries).fill(() -> data.normal() / Math.sqrt(shape.columns()));
    rows = DeviceArray.doubles(3 * shape.rows());
    for (int i = 0; i < shape.rows(); i++) {
      // unit·inverse is beyond the range in row 8, and of all sizes in the others
      rows.set(0, i, Math.scalb(1.0, i == 8 ? 1000 : Math.clamp((i - 4) * 30L, -1000, 1000)));
      rows.set(0, 2 * shape.rows() + i, i == 8 ? 0x1.3p60 : data.positive());
    }
    out = Layout.turn(turn).matrix(to, shape);
    factor = number == 2 ? Double.NaN : -0.7 * number;
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element to : Element.ALL) {
      String name = "batch_gradient" + to.suffix();
      for (boolean normalize : new boolean[] {true, false}) {
        String how = normalize ? ", projected" : ", as it is";
        trials.add(new Trial(name, "all shapes" + how, kernels -> check(kernels, name, normalize, of(to, SHAPES, 0))));
        List<Shape> far = List.of(new Shape(2, 2), Shape.FAR);
        trials.add(new Trial(name, "far rows" + how, kernels -> check(kernels, name, normalize, of(to, far, Layout.FAR_TURN))));
      }
      trials.add(new Trial(name, "ties", kernels -> ties(kernels, name, to)));
    }
    return trials.stream();
  }

  private static List<BatchGradient> of(Element to, List<Shape> shapes, int turn) {
    List<BatchGradient> matrices = new ArrayList<>();
    for (Shape shape : shapes) {
      int number = matrices.size();
      matrices.add(new BatchGradient(to, shape, number, turn < 0 ? turn : turn + number));
    }
    return matrices;
  }

  /** Rounding alone: the factor is 1. */
  private static void ties(Kernels kernels, String name, Element to) {
    DeviceArray values = Ties.matrix(Layout.DENSE, Element.F64, to, 1100);
    DeviceArray out = Layout.ODD.matrix(to, 1, values.columns());
    Table table = new Table(List.of(new Shape(1, values.columns()))).p(0, values, false).out(0, out, true);
    launch(kernels, name, false, table, DeviceArray.word(0), DeviceArray.of(1));
    for (int j = 0; j < values.columns(); j++) {
      Accuracy.same("out of " + values.get(j), out.get(j), to.round(values.get(j)));
    }
  }

  private static void launch(Kernels kernels, String name, boolean normalize, Table table, DeviceArray numbers, DeviceArray factors) {
    new Call(kernels, name)
        .input(table)
        .input(numbers)
        .count(numbers.columns())
        .flag(normalize)
        .input(factors)
        .launch(Blocks.matrices(numbers.columns(), 0));
  }

  /** All matrices but the first. Without normalisation neither Y nor what belongs to rows is looked at. */
  private static void check(Kernels kernels, String name, boolean normalize, List<BatchGradient> matrices) {
    Table table = new Table(matrices.stream().map(m -> m.shape).toList());
    DeviceArray numbers = DeviceArray.doubles(matrices.size() - 1);
    DeviceArray factors = DeviceArray.doubles(matrices.size());
    for (int m = 0; m < matrices.size(); m++) {
      BatchGradient matrix = matrices.get(m);
      table.p(m, matrix.p, false).out(m, matrix.out, m > 0);
      factors.set(0, m, matrix.factor);
      if (normalize) {
        table.y(m, matrix.y, false).rowFactors(m, matrix.rows, false);
      }
      if (m > 0) {
        numbers.setBits(0, m - 1, m);
      }
    }
    launch(kernels, name, normalize, table, numbers, factors);
    matrices.stream().skip(1).forEach(m -> m.check(normalize));
  }

  private int place(int i, int j) {
    return shape.rows() <= shape.columns() ? j * shape.rows() + i : i * shape.columns() + j;
  }

  private void check(boolean normalize) {
    int d = shape.columns();
    for (int i = 0; i < shape.rows(); i++) {
      int row = i;
      double slope = normalize ? Math.min(rows.get(2 * shape.rows() + i) * rows.get(i), Double.MAX_VALUE) : 1;
      double t = normalize ? Reduction.ofLanes(d, j -> p.get(place(row, j)) * y.get(place(row, j))) : 0;
      BigDecimal along = normalize ? Exact.sum(d, j -> Exact.product(p.get(place(row, j)), y.get(place(row, j)))) : BigDecimal.ZERO;
      double length = normalize ? Exact.sum(d, j -> Exact.product(p.get(place(row, j)), y.get(place(row, j))).abs()).doubleValue() : 0;
      for (int j = 0; j < d; j++) {
        String what = "out " + i + ", " + j;
        double pij = p.get(place(i, j));
        double yij = normalize ? y.get(place(i, j)) : 0;
        double bits = factor * slope * (normalize ? pij - t * yij : pij);
        Accuracy.same(what, out.get(i, j), out.type().round(bits));
        if (!Double.isNaN(factor)) {
          BigDecimal part = along.multiply(Exact.of(yij));
          BigDecimal exact = Exact.product(factor, slope).multiply(Exact.of(pij).subtract(part));
          double loss = U * ((Math.ceilDiv(d, Blocks.TILE) + 6) * length * Math.abs(yij) + 5 * (Math.abs(pij) + part.abs().doubleValue()));
          double permitted = Math.abs(factor * slope) * loss + out.type().roundoff() * exact.abs().doubleValue();
          Accuracy.within(what, out.type(), out.get(i, j), exact, Math.min(permitted + out.type().leastSubnormal(), Double.MAX_VALUE));
        }
      }
    }
  }
}
