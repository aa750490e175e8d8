package dev.fullrank.check;

import dev.fullrank.Details;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;

/** Plain implementations of everything that the suite checks. */
class PlainSubject implements Subject {
  @Override
  public Regularizer meanSingularValue(Route route) {
    return new PlainMeanSingularValue();
  }

  @Override
  public Regularizer svMax(Route route, Penalty penalty) {
    return new PlainSvMax(penalty);
  }

  @Override
  public Regularizer varianceHinge(double gamma, double epsilon) {
    return new PlainRegularizer() {
      @Override
      Result compute(Matrix z) {
        VarianceReference reference = new VarianceReference(z);
        return new Result() {
          @Override
          public double value() {
            return reference.hinge(gamma, epsilon);
          }

          @Override
          public double gradient(int i, int j) {
            return reference.hingeGradient(i, j, gamma, epsilon);
          }
        };
      }
    };
  }

  @Override
  public Regularizer covariancePenalty() {
    return new PlainRegularizer() {
      @Override
      Result compute(Matrix z) {
        VarianceReference reference = new VarianceReference(z);
        double[] gradient = reference.penaltyGradient();
        return new Result() {
          @Override
          public double value() {
            return reference.penalty();
          }

          @Override
          public double gradient(int i, int j) {
            return gradient[i * z.columns() + j];
          }

          @Override
          public Details details() {
            return new Details.Covariance(z.columns() * reference.penalty());
          }
        };
      }
    };
  }
}
