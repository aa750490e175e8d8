package dev.fullrank.check;

import dev.fullrank.Details;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import java.util.List;
import java.util.random.RandomGenerator;

/** SVMax in both forms, with and without row normalisation, against its formula and by differences. */
final class PenaltyCases {
  private PenaltyCases() {}

  static void add(Subject subject, Extent extent, long seed, List<CheckCase> cases) {
    int[][] shapes = extent == Extent.FULL
        ? new int[][] {{1, 1}, {1, 7}, {7, 1}, {6, 11}, {11, 6}, {8, 8}, {33, 20}, {20, 33}}
        : new int[][] {{1, 7}, {6, 11}, {11, 6}};
    for (int[] shape : shapes) {
      RandomGenerator random = ExactOrthogonal.random(seed);
      double[] noise = random.doubles((long) shape[0] * shape[1], -1, 1).toArray();
      TestMatrix free = TestMatrix.of("random", shape[0], shape[1], (i, j) -> noise[i * shape[1] + j]);
      double[] norms = rowNorms(free.toMatrix());
      TestMatrix unit = TestMatrix.of("random unit rows", shape[0], shape[1], (i, j) -> free.baseAt(i, j) / norms[i]);
      for (ElementType type : ElementType.values()) {
        for (Route route : subject.routes()) {
          if (route == Route.GRAM_EIGEN) {
            continue; // the penalty is a function of s_μ, which the spectral cases look at by this route too
          }
          for (boolean exponential : new boolean[] {false, true}) {
            for (boolean normalizeRows : new boolean[] {false, true}) {
              Subject.Penalty penalty = new Subject.Penalty(exponential, normalizeRows, 0.75);
              // The exponential form is defined for unit rows only.
              TestMatrix matrix = exponential && !normalizeRows ? unit : free;
              String name = matrix + (exponential ? ", exponential" : ", linear") + (normalizeRows ? ", normalised" : "");
              cases.add(new CheckCase("SVMax", name, route.name(), type, route == Route.GRAM_POLAR,
                  findings -> check(subject, route, penalty, matrix.toMatrix(type), seed, findings)));
            }
          }
        }
      }
    }
  }

  private static void check(
      Subject subject, Route route, Subject.Penalty penalty, Matrix z, long seed, Findings findings) {
    double[] norms = rowNorms(z);
    double[] rows = Reference.values(z);
    for (int i = 0; i < rows.length && penalty.normalizeRows(); i++) {
      rows[i] /= norms[i / z.columns()];
    }
    Reference reference = Reference.of(Matrix.of(rows, z.rows(), z.columns()), z.type());
    double tolerance = reference.valueTolerance(true);
    try (Regularizer svMax = subject.svMax(route, penalty)) {
      ElementType type = Tolerance.gradientType(z.type());
      Matrix gradient = SpectralCertificate.poisoned(type, z.rows(), z.columns());
      double value = svMax.valueAndGradient(z, gradient);
      double[] g = Reference.values(gradient);
      double steepness = penalty.strength();
      try (Evaluation evaluation = svMax.forward(z)) {
        findings.require("forward = one call", evaluation.value() == value);
        if (evaluation.details() instanceof Details.Spectral details) {
          double s = details.meanSingularValue();
          findings.add("s_μ", Math.abs(reference.inUnits(s) - reference.mean()), tolerance);
          double k = reference.order();
          double upper = Math.sqrt(z.rows() / k);
          double range = upper - Math.sqrt(z.rows()) / k;
          boolean flat = reference.order() == 1;
          double exponent = flat ? 0 : (upper - s) / range;
          double expected = penalty.exponential() ? penalty.strength() * Math.exp(exponent) : -penalty.strength() * s;
          findings.add("SVMax value", Math.abs(value - expected), 16 * Math.ulp(1.0) * Math.abs(expected));
          if (penalty.normalizeRows()) {
            findings.add("utilisation", Math.abs(details.utilisation() - (1 - exponent)), 0x1p-40);
          }
          steepness *= penalty.exponential() ? (flat ? 0 : Math.exp(exponent) / range) : 1;
        } else {
          findings.require("spectral details", false);
        }
      }
      findings.add("SVMax alone", Math.abs(svMax.value(z) - value), steepness * Math.scalb(tolerance, reference.exponent())
          + 16 * Math.ulp(1.0) * Math.abs(value));
      radialPart(penalty, z, g, steepness / reference.order(), findings);
      if (z.type() == ElementType.FLOAT64 && reference.order() > 1) {
        double least = penalty.normalizeRows() ? smallest(norms) : 1;
        double step = 0.01 * least * Math.scalb(smallestDistance(reference), reference.exponent());
        double size = Math.abs(value) + steepness * Math.scalb(reference.largest(), reference.exponent());
        findings.add("SVMax differences", GradientCheck.standard(seed).worstRatio(svMax, z, step, size), 1);
      } else {
        compareWithDouble(svMax, z, g, steepness / (Math.sqrt(reference.order()) * smallest(norms)), findings);
      }
    }
  }

  /** Moving along a row changes nothing when rows are normalised; a row of U·Vᵀ times the slope is at most {@code size}. */
  private static void radialPart(Subject.Penalty penalty, Matrix z, double[] g, double size, Findings findings) {
    double delta = Tolerance.certificate(Tolerance.gradientType(z.type()));
    double[] x = Reference.values(z);
    for (int i = 0; i < z.rows() && penalty.normalizeRows(); i++) {
      double radial = Compensated.dot(g, i * z.columns(), x, i * z.columns(), z.columns());
      findings.add("g_i ⟂ x_i", Math.abs(radial), delta * size + Double.MIN_VALUE);
    }
  }

  /** The gradient of float data is that of the same numbers in double, stored in float; {@code size} bounds what cancels. */
  private static void compareWithDouble(Regularizer svMax, Matrix z, double[] g, double size, Findings findings) {
    Matrix wide = Matrix.of(Reference.values(z), z.rows(), z.columns());
    Matrix exact = SpectralCertificate.poisoned(ElementType.FLOAT64, z.rows(), z.columns());
    svMax.valueAndGradient(wide, exact);
    double[] difference = Reference.values(exact);
    double tolerance = Tolerance.FLOAT_GRADIENT * Compensated.norm(difference) + Tolerance.DOUBLE_GRADIENT * size;
    for (int i = 0; i < g.length; i++) {
      difference[i] -= g[i];
    }
    findings.add("float = double gradient", Compensated.norm(difference), tolerance);
  }

  private static double smallestDistance(Reference reference) {
    double[] sigma = reference.singularValues();
    return sigma[sigma.length - 1];
  }

  private static double[] rowNorms(Matrix z) {
    double[] x = Reference.values(z);
    double[] norms = new double[z.rows()];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = Math.sqrt(Compensated.dot(x, i * z.columns(), x, i * z.columns(), z.columns()));
    }
    return norms;
  }

  private static double smallest(double[] values) {
    double least = Double.POSITIVE_INFINITY;
    for (double value : values) {
      least = Math.min(least, value);
    }
    return least;
  }
}
