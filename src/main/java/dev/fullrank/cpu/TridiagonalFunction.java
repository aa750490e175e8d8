package dev.fullrank.cpu;

import dev.fullrank.linalg.SemiseparableSum;
import java.util.Arrays;

/**
 * F := Q·f(T)·Qᵀ for a function f whose values on tridiagonal matrices are semiseparable, and Q from {@link TridiagonalReduction}.
 *
 * <p>The reflectors of Q are applied from the last {@linkplain BlockReflector panel} to the first, and f(T) is written only as far
 * as they reach: what a panel does not touch has the rank of f(T) above the diagonal, one for each term, and is carried along as
 * that many rows C instead of rows of F. The rows of F that a panel reaches for the first time are combinations of C,
 *
 * <pre>
 *   F_ij = Σ_s a_i^s·C_sj,   a_i^s = w_s·g_ii·τ_i ··· τ_{e−1},   i ≤ e &lt; j,
 * </pre>
 *
 * with the generators of {@link SemiseparableSum}, of which C holds τ_e ··· τ_{j−1} before it is reflected. The whole costs 4/3·k³
 * operations for the upper triangle of F; a dense f(T) would cost 2·k³.
 */
final class TridiagonalFunction {
  private final Workspace work;
  private final SymmetricProduct product;
  private final BlockReflector reflector;
  private final Parallel.Job mirror = this::mirror;

  private double[] f = {};
  private double[] carried = {};
  private double[] products = {};
  private double[] entries = {};
  private int order;
  private int ld;
  private int terms;

  TridiagonalFunction(Workspace work, SymmetricProduct product) {
    this.work = work;
    this.product = product;
    this.reflector = new BlockReflector(work);
  }

  /** Computes F from the reflectors and the generators of f(T); the reflectors are left as they are. */
  void form(double[] reflectors, SemiseparableSum function, double[] result) {
    f = result;
    order = function.order();
    terms = function.terms();
    ld = Blocking.leadingDimension(order);
    int panel = work.blocking.reflectorPanel(order);
    carried = Scratch.atLeast(carried, (long) (terms + panel) * ld);
    products = Scratch.atLeast(products, terms);
    entries = Scratch.atLeast(entries, terms);
    for (int start = (order - 2) / panel * panel; start >= 0 && order > 1; start -= panel) {
      int end = Math.min(start + panel, order - 1);
      grow(function, start + 1, end + 1);
      reflector.load(reflectors, order, start, end);
      reflector.apply(f, carried, terms);
    }
    grow(function, 0, 1);
    work.parallel.run(mirror, Blocking.ceilDiv(order, work.blocking.mc()), (long) order * order);
  }

  /** Rows {@code from} to {@code to} of F, on and above the diagonal, where the rows from {@code to} on are there already. */
  private void grow(SemiseparableSum function, int from, int to) {
    int old = order - to;
    double[] ratios = function.ratios();
    double[] diagonals = function.diagonals();
    Arrays.fill(products, 0, terms, 1); // τ_i ··· τ_{to−2} of each term
    for (int i = to - 1; i >= from; i--) {
      growTriangle(function, i, to);
      for (int s = 0; s < terms; s++) {
        entries[s] = -diagonals[i * terms + s] * products[s];
        products[s] *= i > 0 ? ratios[(i - 1) * terms + s] : 1;
      }
      Arrays.fill(f, i * order + to, (i + 1) * order, 0);
      work.kernels.subtractRows(terms, entries, 0, 1, carried, to, ld, f, i * order + to, old);
    }
    for (int s = 0; s < terms && from > 0; s++) {
      work.kernels.scale(products[s], carried, s * ld + to, old);
      double entry = 1;
      for (int j = from; j < to; j++) {
        entry *= ratios[(j - 1) * terms + s];
        carried[s * ld + j] = entry;
      }
    }
  }

  /** Row i up to column {@code to}. */
  private void growTriangle(SemiseparableSum function, int i, int to) {
    double[] ratios = function.ratios();
    System.arraycopy(function.diagonals(), i * terms, entries, 0, terms);
    double constant = function.constant();
    for (int j = i; j < to; j++) {
      double sum = 0;
      for (int s = 0; s < terms; s++) {
        sum += entries[s];
        entries[s] *= ratios[j * terms + s];
      }
      f[i * order + j] = sum + constant;
      constant = 0;
    }
  }

  private void mirror(int task, int slot) {
    int row = task * work.blocking.mc();
    product.mirror(f, order, row, Math.min(work.blocking.mc(), order - row), row, order - row);
  }
}
