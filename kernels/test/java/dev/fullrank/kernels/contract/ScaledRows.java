package dev.fullrank.kernels.contract;

import java.math.BigDecimal;

/** What one block finds of the rows of a matrix, a warp a row, in the order of operations of the contracts. */
final class ScaledRows {
  private static final double U = Element.F64.roundoff();
  private static final long NONE = -1;

  private final DeviceArray x;
  private final boolean normalize;
  private final double[] unit;
  private final double[] squares;
  private final double[] inverse;
  private double common = Double.POSITIVE_INFINITY;
  private long first = NONE;

  ScaledRows(DeviceArray x, boolean normalize) {
    this.x = x;
    this.normalize = normalize;
    int b = x.rows();
    unit = new double[b];
    squares = new double[b];
    inverse = new double[b];
    for (int i = b - 1; i >= 0; i--) {
      scan(i);
    }
    common = common < Double.POSITIVE_INFINITY ? common : 1;
    for (int i = 0; i < b; i++) {
      double ratio = common / unit[i];
      inverse[i] = !normalize ? 1 : squares[i] > 0 ? 1 / Math.sqrt(squares[i]) : 0;
      squares[i] = normalize ? squares[i] : squares[i] * ratio * ratio;
      unit[i] = normalize ? unit[i] : common;
    }
  }

  private void scan(int i) {
    double largest = 0;
    boolean finite = true;
    for (int j = x.columns() - 1; j >= 0; j--) {
      boolean isFinite = Double.isFinite(x.get(i, j));
      first = isFinite ? first : (long) i * x.columns() + j;
      finite &= isFinite;
      largest = Math.max(largest, Math.abs(x.get(i, j)));
    }
    double u = largest == 0 ? 1 : Math.scalb(1.0, finite ? -Math.clamp(Math.getExponent(largest), -1000, 1000) : -1000);
    unit[i] = u;
    squares[i] = Reduction.ofLanes(x.columns(), j -> x.get(i, j) * u * (x.get(i, j) * u));
    common = squares[i] > 0 ? Math.min(common, u) : common;
  }

  boolean finite() {
    return first == NONE;
  }

  /** y_ij. */
  double y(int i, int j) {
    return finite() ? x.get(i, j) * unit[i] * inverse[i] : 0;
  }

  void check(int i, double actualUnit, double actualSquares, double actualInverse) {
    Accuracy.same("unit " + i, actualUnit, unit[i]);
    Accuracy.same("squares " + i, actualSquares, squares[i]);
    Accuracy.same("inverse " + i, actualInverse, inverse[i]);
  }

  void checkFirst(long actual) {
    Accuracy.holds("first is " + actual + ", should be " + first, actual == first);
  }

  /** ‖Y‖_F², the largest squared norm and the common unit, by a block of so many threads. */
  void checkSums(int threads, double sum, double largestSquare, double commonUnit) {
    if (!finite()) {
      Accuracy.holds("the norm is finite", !Double.isFinite(sum));
      return;
    }
    int d = x.columns();
    double largest = 0;
    for (int i = 0; i < x.rows(); i++) {
      largest = Math.max(largest, ofY(i));
      int row = i;
      BigDecimal exact = Exact.sum(d, j -> Exact.square(Exact.of(x.get(row, j) * unit[row])));
      Accuracy.within("squares " + i, squares[i], exact, (Math.ceilDiv(d, Blocks.TILE) + 6) * U * exact.doubleValue() + Double.MIN_VALUE);
    }
    Accuracy.same("sum", sum, Reduction.sum(x.rows(), threads, this::ofY));
    Accuracy.same("largest", largestSquare, largest);
    Accuracy.same("common unit", commonUnit, normalize ? 1 : common);
  }

  private double ofY(int i) {
    return normalize ? inverse[i] * inverse[i] * squares[i] : squares[i];
  }
}
