package dev.fullrank.check;

import dev.fullrank.Details;
import dev.fullrank.Matrix;
import dev.fullrank.Route;

/** s_μ from the suite's own decomposition. */
class PlainMeanSingularValue extends PlainRegularizer {
  @Override
  Result compute(Matrix z) {
    Reference reference = Reference.of(z);
    return new Result() {
      @Override
      public double value() {
        return Math.scalb(reference.mean(), reference.exponent());
      }

      @Override
      public double gradient(int i, int j) {
        return reference.polarFactor()[i * z.columns() + j] / reference.order();
      }

      @Override
      public Details details() {
        double rounding = 1 + 0x1p-40;
        double k = reference.order();
        double least = reference.frobenius() / k;
        double most = reference.frobenius() / Math.sqrt(k);
        double part = Math.clamp((reference.mean() - least) / (most - least), 0, 1);
        return new Details.Spectral(
            value(),
            value() / rounding,
            value() * rounding,
            Math.scalb(least, reference.exponent()),
            Math.scalb(most, reference.exponent()),
            most > least ? part : 1,
            reference.rank(),
            Route.JACOBI);
      }
    };
  }
}
