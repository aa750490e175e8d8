package dev.fullrank.check;

import dev.fullrank.Details;
import dev.fullrank.Matrix;

/** The SVMax penalty of rows normalised or not, on top of {@link PlainMeanSingularValue}. */
final class PlainSvMax extends PlainRegularizer {
  private final Subject.Penalty penalty;

  PlainSvMax(Subject.Penalty penalty) {
    this.penalty = penalty;
  }

  @Override
  Result compute(Matrix z) {
    double[] y = Reference.values(z);
    double[] norms = new double[z.rows()];
    int d = z.columns();
    for (int i = 0; i < z.rows(); i++) {
      norms[i] = penalty.normalizeRows() ? Math.sqrt(Compensated.dot(y, i * d, y, i * d, d)) : 1;
      for (int j = 0; j < d; j++) {
        y[i * d + j] /= norms[i];
      }
    }
    Result s = new PlainMeanSingularValue().compute(Matrix.of(y, z.rows(), d));
    Details.Spectral spectral = (Details.Spectral) s.details();
    double k = Math.min(z.rows(), d);
    double upper = Math.sqrt(z.rows() / k);
    double range = upper - Math.sqrt(z.rows()) / k;
    boolean flat = k == 1;
    double lambda = penalty.strength();
    double exponential = lambda * Math.exp(flat ? 0 : (upper - s.value()) / range);
    double slope = penalty.exponential() ? (flat ? 0 : -exponential / range) : -lambda;
    return new Result() {
      @Override
      public double value() {
        return penalty.exponential() ? exponential : -lambda * s.value();
      }

      @Override
      public double gradient(int i, int j) {
        double radial = 0;
        for (int l = 0; l < d && penalty.normalizeRows(); l++) {
          radial += s.gradient(i, l) * y[i * d + l];
        }
        return slope * (s.gradient(i, j) - radial * y[i * d + j]) / norms[i];
      }

      @Override
      public Details details() {
        return spectral;
      }
    };
  }
}
