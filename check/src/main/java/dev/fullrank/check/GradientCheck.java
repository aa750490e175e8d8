package dev.fullrank.check;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import java.util.random.RandomGenerator;

/**
 * Compares the gradient of any {@link Regularizer} with central differences in double, extrapolated by Richardson:
 * C(h) = (R(E + hD) − R(E − hD))/2h, then R₁(h) = (4·C(h/2) − C(h))/3, which errs by O(h⁴), and (16·R₁(h/2) − R₁(h))/15, which
 * errs by O(h⁶). Along unit directions D: random ones, and single entries.
 *
 * <p>An error counts against 1e-11·‖G‖_F + 20·eps·size/h: the accuracy promised for gradients, and what rounding of the values
 * leaves in their difference.
 *
 * @param directions number of random directions
 * @param entries number of single entries
 * @param seed of the generator that draws them
 */
public record GradientCheck(int directions, int entries, long seed) {
  /** Rounding errors of two values weighed 64/45 and divided by h/4: six each, with a margin for the values' own errors. */
  private static final double NOISE = 20;

  /**
   * h as a part of the gap that governs the smoothness of s_μ. What two extrapolations leave is then a small part of 1e-12; one
   * would leave up to 1e-10 along a single entry, above the accuracy that is checked.
   */
  private static final double STEP = 0.01;

  /** h as a part of σ_k: a square matrix becomes singular at the distance σ_k, and s_μ has a kink there. */
  private static final double KINK = 0.5;

  /** Three random directions and five single entries. */
  public static GradientCheck standard(long seed) {
    return new GradientCheck(3, 5, seed);
  }

  /**
   * The worst ratio of error to tolerance; at most 1 passes.
   *
   * @param z where the gradient is checked
   * @param step h, small against the distance to the nearest kink
   * @param size of the numbers from which the value is made, whose rounding it inherits; s_μ + σ₁/√k for s_μ
   */
  public double worstRatio(Regularizer regularizer, Matrix z, double step, double size) {
    return worstRatio(regularizer, regularizer, z, step, size);
  }

  /** The same with the values of another, more accurate, regularizer. */
  double worstRatio(Regularizer regularizer, Regularizer values, Matrix z, double step, double size) {
    if (!(step > 0 && Double.isFinite(step))) {
      throw new IllegalArgumentException("the step must be positive and finite, not " + step);
    }
    int entryCount = Math.multiplyExact(z.rows(), z.columns());
    Matrix gradient = SpectralCertificate.poisoned(ElementType.FLOAT64, z.rows(), z.columns());
    regularizer.valueAndGradient(z, gradient);
    double[] g = Reference.values(gradient);
    double[] at = Reference.values(z);
    double tolerance = Tolerance.DOUBLE_GRADIENT * Compensated.norm(g) + NOISE * ElementType.FLOAT64.epsilon() * size / step;
    RandomGenerator random = ExactOrthogonal.random(seed);
    Findings findings = new Findings();
    for (int n = 0; n < directions + entries; n++) {
      double[] direction = n < directions ? randomDirection(entryCount, random) : singleEntry(entryCount, random);
      double slope = Compensated.dot(g, direction);
      double expected = richardson(values, at, direction, z.rows(), z.columns(), step);
      findings.add("difference", Math.abs(slope - expected), tolerance);
    }
    return findings.worst();
  }

  /** The standard check for s_μ at a matrix of full rank, the step taken from its singular values. */
  static void checkMeanSingularValue(
      Regularizer r, Regularizer values, Matrix z, Reference reference, long seed, Findings findings) {
    double smallest = reference.singularValues()[reference.order() - 1];
    double step = Math.scalb(Math.min(STEP * reference.gap(), KINK * smallest), reference.exponent());
    double size = Math.scalb(reference.largest() / Math.sqrt(reference.order()) + reference.mean(), reference.exponent());
    findings.add("Richardson", standard(seed).worstRatio(r, values, z, step, size), 1);
  }

  private static double richardson(Regularizer r, double[] at, double[] direction, int rows, int columns, double step) {
    double coarse = central(r, at, direction, rows, columns, step);
    double middle = central(r, at, direction, rows, columns, step / 2);
    double fine = central(r, at, direction, rows, columns, step / 4);
    double once = (4 * middle - coarse) / 3;
    double onceFiner = (4 * fine - middle) / 3;
    return (16 * onceFiner - once) / 15;
  }

  private static double central(Regularizer r, double[] at, double[] direction, int rows, int columns, double step) {
    double ahead = r.value(moved(at, direction, rows, columns, step));
    double behind = r.value(moved(at, direction, rows, columns, -step));
    return (ahead - behind) / (2 * step);
  }

  private static Matrix moved(double[] at, double[] direction, int rows, int columns, double step) {
    double[] values = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      values[i] = at[i] + step * direction[i];
    }
    return Matrix.of(values, rows, columns);
  }

  private static double[] randomDirection(int size, RandomGenerator random) {
    double[] direction = new double[size];
    for (int i = 0; i < size; i++) {
      direction[i] = random.nextGaussian();
    }
    double length = Compensated.norm(direction);
    for (int i = 0; i < size; i++) {
      direction[i] /= length;
    }
    return direction;
  }

  private static double[] singleEntry(int size, RandomGenerator random) {
    double[] direction = new double[size];
    direction[random.nextInt(size)] = 1;
    return direction;
  }
}
