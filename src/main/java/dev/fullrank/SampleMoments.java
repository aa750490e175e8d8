package dev.fullrank;

import dev.fullrank.linalg.CoMoment;
import dev.fullrank.linalg.GramProduct;
import dev.fullrank.linalg.TriangularFactor;
import org.jspecify.annotations.Nullable;

/**
 * Second moments of the rows times 2^-exponent, and their triangular factor where one is kept.
 *
 * <p>The exponent is 0 for all ordinary data. It moves only when entries leave [2^-400, 2^480], where squares and their sums over
 * up to 2^60 rows are no longer safe; it never falls, and a rise is an exact multiplication by a power of two (rows that it
 * pushes below the smallest number were below the last bit of the sums already). Not thread-safe.
 */
final class SampleMoments {
  /** Squares of entries up to 2^480, summed over 2^60 rows, stay below 2^1020. */
  private static final double LARGEST_UNSCALED = 0x1p480;

  /** Squares of entries from 2^-400 on keep all their bits, with 2^222 to spare for smaller entries of other columns. */
  private static final double SMALLEST_UNSCALED = 0x1p-400;

  /** The exponent that fits zeros: the lowest, so that the first entry other than zero raises it. */
  private static final int LOWEST_EXPONENT = Math.getExponent(0.0);

  private final CoMoment moments;
  private @Nullable TriangularFactor factor;
  private int exponent;

  /** No rows yet. */
  SampleMoments(CoMoment empty, @Nullable TriangularFactor factor) {
    this(empty, factor, LOWEST_EXPONENT);
  }

  SampleMoments(CoMoment moments, @Nullable TriangularFactor factor, int exponent) {
    this.moments = moments;
    this.factor = factor;
    this.exponent = exponent;
  }

  SampleMoments copy() {
    return new SampleMoments(moments.copy(), factor == null ? null : factor.copy(), exponent);
  }

  /** Moments of the scaled rows. */
  CoMoment moments() {
    return moments;
  }

  /** Triangular factor of the scaled rows, or null if none is kept. */
  @Nullable TriangularFactor factor() {
    return factor;
  }

  /** The rows are 2^exponent times what the moments describe. */
  int exponent() {
    return exponent;
  }

  void dropFactor() {
    factor = null;
  }

  /** Takes in n rows, dense and row-major, none of whose entries is larger in magnitude than {@code largest}. */
  void add(double[] rows, int n, double largest, GramProduct product) {
    raiseTo(exponentFor(largest));
    double scale = Math.scalb(1.0, -exponent);
    moments.add(rows, n, scale, product);
    if (factor != null) {
      factor.add(rows, n, scale);
    }
  }

  /** Takes in what the other one has seen; the factor survives if both have one. The other one is left alone. */
  void merge(SampleMoments other) {
    raiseTo(other.exponent);
    SampleMoments fitting = other;
    if (other.exponent < exponent) {
      fitting = other.copy();
      fitting.raiseTo(exponent);
    }
    moments.merge(fitting.moments);
    if (factor != null && fitting.factor != null) {
      factor.merge(fitting.factor);
    } else {
      factor = null;
    }
  }

  private void raiseTo(int target) {
    if (target > exponent) {
      double scale = Math.scalb(1.0, exponent - target);
      moments.scale(scale);
      if (factor != null) {
        factor.scale(scale);
      }
      exponent = target;
    }
  }

  /** The exponent that suits rows whose largest entry has this magnitude. */
  static int exponentFor(double largest) {
    if (largest == 0) {
      return LOWEST_EXPONENT;
    }
    return largest >= SMALLEST_UNSCALED && largest <= LARGEST_UNSCALED ? 0 : Math.getExponent(largest);
  }
}
