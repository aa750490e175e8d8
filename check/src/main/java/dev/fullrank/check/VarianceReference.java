package dev.fullrank.check;

import dev.fullrank.Matrix;

/** v(Z), c(Z) and their gradients by the formulas, two passes and compensated sums: slow and plain. */
final class VarianceReference {
  private final int rows;
  private final int columns;
  private final double[][] centred;
  private final double[] variances;

  VarianceReference(Matrix z) {
    this.rows = z.rows();
    this.columns = z.columns();
    this.centred = new double[columns][rows];
    this.variances = new double[columns];
    double[] ones = new double[rows];
    for (int i = 0; i < rows; i++) {
      ones[i] = 1;
    }
    for (int j = 0; j < columns; j++) {
      for (int i = 0; i < rows; i++) {
        centred[j][i] = z.get(i, j) - z.get(0, j);
      }
      double mean = Compensated.dot(centred[j], ones) / rows;
      for (int i = 0; i < rows; i++) {
        centred[j][i] -= mean;
      }
      variances[j] = Compensated.dot(centred[j], centred[j]) / (rows - 1);
    }
  }

  /** The unbiased variance of a column. */
  double variance(int j) {
    return variances[j];
  }

  /** S_j = √(var_j + ε). */
  double std(int j, double epsilon) {
    return Math.sqrt(variances[j] + epsilon);
  }

  /** max_j S_j. */
  double largestStd(double epsilon) {
    double largest = 0;
    for (int j = 0; j < columns; j++) {
      largest = Math.max(largest, std(j, epsilon));
    }
    return largest;
  }

  /** The least |S_j − γ|: the distance to the hinge's kink, up to a factor. */
  double distanceToKink(double gamma, double epsilon) {
    double least = Double.POSITIVE_INFINITY;
    for (int j = 0; j < columns; j++) {
      least = Math.min(least, Math.abs(std(j, epsilon) - gamma));
    }
    return least;
  }

  /** v = (1/d)·Σ_j max(0, γ − S_j). */
  double hinge(double gamma, double epsilon) {
    double[] terms = new double[columns];
    for (int j = 0; j < columns; j++) {
      terms[j] = Math.max(0, gamma - std(j, epsilon));
    }
    return Compensated.sum(terms) / columns;
  }

  /** ∂v/∂z_ij = −(z_ij − mean_j)/(d·(b−1)·S_j) where S_j &lt; γ, else 0. */
  double hingeGradient(int i, int j, double gamma, double epsilon) {
    double s = std(j, epsilon);
    return s < gamma && variances[j] > 0 ? -centred[j][i] / ((double) columns * (rows - 1) * s) : 0;
  }

  /** C_ij. */
  double covariance(int i, int j) {
    return Compensated.dot(centred[i], centred[j]) / (rows - 1);
  }

  /** c = (1/d)·Σ_{i≠j} C_ij². */
  double penalty() {
    double sum = 0;
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < i; j++) {
        double c = covariance(i, j);
        sum += 2 * c * c;
      }
    }
    return sum / columns;
  }

  /** ∂c/∂Z = 4/(d(b−1))·(Z − mean)·offdiag(C), row-major. */
  double[] penaltyGradient() {
    double[] gradient = new double[rows * columns];
    for (int j = 0; j < columns; j++) {
      for (int l = 0; l < columns; l++) {
        double c = l == j ? 0 : covariance(l, j);
        for (int i = 0; i < rows; i++) {
          gradient[i * columns + j] += 4 * c * centred[l][i] / ((double) columns * (rows - 1));
        }
      }
    }
    return gradient;
  }
}
