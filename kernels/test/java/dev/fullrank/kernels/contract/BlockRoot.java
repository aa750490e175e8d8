package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** block_root: the root of a small Gram matrix, and what is asked of it. */
final class BlockRoot {
  private static final String NAME = "block_root";
  private static final int PROBES = 4;
  private static final int SUMS = 5;
  private static final int SMALL = 32;
  private static final int LARGE = 64;

  /** Coefficients like those of the library, from a tenth. */
  private static final double[] STEPS = {
    5.603694506640494, -13.883690224017103, 9.733412622810349, 2.1306115651415873, -1.5116475323561613, 0.40198372179218383, 1.875, -1.25, 0.375
  };

  private final int k;
  private final DeviceArray steps;
  private final DeviceArray g;
  private final DeviceArray w;
  private final DeviceArray scale = DeviceArray.doubles(3);
  private final DeviceArray z;
  private final DeviceArray sums = DeviceArray.doubles(SUMS);
  private final DeviceArray zw;
  private final DeviceArray mw;
  private final DeviceArray residuals = DeviceArray.doubles(PROBES);

  private int n;
  private boolean wide;
  private @Nullable DeviceArray y;

  private BlockRoot(int k, int count) {
    this.k = k;
    this.steps = DeviceArray.of(Arrays.copyOf(STEPS, 3 * count));
    this.g = Layout.DENSE.matrix(Element.F64, k, k);
    this.z = Layout.DENSE.matrix(Element.F64, k, k);
    Data data = new Data(NAME + k);
    this.w = DeviceArray.doubles(PROBES * k).fill(data::normal);
    this.zw = DeviceArray.doubles(PROBES * k);
    this.mw = DeviceArray.doubles(PROBES * k);
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int order : new int[] {1, 2, 5, 31, 32, 33, 63, 64}) {
      trials.add(new Trial(NAME, order + "×" + order, kernels -> new BlockRoot(order, order < SMALL ? 3 : 2).random().check(kernels)));
    }
    for (int[] shape : new int[][] {{1, 1}, {2, 3}, {7, 7}, {31, 50}, {32, 256}, {33, 37}, {64, 64}, {40, 129}}) {
      trials.add(new Trial(NAME, "Y, wide, " + shape[0] + "×" + shape[1], kernels -> of(shape[0], shape[1], true).check(kernels)));
      trials.add(new Trial(NAME, "Y, tall, " + shape[1] + "×" + shape[0], kernels -> of(shape[0], shape[1], false).check(kernels)));
    }
    trials.add(new Trial(NAME, "one step", kernels -> new BlockRoot(9, 1).random().check(kernels)));
    trials.add(new Trial(NAME, "diagonal", BlockRoot::diagonal));
    trials.add(new Trial(NAME, "zero", kernels -> new BlockRoot(6, 3).filled(0).check(kernels)));
    trials.add(new Trial(NAME, "NaN", kernels -> new BlockRoot(40, 2).random().spoiled().check(kernels)));
    return trials.stream();
  }

  /** AᵀA + I, of which only the upper triangle is there. */
  private BlockRoot random() {
    Data data = new Data(NAME + k);
    double[][] a = new double[k][k];
    for (double[] row : a) {
      for (int j = 0; j < k; j++) {
        row[j] = data.normal();
      }
    }
    for (int i = 0; i < k; i++) {
      for (int j = i; j < k; j++) {
        double sum = i == j ? 1 : 0;
        for (int l = 0; l < k; l++) {
          sum += a[l][i] * a[l][j];
        }
        g.set(i, j, sum);
      }
    }
    return this;
  }

  /** A matrix whose Gram matrix the kernel makes. */
  private static BlockRoot of(int k, int n, boolean wide) {
    Data data = new Data(NAME + k + " " + n);
    BlockRoot root = new BlockRoot(k, 2);
    root.n = n;
    root.wide = wide;
    root.y = DeviceArray.doubles(n * k).fill(data::normal);
    return root;
  }

  /** y_li of the n×k matrix. */
  private double y(int l, int i) {
    return Objects.requireNonNull(y).get(wide ? i * n + l : l * k + i);
  }

  private double gram(int i, int j) {
    double sum = 0;
    for (int l = 0; l < n; l++) {
      sum = Math.fma(y(l, i), y(l, j), sum);
    }
    return sum;
  }

  private BlockRoot filled(double value) {
    for (int i = 0; i < k; i++) {
      for (int j = i; j < k; j++) {
        g.set(i, j, value);
      }
    }
    return this;
  }

  private BlockRoot spoiled() {
    g.set(3, 17, Double.NaN);
    return this;
  }

  /** diag(1, 4, 9): the steps make σ/6 of 1, 2, 3 nearly 1 each, so that Z is nearly diag(1, 1/2, 1/3). */
  private static void diagonal(Kernels kernels) {
    BlockRoot root = new BlockRoot(3, 3).filled(0);
    for (int i = 0; i < root.k; i++) {
      root.g.set(i, i, (i + 1) * (i + 1));
    }
    root.check(kernels);
    for (int i = 0; i < root.k; i++) {
      Accuracy.within("z_ii", root.z.get(i, i), Exact.of(1.0 / (i + 1)), 1e-3);
    }
    Accuracy.within("tr T", root.sums.get(0), Exact.of(6), 1e-2);
    Accuracy.holds("‖M − I‖² is small", root.sums.get(2) < 1e-5);
  }

  private void check(Kernels kernels) {
    double[][] full = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        full[i][j] = y == null ? g.get(Math.min(i, j), Math.max(i, j)) : gram(i, j);
      }
    }
    int side = k <= SMALL ? SMALL : LARGE;
    Call call = new Call(kernels, NAME)
        .count(k)
        .count(n)
        .flag(wide)
        .optional(y)
        .count(steps.columns() / 3)
        .input(steps)
        .output(g)
        .output(scale)
        .output(z)
        .output(sums)
        .input(w)
        .output(zw)
        .output(mw);
    (y == null ? call.count(0) : call.output(residuals))
        .launch(new Blocks(1, 1, Blocks.THREADS, false, false, 3 * side * (side + 4) * Double.BYTES));
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        Accuracy.same("g " + i + " " + j, g.get(i, j), full[i][j]);
      }
    }
    double bound = squaredScale(full);
    double alpha = Math.sqrt(bound);
    double inverse = bound == 0 ? 0 : 1 / alpha;
    Accuracy.same("α", scale.get(0), alpha);
    Accuracy.same("1/α", scale.get(1), inverse);
    Accuracy.same("1/α²", scale.get(2), bound == 0 ? 0 : 1 / bound);
    double[][] q = iterate(full, scale.get(2));
    double[][] root = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        root[i][j] = inverse * q[i][j];
      }
    }
    double[][] t = both(full, root);
    double[][] m = product(root, t);
    expectSums(root, t, m);
    for (int e = 0; e < PROBES * k; e++) {
      Accuracy.same("z " + e, zw.get(e), image(root, e));
      Accuracy.same("m " + e, mw.get(e), image(m, e));
    }
    if (y != null) {
      expectResiduals(root);
    }
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        Accuracy.same("z " + i + " " + j, z.get(i, j), root[i][j]);
      }
    }
  }

  private double[][] iterate(double[][] full, double factor) {
    double[][] r = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        r[i][j] = factor * full[i][j];
      }
    }
    double[][] q = r;
    double[][] p = r;
    for (int s = 0; s < steps.columns() / 3; s++) {
      if (s > 0) {
        r = product(product(r, p), p);
      }
      p = polynomial(r, steps.get(3 * s), steps.get(3 * s + 1), steps.get(3 * s + 2));
      q = s == 0 ? copy(p) : product(q, p);
    }
    return q;
  }

  private double[][] polynomial(double[][] r, double a, double b, double c) {
    double[][] p = product(r, r);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        p[i][j] = (i == j ? a : 0) + (b * r[i][j] + c * p[i][j]);
      }
    }
    return p;
  }

  private static double[][] copy(double[][] x) {
    double[][] copy = x.clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = copy[i].clone();
    }
    return copy;
  }

  /** The symmetric matrix whose upper triangle is that of a·b. */
  private double[][] product(double[][] a, double[][] b) {
    double[][] c = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = i; j < k; j++) {
        for (int l = 0; l < k; l++) {
          c[i][j] = Math.fma(a[l][i], b[l][j], c[i][j]);
        }
        c[j][i] = c[i][j];
      }
    }
    return c;
  }

  /** a·b with both triangles, of symmetric matrices. */
  private double[][] both(double[][] a, double[][] b) {
    double[][] c = product(a, b);
    double[][] lower = product(b, a);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < i; j++) {
        c[i][j] = lower[j][i];
      }
    }
    return c;
  }

  /** Entry e of x·w. */
  private double image(double[][] x, int e) {
    double sum = 0;
    for (int l = 0; l < k; l++) {
      sum = Math.fma(x[l][e % k], w.get(e - e % k + l), sum);
    }
    return sum;
  }

  private void expectResiduals(double[][] z) {
    for (int p = 0; p < PROBES; p++) {
      double[] yx = new double[n];
      for (int l = 0; l < n; l++) {
        for (int i = 0; i < k; i++) {
          yx[l] = Math.fma(y(l, i), zw.get(p * k + i), yx[l]);
        }
      }
      double[] image = new double[k];
      for (int i = 0; i < k; i++) {
        for (int l = 0; l < n; l++) {
          image[i] = Math.fma(y(l, i), yx[l], image[i]);
        }
      }
      double[] ofThread = new double[Blocks.THREADS];
      for (int i = 0; i < k; i++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          sum = Math.fma(z[l][i], image[l], sum);
        }
        double difference = sum - mw.get(p * k + i);
        ofThread[p * k + i] = difference * difference;
      }
      Accuracy.same("residual " + p, residuals.get(p), Reduction.ofBlock(ofThread));
    }
  }

  private double squaredScale(double[][] full) {
    double[] rowSquares = new double[k];
    double largest = 0;
    for (int i = 0; i < k; i++) {
      double[] row = full[i];
      double sum = Reduction.ofLanes(k, j -> Math.abs(row[j]));
      rowSquares[i] = Reduction.ofLanes(k, j -> row[j] * row[j]);
      largest = Math.max(largest, sum);
    }
    double[] ofThread = new double[Blocks.THREADS];
    for (int i = 0; i < k; i++) {
      ofThread[i % (Blocks.THREADS / Blocks.TILE) * Blocks.TILE] += rowSquares[i];
    }
    return Math.min(largest, Math.sqrt(Reduction.ofBlock(ofThread)));
  }

  /** The sums of each thread's entries, and the fold. */
  private void expectSums(double[][] z, double[][] t, double[][] m) {
    double[][] ofThread = new double[SUMS][Blocks.THREADS];
    int number = 0;
    for (int top = 0; top < k; top += 8) {
      for (int left = top; left < k; left += 8) {
        int warp = number++ % (Blocks.THREADS / Blocks.TILE);
        for (int i = top; i < Math.min(top + 8, k); i++) {
          for (int j = Math.max(left, i); j < Math.min(left + 8, k); j++) {
            int thread = warp * Blocks.TILE + i % 8 * 4 + j % 8 / 2;
            for (int times = 0; times < (i == j ? 1 : 2); times++) {
              double residual = m[i][j] - (i == j ? 1 : 0);
              ofThread[0][thread] += i == j ? t[i][j] : 0;
              ofThread[1][thread] += m[i][j] * (times == 0 ? t[i][j] : t[j][i]);
              ofThread[2][thread] += residual * residual;
              ofThread[3][thread] += i == j ? z[i][j] : 0;
              ofThread[4][thread] += z[i][j] * z[i][j];
            }
          }
        }
      }
    }
    for (int s = 0; s < SUMS; s++) {
      Accuracy.same("sum " + s, sums.get(s), Reduction.ofBlock(ofThread[s]));
    }
  }
}
