package dev.fullrank.check;

import dev.fullrank.Details;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import java.util.random.RandomGenerator;

/** The identities of the variance hinge, its formula in plain double, and differences away from the kink. */
public final class HingeChecks {
  /** The step is this part of the distance to the kink: a difference must not step over it. */
  private static final double STEPS_FROM_KINK = 10;

  private final Subject subject;
  private final Matrix z;
  private final double gamma;
  private final double epsilon;
  private final Findings findings;
  private final VarianceReference reference;
  private final double unit;

  private HingeChecks(Subject subject, Matrix z, double gamma, double epsilon, Findings findings) {
    this.subject = subject;
    this.z = z;
    this.gamma = gamma;
    this.epsilon = epsilon;
    this.findings = findings;
    this.reference = new VarianceReference(z);
    // Rounding of one value: sums of b terms, each at most γ or a standard deviation.
    this.unit = (16 + Math.sqrt(z.rows())) * z.type().epsilon() * (gamma + reference.largestStd(epsilon));
  }

  /** Checks the hinge that the subject makes for γ and ε at the numbers stored in z. */
  public static void check(Subject subject, Matrix z, double gamma, double epsilon, long seed, Findings findings) {
    HingeChecks checks = new HingeChecks(subject, z, gamma, epsilon, findings);
    try (Regularizer hinge = subject.varianceHinge(gamma, epsilon)) {
      Matrix gradient = SpectralCertificate.poisoned(Tolerance.gradientType(z.type()), z.rows(), z.columns());
      double value = hinge.valueAndGradient(z, gradient);
      checks.formula(hinge, value, gradient);
      checks.columns(gradient);
      checks.powersOfTwo(value, gradient);
      checks.permutation(hinge, value, gradient, ExactOrthogonal.random(seed));
      checks.shift(hinge, value, gradient);
      checks.differences(hinge, seed);
    }
  }

  private void formula(Regularizer hinge, double value, Matrix gradient) {
    findings.add("hinge value", Math.abs(value - reference.hinge(gamma, epsilon)), unit);
    findings.add("hinge value alone", Math.abs(hinge.value(z) - value), unit);
    double delta = Tolerance.certificate(gradient.type());
    for (int j = 0; j < z.columns(); j++) {
      double error = 0;
      double size = 0;
      for (int i = 0; i < z.rows(); i++) {
        double expected = reference.hingeGradient(i, j, gamma, epsilon);
        error = Math.max(error, Math.abs(gradient.get(i, j) - expected));
        size = Math.max(size, Math.abs(expected));
      }
      findings.add("hinge gradient", error, delta * size);
    }
    try (Evaluation evaluation = hinge.forward(z)) {
      findings.require("hinge forward", evaluation.value() == value);
      if (evaluation.details() instanceof Details.Variance details) {
        int active = 0;
        int dead = 0;
        for (int j = 0; j < z.columns(); j++) {
          active += reference.std(j, epsilon) < gamma ? 1 : 0;
          dead += reference.variance(j) == 0 ? 1 : 0;
        }
        findings.require("active dimensions", details.activeDimensions() == active);
        findings.require("dead dimensions", details.deadDimensions() == dead);
      }
    }
  }

  /** Each column of the gradient sums to 0, and ⟨g_j, z_j⟩ = −var_j/(d·S_j) where the hinge is active. */
  private void columns(Matrix gradient) {
    double delta = Tolerance.certificate(gradient.type());
    for (int j = 0; j < z.columns(); j++) {
      double[] g = new double[z.rows()];
      double[] shifted = new double[z.rows()];
      double size = 0;
      for (int i = 0; i < z.rows(); i++) {
        g[i] = gradient.get(i, j);
        shifted[i] = z.get(i, j) - z.get(0, j);
        size += Math.abs(g[i]);
      }
      findings.add("column sum 0", Math.abs(Compensated.sum(g)), delta * size);
      double s = reference.std(j, epsilon);
      double variance = reference.variance(j);
      double expected = s < gamma && variance > 0 ? -variance / (z.columns() * s) : 0;
      findings.add("⟨g_j, z_j⟩", Math.abs(Compensated.dot(g, shifted) - expected), 4 * delta * Math.abs(expected));
    }
  }

