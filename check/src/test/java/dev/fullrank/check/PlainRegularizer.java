package dev.fullrank.check;

import dev.fullrank.Details;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;

/** A regularizer from one plain function, so that the suite can be tested, and broken, without the library. */
abstract class PlainRegularizer implements Regularizer {
  /** What one evaluation found. */
  interface Result {
    double value();

    double gradient(int i, int j);

    default Details details() {
      return new Details.Covariance(0);
    }
  }

  abstract Result compute(Matrix z);

  @Override
  public Evaluation forward(Matrix z) {
    Result result = compute(z);
    return new Evaluation() {
      @Override
      public double value() {
        return result.value();
      }

      @Override
      public void gradient(double upstream, Matrix out) {
        for (int i = 0; i < out.rows(); i++) {
          for (int j = 0; j < out.columns(); j++) {
            out.set(i, j, upstream * result.gradient(i, j));
          }
        }
      }

      @Override
      public Details details() {
        return result.details();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public double value(Matrix z) {
    return compute(z).value();
  }

  @Override
  public double valueAndGradient(Matrix z, Matrix gradient) {
    try (Evaluation evaluation = forward(z)) {
      evaluation.gradient(1, gradient);
      return evaluation.value();
    }
  }

  @Override
  public void close() {}
}
