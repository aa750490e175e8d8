package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.Precision;
import dev.fullrank.linalg.SemiseparableSum;
import dev.fullrank.linalg.Tridiagonal;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Times the products of a training step on rows of floats, in turns, and the register tile alone on panels that stay in the L1
 * cache: GFlop/s, the median of {@link #ROUNDS} medians. Arguments: the number of threads, then shapes as 256x2048.
 *
 * <p>One element of each product with data is checked. Counted are k²·n operations for Gram matrices, 2·k²·n for products with data, k³ for symmetric
 * products, 4/3·k³ for the reduction to tridiagonal form and for a function of it with {@link #TERMS} terms.
 */
final class ProductTimes {
  private static final int ROUNDS = 7;

  /** Nanoseconds of one sample: long against the clock, short against the slices of time of other processes. */
  private static final double SAMPLE = 2e7;

  /** Nanoseconds that all operations of a shape are warmed up for: the compiler needs a second for the largest tile. */
  private static final double WARM_UP = 3e9;

  /** Of the panels for the tile alone: 128 × 12 and 128 × 16 doubles make 28 KiB, which an L1 cache of 32 KiB holds. */
  private static final int DEPTH = 128;

  private static final String[] NAMES = {
    "gram D", "gram S", "left D", "left D q", "left S", "left S q", "right D", "right S", "sym D", "tridiagonal", "function"
  };

  /** As many as a condition number of 100 asks for. */
  private static final int TERMS = 12;

  private static final double[] SHIFTS = {1e-4, 1e-3, 0.01, 0.03, 0.1, 0.2, 0.4, 1, 2, 4, 10, 30};

  private ProductTimes() {}

  public static void main(String[] args) {
    CpuOps ops = CpuOps.create(Integer.parseInt(args[0]));
    PrintStream out = System.out;
    out.printf(Locale.ROOT, "tile alone: %.1f in double, %.1f in single%n%n", tile(ops.kernels()), tile(ops.kernels().singles()));
    out.println("| k×n | " + String.join(" | ", NAMES) + " |");
    out.println("|" + "---|".repeat(NAMES.length + 1));
    for (int a = 1; a < args.length; a++) {
      int cross = args[a].indexOf('x');
      int k = Integer.parseInt(args[a].substring(0, cross));
      int n = Integer.parseInt(args[a].substring(cross + 1));
      StringBuilder row = new StringBuilder("| " + k + "×" + n);
      for (double rate : times(ops, k, n)) {
        row.append(String.format(Locale.ROOT, " | %.1f", rate));
      }
      out.println(row + " |");
    }
  }

  private static double[] times(CpuOps ops, int k, int n) {
    ops.resize(k);
    Operand wide = new Operand().set(random(k, n), null, null);
    Operand tall = new Operand().set(random(n, k), null, null);
    Matrix wideOut = random(k, n);
    Matrix tallOut = random(n, k);
    double[] q = new double[n];
    double[] g = new double[k * k];
    double[] w = new double[k * k];
    double[] m = symmetric(k);
    double data = (double) k * k * n;
    double square = (double) k * k * k;
    double[] flops = {data, data, 2 * data, 2 * data, 2 * data, 2 * data, 2 * data, 2 * data, square, 4 * square / 3, 4 * square / 3};
    List<Runnable> work = new ArrayList<>();
    for (Precision p : new Precision[] {Precision.DOUBLE, Precision.SINGLE}) {
      work.add(() -> ops.gramOfRows(wide, g, p));
    }
    for (Precision p : new Precision[] {Precision.DOUBLE, Precision.SINGLE}) {
      work.add(() -> ops.leftProduct(m, wide, null, wideOut, p));
      work.add(() -> ops.leftProduct(m, wide, q, wideOut, p));
    }
    for (Precision p : new Precision[] {Precision.DOUBLE, Precision.SINGLE}) {
      work.add(() -> ops.rightProduct(tall, m, false, null, tallOut, p));
    }
    work.add(() -> ops.symmetricProduct(m, m, w));
    Tridiagonal t = new Tridiagonal();
    SemiseparableSum function = new SemiseparableSum();
    double[] a = new double[k * k];
    work.add(() -> {
      System.arraycopy(m, 0, a, 0, k * k);
      ops.tridiagonalize(a, t);
    });
    work.add(() -> {
      function.set(t, 0, TERMS, SHIFTS, SHIFTS);
      ops.function(a, function, w);
    });
    double[] rates = rates(work, flops);
    double dot = 0;
    double left = 0;
    double right = 0;
    for (int j = 0; j < n; j++) {
      dot += wide.matrix().get(1, j) * wide.matrix().get(0, j);
    }
    for (int i = 0; i < k; i++) {
      left += m[k + i] * wide.matrix().get(i, 2);
      right += tall.matrix().get(2, i) * m[i * k + 1];
    }
    verify(g[k], dot, n);
    verify(wideOut.get(1, 2), left, k);
    verify(tallOut.get(2, 1), right, k);
    return rates;
  }

  /** In single precision, with room for numbers of size 10. */
  private static void verify(double value, double expected, int terms) {
    if (!(Math.abs(value - expected) <= 10 * terms * Math.ulp(1f))) {
      throw new IllegalStateException(value + " is not " + expected);
    }
  }

  private static double[] rates(List<Runnable> work, double[] flops) {
    double[][] ns = new double[work.size()][ROUNDS];
    for (Runnable each : work) {
      for (long begin = System.nanoTime(); System.nanoTime() - begin < WARM_UP / work.size(); ) {
        each.run();
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int w = 0; w < work.size(); w++) {
        ns[w][round] = median(work.get(w), SAMPLE);
      }
    }
    double[] rates = new double[work.size()];
    for (int w = 0; w < work.size(); w++) {
      Arrays.sort(ns[w]);
      rates[w] = flops[w] / ns[w][ROUNDS / 2];
    }
    return rates;
  }

  private static double median(Runnable work, double nanos) {
    double[] ns = new double[1000];
    int calls = 0;
    long begin = System.nanoTime();
    long last = begin;
    while (calls < 3 || (calls < ns.length && last - begin < nanos)) {
      long start = last;
      work.run();
      last = System.nanoTime();
      ns[calls++] = last - start;
    }
    Arrays.sort(ns, 0, calls);
    return ns[calls / 2];
  }

  private static double tile(Tiles tiles) {
    int rows = tiles.tileRows();
    int columns = tiles.tileColumns();
    double[] a = new double[rows * DEPTH];
    double[] b = new double[columns * DEPTH];
    double[] c = new double[rows * columns];
    int calls = 100;
    Runnable work = () -> {
      for (int i = 0; i < calls; i++) {
        tiles.tile(DEPTH, a, 0, b, 0, c, 0, columns, c, 0, columns);
      }
    };
    return rates(List.of(work), new double[] {2.0 * rows * columns * DEPTH * calls})[0];
  }

  private static double tile(FloatTiles tiles) {
    int rows = tiles.tileRows();
    int columns = tiles.tileColumns();
    float[] a = new float[rows * DEPTH];
    float[] b = new float[columns * DEPTH];
    float[] c = new float[rows * columns];
    int calls = 100;
    Runnable work = () -> {
      for (int i = 0; i < calls; i++) {
        tiles.tile(DEPTH, a, 0, b, 0, c, 0, columns, c, 0, columns);
      }
    };
    return rates(List.of(work), new double[] {2.0 * rows * columns * DEPTH * calls})[0];
  }

  private static Matrix random(int rows, int columns) {
    Random random = new Random(rows + 31L * columns);
    float[] memory = new float[rows * columns];
    for (int t = 0; t < memory.length; t++) {
      memory[t] = (float) random.nextGaussian();
    }
    return Matrix.of(memory, rows, columns);
  }

  /** Positive definite: the diagonal dominates. */
  private static double[] symmetric(int order) {
    Random random = new Random(order);
    double[] m = new double[order * order];
    for (int i = 0; i < order; i++) {
      m[i * order + i] = order;
      for (int j = 0; j < i; j++) {
        m[i * order + j] = random.nextGaussian() / 2;
        m[j * order + i] = m[i * order + j];
      }
    }
    return m;
  }
}
