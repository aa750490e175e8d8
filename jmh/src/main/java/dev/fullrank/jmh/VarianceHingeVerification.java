package dev.fullrank.jmh;

import dev.fullrank.Matrix;

/**
 * Verifies value and gradient of the variance hinge with its defaults, γ = 1, ε = 1e-4 and unbiased variance, against the
 * formula column by column in two passes.
 */
final class VarianceHingeVerification {
  private static final double GAMMA = 1;
  private static final double EPSILON = 1e-4;

  private VarianceHingeVerification() {}

  static void verify(Matrix z, double value, Matrix gradient) {
    int b = z.rows();
    int d = z.columns();
    double[] x = Embeddings.widened(z);
    double[] expected = new double[b * d];
    double sum = 0;
    for (int j = 0; j < d; j++) {
      double mean = 0;
      for (int i = 0; i < b; i++) {
        mean += x[i * d + j] / b;
      }
      double squares = 0;
      for (int i = 0; i < b; i++) {
        squares += (x[i * d + j] - mean) * (x[i * d + j] - mean);
      }
      double std = Math.sqrt(squares / (b - 1) + EPSILON);
      if (std < GAMMA) {
        sum += GAMMA - std;
        for (int i = 0; i < b; i++) {
          expected[i * d + j] = -(x[i * d + j] - mean) / (d * (b - 1) * std);
        }
      }
    }
    Verification.close("the variance hinge", value, sum / d, sum / d, Verification.TOLERANCE);
    Verification.close("the gradient of the variance hinge", gradient, expected);
  }
}
