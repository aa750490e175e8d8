package dev.fullrank.check;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * What s_μ and its gradient must do when E is scaled, permuted, reflected, transposed or added to: relations that need no
 * oracle. Scaling by a power of two must hold to the last bit, the others to the promised accuracy.
 */
public final class Equivariance {
  private final Regularizer regularizer;
  private final Matrix z;
  private final Reference reference;
  private final boolean mayDecline;
  private final Findings findings;
  private final Matrix gradient;
  private final double value;

  private Equivariance(Regularizer regularizer, Matrix z, Reference reference, boolean mayDecline, Findings findings) {
    this.regularizer = regularizer;
    this.z = z;
    this.reference = reference;
    this.mayDecline = mayDecline;
    this.findings = findings;
    this.gradient = TestMatrix.newMatrix(Tolerance.gradientType(z.type()), z.rows(), z.columns());
    this.value = regularizer.valueAndGradient(z, gradient);
  }

  /** Checks a regularizer that claims to be s_μ at the numbers stored in z. */
  public static void check(Regularizer meanSingularValue, Matrix z, long seed, Findings findings) {
    check(meanSingularValue, z, Reference.of(z), seed, false, findings);
  }

  /** The same; a forced route may decline matrices whose condition differs from that of z. */
  static void check(Regularizer r, Matrix z, Reference reference, long seed, boolean mayDecline, Findings findings) {
    Equivariance e = new Equivariance(r, z, reference, mayDecline, findings);
    RandomGenerator random = ExactOrthogonal.random(seed);
    e.powerOfTwo(-2);
    e.powerOfTwo(3);
    if (z.type() == ElementType.FLOAT64) {
      e.powerOfTwo(-300);
      e.powerOfTwo(300);
    }
    e.negation();
    e.permutation(random);
    e.transpose();
    e.reflections(random);
    for (double size : new double[] {0x1p-20, 0.1, 1, 10}) {
      e.inequalities(size, random);
    }
  }

  /** s_μ(2^p·E) = 2^p·s_μ(E) and G(2^p·E) = G(E). */
  private void powerOfTwo(int p) {
    Matrix scaled = map(z.rows(), z.columns(), (i, j) -> Math.scalb(z.get(i, j), p));
    boolean exact = same(z, (i, j) -> Math.scalb(scaled.get(i, j), -p));
    double expected = Math.scalb(value, p);
    boolean normal = Math.min(value, expected) >= Double.MIN_NORMAL && Double.isFinite(expected);
    if (exact && (normal || value == 0)) {
      Matrix g = newGradient(scaled);
      double s = regularizer.valueAndGradient(scaled, g);
      findings.require("2^p bit for bit", s == expected && same(g, gradient::get));
    }
  }

  /** s_μ(−E) = s_μ(E) and G(−E) = −G(E). */
  private void negation() {
    Matrix negative = map(z.rows(), z.columns(), (i, j) -> -z.get(i, j));
    compare("negation", negative, (i, j) -> -gradient.get(i, j), false);
  }

  /** Rows and columns permuted, with signs. */
  private void permutation(RandomGenerator random) {
    int[] rowOrder = permutation(z.rows(), random);
    int[] columnOrder = permutation(z.columns(), random);
    double[] rowSign = random.doubles(z.rows()).map(x -> x < 0.5 ? -1 : 1).toArray();
    double[] columnSign = random.doubles(z.columns()).map(x -> x < 0.5 ? -1 : 1).toArray();
    TestMatrix.Entry moved = (i, j) -> rowSign[i] * columnSign[j] * z.get(rowOrder[i], columnOrder[j]);
    TestMatrix.Entry expected = (i, j) -> rowSign[i] * columnSign[j] * gradient.get(rowOrder[i], columnOrder[j]);
    compare("permutation and signs", map(z.rows(), z.columns(), moved), expected, false);
  }

  /** The transpose, as a view of the same memory and in memory of its own. */
  private void transpose() {
    compare("transpose", z.transposed(), (i, j) -> gradient.get(j, i), false);
    compare("transpose", map(z.columns(), z.rows(), (i, j) -> z.get(j, i)), (i, j) -> gradient.get(j, i), false);
  }

