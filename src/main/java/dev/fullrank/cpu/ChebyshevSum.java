package dev.fullrank.cpu;

import dev.fullrank.linalg.ChebyshevSeries;
import java.util.Arrays;

/**
 * F := p(A) for symmetric A and a polynomial in its Chebyshev form, in single precision, by baby steps and giant steps (M. Paterson and L.
 * Stockmeyer, "On the number of nonscalar multiplications necessary to evaluate polynomials", SIAM J. Comput. 2, 1973): with
 * X = (A − centre)/halfWidth
 *
 * <pre>
 *   T_j(X) = 2·T_⌈j/2⌉·T_⌊j/2⌋ − T_{j mod 2},   j = 2 … s,       p = q₀ + T_s·(q₁ + T_s·(q₂ + …))
 * </pre>
 *
 * where the q are combinations of T_0 … T_{s−1}, the last one also of T_s, from p = q₀ + T_s·p₁ by T_k = 2·T_{k−s}·T_s − T_{|k−2s|}. All
 * products are of matrices that commute, and so symmetric: upper triangles are computed and read.
 */
final class ChebyshevSum {
  private final Workspace work;
  private final Parallel.Job shift = this::shift;
  private final Parallel.Job pack = this::pack;
  private final Parallel.Job widen = this::widen;
  private final UpperTriangle blocks;
  private final SymmetricProduct product;

  /** T_1 … T_s, and the sum in place 0. */
  private float[][] t = {};

  private double[] rest = {};
  private float[] weights = {};
  private double[] a = {};
  private double[] f = {};
  private double centre;
  private double factor;
  private int order;
  private int terms;
  private int left;
  private int right;
  private int target;
  private float alpha;

  ChebyshevSum(Workspace work, SymmetricProduct product) {
    this.work = work;
    this.blocks = new UpperTriangle(work, this::block);
    this.product = product;
  }

  /** Computes F from the upper triangle of A; f may be a. */
  void form(double[] a, ChebyshevSeries p, double[] f, int m) {
    this.a = a;
    this.f = f;
    order = m;
    int degree = p.degree();
    int s = babySteps(degree);
    reserve(s, degree);
    centre = p.centre();
    factor = 1 / p.halfWidth();
    work.parallel.run(shift, Blocking.ceilDiv(m, work.blocking.mc()), (long) m * m);
    for (int j = 2; j <= s; j++) {
      terms = 2;
      weights[0] = j % 2 == 0 ? -1 : 0;
      weights[1] = j % 2 == 0 ? 0 : -1;
      multiply((j + 1) / 2, j / 2, 2, j);
    }
    for (int j = 0; j <= degree; j++) {
      rest[j] = p.coefficient(j);
    }
    int giant = giantSteps(degree, s);
    for (int g = 0; g < giant; g++) {
      divide(g * s, degree, s);
    }
    take(giant * s, degree + 1);
    multiply(0, 0, 0, 0);
    for (int g = giant - 1; g >= 0; g--) {
      take(g * s, (g + 1) * s);
      multiply(0, s, 1, 0);
    }
    factor = p.scale();
    work.parallel.run(widen, Blocking.ceilDiv(m, work.blocking.mc()), (long) m * m);
  }

  /** s that takes the fewest products, s − 1 of baby steps among them; the least such. */
  private static int babySteps(int degree) {
    int best = 1;
    for (int s = 2; s < degree; s++) {
      if (s + giantSteps(degree, s) < best + giantSteps(degree, best)) {
        best = s;
      }
    }
    return best;
  }

  /** How often T_s is split off until what is left has degree s or less. */
  private static int giantSteps(int degree, int s) {
    return Math.max(0, Blocking.ceilDiv(degree, s) - 1);
  }

  private void reserve(int s, int degree) {
    if (t.length <= s) {
      float[][] more = new float[s + 1][];
      System.arraycopy(t, 0, more, 0, t.length);
      for (int j = t.length; j <= s; j++) {
        more[j] = new float[0];
      }
      t = more;
    }
    for (int j = 0; j <= s; j++) {
      t[j] = Scratch.atLeast(t[j], (long) order * order);
    }
    rest = Scratch.atLeast(rest, degree + 1L);
    weights = Scratch.atLeast(weights, s + 1L);
    work.singleA.reserve(work.kernels.singles().tileRows(), order, order);
    work.singleB.reserve(work.kernels.singles().tileColumns(), order, order);
  }

  /** The coefficients from {@code at} on become those of q, s of them, and of the quotient by T_s after them. */
  private void divide(int at, int degree, int s) {
    int top = degree - at;
    for (int k = top; k > s; k--) {
      rest[at + Math.abs(k - 2 * s)] -= rest[at + k];
      rest[at + k] *= 2;
    }
  }

  private void take(int from, int to) {
    terms = to - from;
    for (int j = 0; j < terms; j++) {
      weights[j] = (float) rest[from + j];
    }
  }

  /** T := alpha·L·R + Σ weights_j·T_j, j &lt; terms. */
  private void multiply(int left, int right, float alpha, int target) {
    this.left = left;
    this.right = right;
    this.alpha = alpha;
    this.target = target;
    if (alpha != 0) {
      work.parallel.run(pack, 2, 2L * order * order);
    }
    blocks.run(order, Parallel.inTiles((long) order * order * order / 2));
  }

  private void pack(int task, int slot) {
    if (task == 0) {
      work.singleA.packSymmetric(t[left], 0, order, 0, order, order);
    } else {
      work.singleB.packSymmetric(t[right], 0, order, 0, order, order);
    }
  }

  private void shift(int task, int slot) {
    int end = Math.min((task + 1) * work.blocking.mc(), order);
    float[] x = t[1];
    for (int i = task * work.blocking.mc(); i < end; i++) {
      int row = i * order;
      x[row + i] = (float) ((a[row + i] - centre) * factor);
      for (int j = row + i + 1; j < row + order; j++) {
        x[j] = (float) (a[j] * factor);
      }
    }
  }

  private void block(int slot, int row, int rows, int column, int columns) {
    float[] c = t[target];
    if (alpha != 0) {
      work.scratch(slot)
          .singles
          .gemm
          .left(work.singleA, row, rows)
          .right(work.singleB, column, columns)
          .depths(0, order)
          .storeTo(c, row * order + column, order, FloatGemm.Region.UPPER);
    }
    for (int i = row; i < row + rows; i++) {
      int from = i * order + Math.max(i, column);
      int to = i * order + column + columns;
      scale(alpha, c, from, to);
      for (int j = 1; j < terms; j++) {
        add(weights[j], t[j], c, from, to);
      }
      if (i >= column && i < column + columns) {
        c[i * order + i] += weights[0];
      }
    }
  }

  private static void scale(float alpha, float[] c, int from, int to) {
    if (alpha == 0) {
      Arrays.fill(c, from, Math.max(from, to), 0);
    } else if (alpha != 1) {
      for (int j = from; j < to; j++) {
        c[j] *= alpha;
      }
    }
  }

  private static void add(float weight, float[] x, float[] c, int from, int to) {
    for (int j = from; j < to; j++) {
      c[j] += weight * x[j];
    }
  }

  private void widen(int task, int slot) {
    int from = task * work.blocking.mc();
    int rows = Math.min(work.blocking.mc(), order - from);
    float[] z = t[0];
    for (int i = from; i < from + rows; i++) {
      for (int j = i * order + i; j < (i + 1) * order; j++) {
        f[j] = factor * z[j];
      }
    }
    product.mirror(f, order, from, rows, from, order - from);
  }
}
