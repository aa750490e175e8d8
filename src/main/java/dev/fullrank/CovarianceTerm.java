package dev.fullrank;

import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.DenseOps;
import dev.fullrank.linalg.OffDiagonalEnergy;
import dev.fullrank.linalg.Operand;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** c(Z) = Σ_{i≠j} C_ij²/divisor with C = YᵀY/(n−1), Y = Z − mean. */
final class CovarianceTerm implements MomentTerm {
  /**
   * Column norms within 2^±128 go unscaled: the fourth powers of the sum are then within 2^±516, and 2^62 of them can be added.
   */
  private static final int UNSCALED_EXPONENT = 128;

  /** The least unit: the inverse of 2^-1074 is no double, and numbers of 2^-74 are as safe as larger ones. */
  private static final int LEAST_EXPONENT = -1000;

  /** Leaves an upstream factor, and sums of products of scaled entries, 2^123 before they overflow. */
  private static final int LARGEST_FACTOR_EXPONENT = 900;

  private final CovarianceOptions options;
  private final Operand y = new Operand();
  private final OffDiagonalEnergy<double[]> energy;
  private double[] means = {};
  private double[] squaredNorms = {};
  private double[] rowScale = {};
  private @Nullable CentredColumns columns;
  private boolean none;
  private int exponent;
  private double scaledEnergy;
  private double degreesOfFreedom;

  CovarianceTerm(CovarianceOptions options, DenseOps<double[]> ops) {
    this.options = options;
    this.energy = new OffDiagonalEnergy<>(ops, y);
  }

  @Override
  public void compute(CentredColumns centred) {
    columns = centred;
    ColumnMoments m = centred.moments();
    degreesOfFreedom = options.estimator().divisor(m.samples());
    exponent = 0;
    none = m.columns() == 1 || !centred.isFinite() || !chooseExponent(m);
    if (none) {
      scaledEnergy = centred.isFinite() ? 0 : Double.NaN;
      return;
    }
    setOperand(centred.matrix(), m);
    scaledEnergy = energy.compute(squaredNorms);
  }

  /** The unit in which the Gram matrix is computed, from the largest column norm; false if all columns are constant. */
  private boolean chooseExponent(ColumnMoments m) {
    int largest = Integer.MIN_VALUE;
    for (int j = 0; j < m.columns(); j++) {
      if (!m.isConstant(j)) {
        largest = Math.max(largest, Math.getExponent(m.sumOfSquares(j)) / 2 + m.exponent(j));
      }
    }
    exponent = Math.abs(largest) <= UNSCALED_EXPONENT ? 0 : Math.max(largest, LEAST_EXPONENT);
    return largest != Integer.MIN_VALUE;
  }

  private void setOperand(Matrix z, ColumnMoments m) {
    int d = m.columns();
    if (means.length < d) {
      means = new double[d];
      squaredNorms = new double[d];
    }
    for (int j = 0; j < d; j++) {
      means[j] = Math.scalb(m.mean(j), -exponent);
      squaredNorms[j] = Math.scalb(m.sumOfSquares(j), 2 * (m.exponent(j) - exponent));
    }
    if (exponent != 0) {
      if (rowScale.length < z.rows()) {
        rowScale = new double[z.rows()];
      }
      Arrays.fill(rowScale, 0, z.rows(), Math.scalb(1.0, -exponent));
    }
    y.set(z, exponent == 0 ? null : rowScale, means);
  }

  @Override
  public double value() {
    return Math.scalb(scaledEnergy / degreesOfFreedom / degreesOfFreedom / divisor(), 4 * exponent);
  }

  private double divisor() {
    return options.divisor().of(Objects.requireNonNull(columns).moments().columns());
  }

  /** ∂c/∂Z = 4/(divisor·(n−1)²)·Y·offdiag(YᵀY), also through the mean, as its columns sum to zero like those of Y. */
  @Override
  public void gradient(double upstream, Matrix out) {
    CentredColumns centred = Objects.requireNonNull(columns);
    if (!centred.isFinite()) {
      centred.fill(Double.NaN, out);
    } else if (none) {
      centred.fill(0 * upstream, out);
    } else {
      double factor = 4 * upstream / degreesOfFreedom / degreesOfFreedom / divisor();
      int inProduct = Math.min(3 * exponent, LARGEST_FACTOR_EXPONENT);
      energy.gradient(Math.scalb(factor, inProduct), out);
      multiply(out, 3 * exponent - inProduct);
    }
  }

  /** The rest of a factor that would have been infinite, and infinity times zero no number; seldom, so element by element. */
  private static void multiply(Matrix out, int exponent) {
    for (int i = 0; exponent > 0 && i < out.rows(); i++) {
      for (int j = 0; j < out.columns(); j++) {
        out.set(i, j, Math.scalb(out.get(i, j), exponent));
      }
    }
  }

  /** Σ_{i≠j} C_ij². */
  @Override
  public Details.Covariance details() {
    return new Details.Covariance(Math.scalb(scaledEnergy / degreesOfFreedom / degreesOfFreedom, 4 * exponent));
  }

  @Override
  public void release() {
    columns = null;
    y.clear();
  }
}