  /** v(2^p·Z; 2^p·γ, 4^p·ε) = 2^p·v and the same gradient, to the last bit. */
  private void powersOfTwo(double value, Matrix gradient) {
    for (int p : new int[] {-3, 5}) {
      Matrix scaled = TestMatrix.newMatrix(z.type(), z.rows(), z.columns());
      Matrix g = SpectralCertificate.poisoned(gradient.type(), z.rows(), z.columns());
      boolean same = copy(scaled, (i, j) -> Math.scalb(z.get(i, j), p), p);
      if (same) {
        try (Regularizer hinge = subject.varianceHinge(Math.scalb(gamma, p), Math.scalb(epsilon, 2 * p))) {
          same = hinge.valueAndGradient(scaled, g) == Math.scalb(value, p);
        }
        findings.require("hinge 2^p bit for bit", same && difference(g, gradient, (i, _) -> i) == 0);
      }
    }
  }

  private void permutation(Regularizer hinge, double value, Matrix gradient, RandomGenerator random) {
    int[] order = new int[z.rows()];
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    Matrix permuted = TestMatrix.newMatrix(z.type(), z.rows(), z.columns());
    copy(permuted, (i, j) -> z.get(order[i], j), 0);
    compare("row permutation", hinge, permuted, value, gradient, (i, _) -> order[i]);
  }

  /** Z + c for a constant that loses no bit: the entries must stay multiples of their spacing. */
  private void shift(Regularizer hinge, double value, Matrix gradient) {
    Matrix shifted = TestMatrix.newMatrix(z.type(), z.rows(), z.columns());
    copy(shifted, (i, j) -> z.get(i, j) + 16, 0);
    boolean exact = true;
    for (int i = 0; i < z.rows(); i++) {
      for (int j = 0; j < z.columns(); j++) {
        exact &= shifted.get(i, j) - 16 == z.get(i, j);
      }
    }
    if (exact) {
      compare("shift", hinge, shifted, value, gradient, (i, _) -> i);
    }
  }

  private void compare(
      String check, Regularizer hinge, Matrix moved, double value, Matrix gradient, TestMatrix.Entry sourceRow) {
    Matrix g = SpectralCertificate.poisoned(gradient.type(), z.rows(), z.columns());
    findings.add(check + ", value", Math.abs(hinge.valueAndGradient(moved, g) - value), 2 * unit);
    double size = 0;
    for (double entry : Reference.values(gradient)) {
      size = Math.max(size, Math.abs(entry));
    }
    double error = difference(g, gradient, sourceRow);
    findings.add(check + ", gradient", error, 2 * Tolerance.certificate(gradient.type()) * size);
  }

  private void differences(Regularizer hinge, long seed) {
    double step = Math.min(0x1p-7 * gamma, reference.distanceToKink(gamma, epsilon) / STEPS_FROM_KINK);
    for (int j = 0; j < z.columns(); j++) {
      // The root has its own kink, rounded off by ε, where the variance vanishes.
      step = Math.min(step, reference.std(j, epsilon) * 0x1p-5);
    }
    if (z.type() == ElementType.FLOAT64 && step > 0x1p-12 * gamma) {
      double size = gamma + reference.largestStd(epsilon) + largestEntry() / Math.sqrt((double) z.columns() * (z.rows() - 1));
      findings.add("hinge differences", GradientCheck.standard(seed).worstRatio(hinge, z, step, size), 1);
    }
  }

  /** The rounding of moved entries reaches the value through a gradient of norm 1/√(d(b−1)) at most. */
  private double largestEntry() {
    double largest = 0;
    for (double entry : Reference.values(z)) {
      largest = Math.max(largest, Math.abs(entry));
    }
    return largest;
  }

  /** Largest difference of two gradients, entry (i, j) of the first against row sourceRow(i, j) of the second. */
  private static double difference(Matrix a, Matrix b, TestMatrix.Entry sourceRow) {
    double largest = 0;
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.columns(); j++) {
        double difference = Math.abs(a.get(i, j) - b.get((int) sourceRow.at(i, j), j));
        largest = difference <= largest ? largest : difference;
      }
    }
    return largest;
  }

  /** Fills a matrix; whether taking the power of two away again gives back z, where p is not 0. */
  private boolean copy(Matrix target, TestMatrix.Entry entry, int p) {
    boolean same = true;
    for (int i = 0; i < z.rows(); i++) {
      for (int j = 0; j < z.columns(); j++) {
        target.set(i, j, entry.at(i, j));
        same &= p == 0 || Math.scalb(target.get(i, j), -p) == z.get(i, j);
      }
    }
    return same;
  }
}
