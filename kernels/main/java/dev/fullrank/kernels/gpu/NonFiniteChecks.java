package dev.fullrank.kernels.gpu;

import static dev.fullrank.kernels.gpu.Checklist.require;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.NonFiniteInputException;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;

/** NaN and infinities: an exception that names the first of them, or NaN for the value and all of the gradient; from host and device. */
final class NonFiniteChecks {
  private static final int ROWS = 33;
  private static final int COLUMNS = 70;
  private static final int ROW = 17;
  private static final int COLUMN = 69;

  private NonFiniteChecks() {}

  static void run(Checklist list) {
    for (Term term : Term.values()) {
      list.check("NaN and infinity are named, " + term, () -> named(term));
      list.check("NaN and infinity propagate, " + term, () -> propagated(term));
    }
  }

  private static String named(Term term) {
    try (Gpu gpu = Gpu.open();
        Regularizer r = term.on(Gpu.DEVICE)) {
      for (ElementType type : ElementType.values()) {
        Matrix good = HostMatrices.normal(type, ROWS, COLUMNS);
        double before = r.value(good);
        Matrix bad = spoilt(type, Double.NEGATIVE_INFINITY);
        requireNamed(r, bad);
        requireNamed(r, gpu.copy(bad, COLUMNS + 1));
        require(r.value(good) == before, "another value after the exception");
        gpu.freeAll();
      }
    }
    return "";
  }

  private static void requireNamed(Regularizer r, Matrix bad) {
    try {
      double value = r.value(bad);
      throw new AssertionError("no exception, but the value " + value + ", for " + bad);
    } catch (NonFiniteInputException e) {
      require(e.row() == ROW && e.column() == COLUMN, e.getMessage() + ", for " + bad);
    }
  }

  private static String propagated(Term term) {
    try (Gpu gpu = Gpu.open();
        Regularizer r = term.on(Gpu.DEVICE, NonFinitePolicy.PROPAGATE)) {
      for (ElementType type : ElementType.values()) {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
          Matrix bad = spoilt(type, value);
          Matrix gradient = HostMatrices.zeros(type, ROWS, COLUMNS);
          requireNaN(r.valueAndGradient(bad, gradient), gradient);
          Matrix there = gpu.empty(type, ROWS, COLUMNS, COLUMNS + 1);
          requireNaN(r.valueAndGradient(gpu.copy(bad, COLUMNS + 1), there), gpu.fetch(there));
          gpu.freeAll();
        }
      }
    }
    return "";
  }

  /** A matrix whose first entry that is not finite has a known place. */
  private static Matrix spoilt(ElementType type, double value) {
    Matrix z = HostMatrices.normal(type, ROWS, COLUMNS);
    z.set(ROW, COLUMN, value);
    z.set(ROWS - 1, 0, Double.NaN);
    return z;
  }

  private static void requireNaN(double value, Matrix gradient) {
    boolean all = Double.isNaN(value);
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        all &= Double.isNaN(gradient.get(i, j));
      }
    }
    require(all, "value or gradient have numbers, for " + gradient);
  }
}
