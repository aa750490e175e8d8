package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.function.IntToDoubleFunction;

/**
 * The moments of some rows of a column without rounding.
 *
 * @param rows n
 * @param delta mean − origin
 * @param squares M, Σ (v − mean)²
 * @param aboutFirst Σ (v − v_first)², which is (1 + ρ)·M
 * @param firstToOrigin v_first − origin
 */
record Chunk(int rows, BigDecimal delta, BigDecimal squares, BigDecimal aboutFirst, BigDecimal firstToOrigin) {
  static Chunk of(int rows, IntToDoubleFunction value, BigDecimal firstToOrigin) {
    BigDecimal first = Exact.of(value.applyAsDouble(0));
    BigDecimal sum = Exact.sum(rows, i -> Exact.of(value.applyAsDouble(i)).subtract(first));
    BigDecimal about = Exact.sum(rows, i -> Exact.square(Exact.of(value.applyAsDouble(i)).subtract(first)));
    BigDecimal n = BigDecimal.valueOf(rows);
    BigDecimal squares = Exact.quotient(about.multiply(n).subtract(Exact.square(sum)), n);
    return new Chunk(rows, firstToOrigin.add(Exact.quotient(sum, n)), squares, about, firstToOrigin);
  }

  /** 1 + ρ; 1 for equal entries. */
  double shifted() {
    return squares.signum() == 0 ? 1 : Exact.quotient(aboutFirst, squares).doubleValue();
  }
}
