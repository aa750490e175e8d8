package dev.fullrank.check;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;

/**
 * What the suite's own decomposition says about the numbers stored in a matrix E, in units of 2^p with p chosen so that the
 * largest entry lies in [1, 2): these units neither overflow nor underflow.
 */
final class Reference {
  private final ElementType type;
  private final int rows;
  private final int columns;
  private final int exponent;
  private final double[] values;
  private final HestenesSvd svd;

  private Reference(Matrix z, ElementType type, int exponent, double[] values) {
    this.type = type;
    this.rows = z.rows();
    this.columns = z.columns();
    this.exponent = exponent;
    this.values = values;
    this.svd = HestenesSvd.of(values, rows, columns, rankThreshold());
  }

  /** Decomposes the numbers that are stored. */
  static Reference of(Matrix z) {
    return of(z, z.type());
  }

  /** The same for a matrix made in double from numbers that were stored in a given type. */
  static Reference of(Matrix z, ElementType type) {
    double[] values = values(z);
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    if (!Double.isFinite(largest)) {
      throw new IllegalArgumentException("a matrix with a NaN or an infinity has no singular values");
    }
    // Normalised twice: the exponent of a subnormal is not that of its leading bit.
    int exponent = largest == 0 ? 0 : Math.getExponent(Math.scalb(largest, largest < 1 ? 1000 : 0)) - (largest < 1 ? 1000 : 0);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.scalb(values[i], -exponent);
    }
    return new Reference(z, type, exponent, values);
  }

  /** All entries of a matrix, row-major, widened. */
  static double[] values(Matrix z) {
    double[] values = new double[z.rows() * z.columns()];
    for (int i = 0; i < z.rows(); i++) {
      for (int j = 0; j < z.columns(); j++) {
        values[i * z.columns() + j] = z.get(i, j);
      }
    }
    return values;
  }

  /** k. */
  int order() {
    return Math.min(rows, columns);
  }

  /** p. */
  int exponent() {
    return exponent;
  }

  /** E in units of 2^p, row-major. */
  double[] scaledValues() {
    return values;
  }

  /** A quantity that scales like E, in units of 2^p. */
  double inUnits(double quantity) {
    return Math.scalb(quantity, -exponent);
  }

  /** σ₁ ≥ … ≥ σ_k in units of 2^p. */
  double[] singularValues() {
    return svd.singularValues();
  }

  /** s_μ in units of 2^p. */
  double mean() {
    return svd.mean();
  }

  /** σ₁ in units of 2^p. */
  double largest() {
    return svd.singularValues()[0];
  }

  /** ‖E‖_F in units of 2^p. */
  double frobenius() {
    return Compensated.norm(values);
  }

  /** U_r·V_rᵀ of the singular values above the threshold. */
  double[] polarFactor() {
    return svd.polarFactor();
  }

  /** Singular values up to this times σ₁ are zero but for rounding in double: the stored numbers are taken as exact. */
  double rankThreshold() {
    return Math.max(rows, columns) * ElementType.FLOAT64.epsilon();
  }

  /** Number of singular values above the threshold. */
  int rank() {
    int rank = 0;
    for (double sigma : svd.singularValues()) {
      rank += sigma > rankThreshold() * largest() ? 1 : 0;
    }
    return rank;
  }

  /**
   * Whether every convention about small singular values gives the same rank: none lies between rounding in double and four
   * times max(b, d) rounding errors of the type (of float, for the 16-bit types).
   */
  boolean hasClearRank() {
    double coarse = type == ElementType.FLOAT64 ? ElementType.FLOAT64.epsilon() : ElementType.FLOAT32.epsilon();
    for (double sigma : svd.singularValues()) {
      if (sigma > rankThreshold() * largest() && sigma <= 4 * Math.max(rows, columns) * coarse * largest()) {
        return false;
      }
    }
    return true;
  }

  /**
   * What governs how fast the polar factor turns, in units of 2^p: σ_k for a rectangular matrix, (σ_k + σ_(k−1))/2 for a square
   * one; at rank deficiency the smallest σ above the threshold.
   */
  double gap() {
    double[] sigma = svd.singularValues();
    int r = Math.max(rank(), 1);
    boolean square = rows == columns && r == order() && r > 1;
    return square ? (sigma[r - 1] + sigma[r - 2]) / 2 : sigma[r - 1];
  }

  /**
   * Whether every route must accept the matrix: κ = σ₁/σ_k is at most 100, in double, where squaring it costs promised digits,
   * at most 30, with a mean of σ₁/σ_i up to √max(b,d).
   */
  boolean isWellConditioned() {
    double[] sigma = svd.singularValues();
    double sum = 0;
    for (double each : sigma) {
      sum += sigma[0] / each;
    }
    double kappa = sigma[0] / sigma[order() - 1];
    boolean inDouble = kappa <= 30 && sum <= sigma.length * Math.sqrt(Math.max(rows, columns));
    return type == ElementType.FLOAT64 ? inDouble : kappa <= 100;
  }

  /** Whether rounding the entries to the type may have made σ_k vanish or change sides: the polar factor then jumps. */
  boolean roundingMovesPolarFactor() {
    return Math.sqrt((double) rows * columns) * type.epsilon() * largest() > svd.singularValues()[order() - 1] / 4;
  }

  /** Whether s_μ is differentiable here, with some distance to where it is not. */
  boolean isSmooth() {
    return rank() == order();
  }

  /**
   * The promise on the value, 4·√max(b,d)·eps·σ₁, in units of 2^p; half as much again if the stored entries were rounded, and
   * the smallest positive number for results among the subnormals.
   */
  double valueTolerance(boolean rounded) {
    double unit = Math.sqrt(Math.max(rows, columns)) * type.epsilon() * largest();
    return (rounded ? 6 : 4) * unit + inUnits(Double.MIN_VALUE);
  }
}