  /** Q·E·Zᵀ with exact orthogonal Q and Z, rounded once more when stored; in double only. */
  private void reflections(RandomGenerator random) {
    if (z.type() != ElementType.FLOAT64) {
      return;
    }
    ExactOrthogonal left = new ExactOrthogonal(z.rows(), random);
    ExactOrthogonal right = new ExactOrthogonal(z.columns(), random);
    double[] turned = Reference.values(z);
    boolean exact = left.applyLeft(turned, z.columns());
    exact &= right.applyRight(turned, z.rows());
    double[] expected = Reference.values(gradient);
    left.applyLeft(expected, z.columns());
    right.applyRight(expected, z.rows());
    // Rounding a subnormal number is no small relative change, and the largest ones may overflow.
    boolean subnormal = !exact && reference.exponent() < Double.MIN_EXPONENT + Double.PRECISION;
    if (subnormal || !Arrays.stream(turned).allMatch(Double::isFinite)) {
      return;
    }
    compare("reflections", Matrix.of(turned, z.rows(), z.columns()), (i, j) -> expected[i * z.columns() + j], !exact);
  }

  private void compare(String check, Matrix moved, TestMatrix.Entry expected, boolean rounded) {
    Matrix g = newGradient(moved);
    double s = regularizer.valueAndGradient(moved, g);
    findings.add(check + ", value", Math.abs(reference.inUnits(s - value)), 2 * reference.valueTolerance(rounded));
    double[] polar = new double[moved.rows() * moved.columns()];
    int k = reference.order();
    for (int i = 0; i < moved.rows(); i++) {
      for (int j = 0; j < moved.columns(); j++) {
        polar[i * moved.columns() + j] = k * expected.at(i, j);
      }
    }
    if (reference.hasClearRank()) {
      double distance = SpectralCertificate.polarDistance(g, polar);
      findings.add(check + ", gradient", distance, 2 * SpectralCertificate.gradientTolerance(z, reference));
    }
  }

  /** s_μ(E) + ⟨G, X⟩ ≤ s_μ(E + X) ≤ s_μ(E) + s_μ(X) for a random X whose entries are up to size·max|E|. */
  private void inequalities(double size, RandomGenerator random) {
    Matrix x = map(z.rows(), z.columns(), (_, _) -> Math.scalb(size * (2 * random.nextDouble() - 1), reference.exponent()));
    Matrix sum = map(z.rows(), z.columns(), (i, j) -> z.get(i, j) + x.get(i, j));
    if (!Arrays.stream(Reference.values(sum)).allMatch(Double::isFinite)) {
      return;
    }
    // What was added after the sum was rounded to the type of E.
    Matrix added = TestMatrix.newMatrix(ElementType.FLOAT64, z.rows(), z.columns());
    fill(added, (i, j) -> sum.get(i, j) - z.get(i, j));
    double[] units = Reference.values(added);
    for (int i = 0; i < units.length; i++) {
      units[i] = reference.inUnits(units[i]);
    }
    double slope = Compensated.dot(Reference.values(gradient), units);
    double here = reference.inUnits(value);
    double ahead;
    double alone;
    try {
      ahead = reference.inUnits(regularizer.value(sum));
      alone = reference.inUnits(regularizer.value(added));
    } catch (ArithmeticException refusal) {
      findings.require("declines nothing", mayDecline);
      return;
    }
    if (!Double.isFinite(ahead)) {
      return; // the entries of the sum are representable, their mean singular value is not
    }
    double delta = Tolerance.certificate(gradient.type());
    double tolerance = 2 * reference.valueTolerance(false) * Math.max(1, size * Math.sqrt((double) z.rows() * z.columns()))
        + delta * (here + alone);
    findings.add("subgradient inequality", here + slope - ahead, tolerance);
    findings.add("triangle inequality", ahead - here - alone, tolerance);
  }

  private Matrix map(int rows, int columns, TestMatrix.Entry entry) {
    Matrix result = TestMatrix.newMatrix(z.type(), rows, columns);
    fill(result, entry);
    return result;
  }

  private static void fill(Matrix matrix, TestMatrix.Entry entry) {
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < matrix.columns(); j++) {
        matrix.set(i, j, entry.at(i, j));
      }
    }
  }

  private Matrix newGradient(Matrix shape) {
    return SpectralCertificate.poisoned(gradient.type(), shape.rows(), shape.columns());
  }

  private static boolean same(Matrix matrix, TestMatrix.Entry entry) {
    boolean same = true;
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < matrix.columns(); j++) {
        same &= matrix.get(i, j) == entry.at(i, j);
      }
    }
    return same;
  }

  private static int[] permutation(int n, RandomGenerator random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
