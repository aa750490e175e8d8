package dev.fullrank;

import dev.fullrank.cpu.CpuColumns;
import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.Precision;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A matrix seen as deviations from its column means: what all terms of one matrix share, computed once. A workspace. */
final class CentredColumns {
  private final CpuColumns passes;
  private final Precision precision;
  private final ColumnMoments moments = new ColumnMoments();
  private @Nullable Matrix z;
  private boolean finite;

  /**
   * Columns whose moments come from these passes.
   *
   * @param precision SINGLE where the terms need no more digits than a float has
   */
  CentredColumns(CpuColumns passes, Precision precision) {
    this.passes = passes;
    this.precision = precision;
  }

  /**
   * The moments of the columns of z.
   *
   * @throws IllegalArgumentException if z has one row only, of which there is no variance
   * @throws NonFiniteInputException if the policy is to throw and z has such an entry
   */
  void compute(Matrix z, NonFinitePolicy policy) {
    requireRows(z);
    this.z = z;
    passes.moments(z, moments, precision);
    finite = moments.isFinite();
    if (!finite && policy == NonFinitePolicy.THROW) {
      throw Checks.nonFinite(z);
    }
  }

  static void requireRows(Matrix z) {
    if (z.rows() < 2) {
      throw new IllegalArgumentException("a variance needs at least two rows, not " + z.rows() + "×" + z.columns());
    }
  }

  Matrix matrix() {
    return Objects.requireNonNull(z);
  }

  ColumnMoments moments() {
    return moments;
  }

  boolean isFinite() {
    return finite;
  }

  /** out_ij := factors_j·(z_ij − mean_j). */
  void deviations(double[] factors, Matrix out) {
    passes.deviations(matrix(), moments, factors, out);
  }

  /** out_ij := value. */
  void fill(double value, Matrix out) {
    passes.fill(value, out);
  }

  /** Forgets the caller's memory. */
  void release() {
    z = null;
  }
}
