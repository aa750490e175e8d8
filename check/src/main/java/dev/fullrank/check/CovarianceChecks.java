package dev.fullrank.check;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;

/** The covariance penalty against its formula in plain double, its homogeneity of degree four, and differences. */
final class CovarianceChecks {
  /** Rounding errors that a product of two covariances collects beyond those of its sums of b terms. */
  private static final double SLACK = 16;

  private CovarianceChecks() {}

  static void check(Subject subject, Matrix z, long seed, Findings findings) {
    VarianceReference reference = new VarianceReference(z);
    ElementType type = Tolerance.gradientType(z.type());
    double delta = Tolerance.certificate(type);
    double total = 0;
    for (int j = 0; j < z.columns(); j++) {
      total += reference.variance(j);
    }
    // (1/d)·‖C‖_F² ≤ (1/d)·(tr C)²: what the off-diagonal part is subtracted from.
    double size = total * total / z.columns();
    double unit = (SLACK + Math.sqrt(z.rows())) * z.type().epsilon() * size;
    try (Regularizer penalty = subject.covariancePenalty()) {
      Matrix gradient = SpectralCertificate.poisoned(type, z.rows(), z.columns());
      double value = penalty.valueAndGradient(z, gradient);
      double[] g = Reference.values(gradient);
      findings.add("covariance value", Math.abs(value - reference.penalty()), unit);
      findings.add("covariance value alone", Math.abs(penalty.value(z) - value), unit);
      double[] expected = reference.penaltyGradient();
      double[] difference = expected.clone();
      double[] at = Reference.values(z);
      for (int i = 0; i < g.length; i++) {
        difference[i] -= g[i];
        at[i] -= z.get(0, i % z.columns());
      }
      double steepest = 4 * Math.sqrt(total / (z.rows() - 1)) * total / z.columns();
      findings.add("covariance gradient", Compensated.norm(difference), delta * steepest);
      // Homogeneous of degree four in the centred data.
      findings.add("⟨G, Z⟩ = 4c", Math.abs(Compensated.dot(g, at) - 4 * value), 16 * delta * size * Math.sqrt(z.rows()));
      powersOfTwo(penalty, z, value, gradient, findings);
      if (z.type() == ElementType.FLOAT64) {
        double step = 0x1p-6 * Math.sqrt(total);
        // The rounding of moved entries reaches the value through the gradient.
        double inherited = size + steepest * largestEntry(z);
        findings.add("covariance differences", GradientCheck.standard(seed).worstRatio(penalty, z, step, inherited), 1);
      }
    }
  }

  private static double largestEntry(Matrix z) {
    double largest = 0;
    for (double entry : Reference.values(z)) {
      largest = Math.max(largest, Math.abs(entry));
    }
    return largest;
  }

  /** c(2^p·Z) = 2^4p·c and G(2^p·Z) = 2^3p·G to the last bit. */
  private static void powersOfTwo(Regularizer penalty, Matrix z, double value, Matrix gradient, Findings findings) {
    int p = 2;
    Matrix scaled = TestMatrix.newMatrix(z.type(), z.rows(), z.columns());
    Matrix g = SpectralCertificate.poisoned(gradient.type(), z.rows(), z.columns());
    boolean exact = true;
    for (int i = 0; i < z.rows(); i++) {
      for (int j = 0; j < z.columns(); j++) {
        scaled.set(i, j, Math.scalb(z.get(i, j), p));
        exact &= Math.scalb(scaled.get(i, j), -p) == z.get(i, j);
      }
    }
    boolean same = penalty.valueAndGradient(scaled, g) == Math.scalb(value, 4 * p);
    for (int i = 0; i < z.rows(); i++) {
      for (int j = 0; j < z.columns(); j++) {
        same &= g.get(i, j) == Math.scalb(gradient.get(i, j), 3 * p);
      }
    }
    findings.require("covariance 2^p bit for bit", same || !exact);
  }
}
