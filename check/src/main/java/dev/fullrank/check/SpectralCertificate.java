package dev.fullrank.check;

import dev.fullrank.Details;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import java.util.Arrays;

/**
 * Checks s_μ and its gradient at one matrix without differences: by duality, G is a subgradient of s_μ at E if and only if
 * k·‖G‖₂ ≤ 1 and ⟨G, E⟩ = s_μ. This holds at rank-deficient, repeated and ill-conditioned input too.
 */
public final class SpectralCertificate {
  private SpectralCertificate() {}

  /** Checks a regularizer that claims to be s_μ with divisor k, without row normalisation, at the numbers stored in z. */
  public static void check(Regularizer meanSingularValue, Matrix z, Findings findings) {
    check(meanSingularValue, z, Reference.of(z), findings);
  }

  static void check(Regularizer meanSingularValue, Matrix z, Reference reference, Findings findings) {
    ElementType type = Tolerance.gradientType(z.type());
    double delta = Tolerance.certificate(type);
    Matrix gradient = poisoned(type, z.rows(), z.columns());
    double value;
    try (Evaluation evaluation = meanSingularValue.forward(z)) {
      value = evaluation.value();
      evaluation.gradient(1, gradient);
      if (evaluation.details() instanceof Details.Spectral details) {
        checkDetails(details, value, reference, findings);
      }
    }
    double tolerance = reference.valueTolerance(false);
    double mean = reference.mean();
    double s = reference.inUnits(value);
    double[] g = Reference.values(gradient);
    findings.require("finite", Double.isFinite(value) && Arrays.stream(g).allMatch(Double::isFinite));
    findings.require("sign of zero", Double.doubleToRawLongBits(value) >= 0);
    findings.add("value", Math.abs(s - mean), tolerance);
    findings.add("value alone", Math.abs(reference.inUnits(meanSingularValue.value(z)) - mean), tolerance);
    double dualNorm = reference.order() * SpectralNorm.of(g, z.rows(), z.columns());
    findings.add("k‖G‖₂ ≤ 1", dualNorm - 1, delta);
    double product = Compensated.dot(g, reference.scaledValues());
    findings.add("⟨G, E⟩ ≥ s_μ", mean - product, delta * mean);
    findings.add("Euler ⟨G, E⟩ = s_μ", Math.abs(product - s), delta * mean + tolerance);
    double frobenius = reference.frobenius();
    findings.add("s_μ ≥ ‖E‖_F/k", frobenius / reference.order() - s, tolerance);
    findings.add("s_μ ≤ ‖E‖_F/√k", s - frobenius / Math.sqrt(reference.order()), tolerance);
    checkOneCall(meanSingularValue, z, value, gradient, findings);
  }

  /** valueAndGradient must agree with forward and backward apart to the last bit. */
  private static void checkOneCall(Regularizer r, Matrix z, double value, Matrix gradient, Findings findings) {
    Matrix again = poisoned(gradient.type(), z.rows(), z.columns());
    double together = r.valueAndGradient(z, again);
    boolean same = Double.doubleToLongBits(together) == Double.doubleToLongBits(value);
    findings.require("one call = forward, backward", same && Arrays.equals(Reference.values(again), Reference.values(gradient)));
  }

  private static void checkDetails(Details.Spectral details, double value, Reference reference, Findings findings) {
    double tolerance = reference.valueTolerance(false);
    double mean = reference.mean();
    double k = reference.order();
    // The reference itself is only known to rounding, which must not fail an enclosure that is sharper than it.
    double known = 8 * reference.largest() * ElementType.FLOAT64.epsilon() * Math.sqrt(reference.scaledValues().length);
    double least = reference.inUnits(Double.MIN_VALUE);
    findings.require("details name s_μ", details.meanSingularValue() == value);
    findings.require("enclosure holds the value", details.lower() <= value && value <= details.upper());
    findings.add("lower ≤ s_μ", reference.inUnits(details.lower()) - mean, known + least);
    findings.add("s_μ ≤ upper", mean - reference.inUnits(details.upper()), known + least);
    double frobenius = reference.frobenius();
    findings.add("lower bound", error(details.lowerBound(), frobenius / k, reference), tolerance);
    findings.add("upper bound", error(details.upperBound(), frobenius / Math.sqrt(k), reference), tolerance);
    findings.require("utilisation in [0, 1]", details.utilisation() >= 0 && details.utilisation() <= 1);
  }

  /** |computed − expected| in units of 2^p; an expected value that overflows must have become infinite. */
  private static double error(double computed, double expected, Reference reference) {
    boolean overflows = Double.isInfinite(Math.scalb(expected, reference.exponent()));
    return overflows && Double.isInfinite(computed) ? 0 : Math.abs(reference.inUnits(computed) - expected);
  }

  /**
   * Compares the gradient with a polar factor: k·G against U_r·V_rᵀ in the Frobenius norm per singular vector. A backward stable
   * method moves the polar factor by its backward error times 2/(σ_k + σ_(k−1)).
   */
  static void checkGradient(Regularizer r, Matrix z, Reference reference, double[] polarFactor, Findings findings) {
    ElementType type = Tolerance.gradientType(z.type());
    Matrix gradient = poisoned(type, z.rows(), z.columns());
    r.valueAndGradient(z, gradient);
    findings.add("gradient = U·Vᵀ/k", polarDistance(gradient, polarFactor), gradientTolerance(z, reference));
  }

  /** ‖k·G − Q‖_F/√k. */
  static double polarDistance(Matrix gradient, double[] polarFactor) {
    double[] difference = Reference.values(gradient);
    int k = Math.min(gradient.rows(), gradient.columns());
    for (int i = 0; i < difference.length; i++) {
      difference[i] = k * difference[i] - polarFactor[i];
    }
    return Compensated.norm(difference) / Math.sqrt(k);
  }

  /** What a backward stable decomposition in the type of the input may miss, and what storing the gradient costs. */
  static double gradientTolerance(Matrix z, Reference reference) {
    double backward = 8 * Math.sqrt(Math.max(z.rows(), z.columns())) * z.type().epsilon() * reference.largest();
    double stored = Tolerance.certificate(Tolerance.gradientType(z.type()));
    return reference.largest() == 0 ? stored : stored + backward / reference.gap();
  }

  /** New memory full of NaN, so that an entry that is not written shows. */
  static Matrix poisoned(ElementType type, int rows, int columns) {
    Matrix result = TestMatrix.newMatrix(type, rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result.set(i, j, Double.NaN);
      }
    }
    return result;
  }
}
