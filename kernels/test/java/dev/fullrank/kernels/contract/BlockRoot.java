package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** block_root: the root of a small Gram matrix, and what is asked of it. */
final class BlockRoot {
  private static final String NAME = "block_root";
  private static final int PROBES = 4;

  /** Coefficients like those of the library, from a tenth. */
  private static final double[] STEPS = {
    5.603694506640494, -13.883690224017103, 9.733412622810349, 2.1306115651415873, -1.5116475323561613, 0.40198372179218383, 1.875, -1.25, 0.375
  };

  /** As the library has it at a tolerance of 2·10⁻⁶: three steps from 0.246, four from 0.0621. */
  private static final double[] TABLE = {
    4e-12,
    0.0909631133649, 3, 3.83800852286, -7.23012332843, 4.55083142297, 1.90211406847, -1.27980777748, 0.377993048264, 1.87500669687,
    -1.25000744094, 0.375000744096,
    0.02, 4, 6.43129388487, -17.0965793648, 12.2700920452, 2.39157080097, -1.7493537011, 0.427540524997, 1.90211406847,
    -1.27980777748, 0.377993048264, 1.87500669688, -1.25000744095, 0.375000744098
  };

  private final int k;
  private final DeviceArray steps;
  private final DeviceArray g;
  private final DeviceArray w;
  private final DeviceArray scale = DeviceArray.doubles(3);
  private final DeviceArray z;
  private final DeviceArray sums = DeviceArray.doubles(BlockRootReference.SUMS);
  private final DeviceArray zw;
  private final DeviceArray mw;
  private final DeviceArray residuals = DeviceArray.doubles(PROBES);

  private int n;
  private boolean wide;
  private @Nullable DeviceArray y;
  private @Nullable DeviceArray table;

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
      trials.add(new Trial(NAME, order + "×" + order, kernels -> new BlockRoot(order, order < 32 ? 3 : 2).random().check(kernels)));
    }
    for (int[] shape : new int[][] {{1, 1}, {2, 3}, {7, 7}, {31, 50}, {32, 256}, {33, 37}, {64, 64}, {40, 129}}) {
      trials.add(new Trial(NAME, "Y, wide, " + shape[0] + "×" + shape[1], kernels -> of(shape[0], shape[1], true).check(kernels)));
      trials.add(new Trial(NAME, "Y, tall, " + shape[1] + "×" + shape[0], kernels -> of(shape[0], shape[1], false).check(kernels)));
    }
    for (Flat flat : flat()) {
      trials.add(new Trial(NAME, "flat, " + flat.what, flat::check));
    }
    trials.add(new Trial(NAME, "one step", kernels -> new BlockRoot(9, 1).random().check(kernels)));
    trials.add(new Trial(NAME, "diagonal", BlockRoot::diagonal));
    trials.add(new Trial(NAME, "zero", kernels -> new BlockRoot(6, 3).filled(0).check(kernels)));
    trials.add(new Trial(NAME, "NaN", kernels -> new BlockRoot(40, 2).random().spoiled().check(kernels)));
    return trials.stream();
  }

  /** A matrix, and what the schedules are to make of it. */
  private record Flat(String what, Supplier<BlockRoot> root, int schedule, boolean restart) {
    void check(Kernels kernels) {
      BlockRoot made = root.get();
      made.table = DeviceArray.of(TABLE);
      made.expect(kernels, schedule, restart);
    }
  }

  private static List<Flat> flat() {
    int none = BlockRootReference.NONE;
    return List.of(
        new Flat("three steps, 20", () -> spectrum(20, 0.3), 0, false),
        new Flat("three steps, 40", () -> spectrum(40, 0.3), 0, false),
        new Flat("four steps, 32", () -> spectrum(32, 0.05), 1, false),
        new Flat("four steps, 50", () -> spectrum(50, 0.05), 1, false),
        new Flat("too wide, 18", () -> spectrum(18, 1e-3), none, false),
        new Flat("too wide, 40", () -> spectrum(40, 1e-3), none, false),
        new Flat("few, 5", () -> spectrum(5, 0.05), 1, false),
        new Flat("wide Y", () -> of(20, 160, true), 0, false),
        new Flat("tall Y", () -> of(36, 80, false), 1, false),
        new Flat("small and not seen", () -> hiding(1e-4, 2), 0, true),
        new Flat("large and not seen", () -> hiding(6, 2), 0, true),
        new Flat("so large that NaN comes out", () -> hiding(6e4, 20), 1, true),
        new Flat("identity", () -> new BlockRoot(34, 2).filled(0).diagonal(i -> 1), 0, false),
        new Flat("one number", () -> new BlockRoot(1, 2).filled(3), 0, false),
        new Flat("zero", () -> new BlockRoot(6, 2).filled(0), none, false),
        new Flat("NaN", () -> new BlockRoot(40, 2).random().spoiled(), none, false));
  }

  /** H·diag(λ)·H with a reflector H and eigenvalues from 1 down to the least, in geometric progression. */
  private static BlockRoot spectrum(int k, double least) {
    BlockRoot root = new BlockRoot(k, 2);
    for (int i = 0; i < k; i++) {
      for (int j = i; j < k; j++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          sum += ((i == l ? 1 : 0) - 2.0 / k) * Math.pow(least, l / (k - 1.0)) * ((l == j ? 1 : 0) - 2.0 / k);
        }
        root.g.set(i, j, sum);
      }
    }
    return root;
  }

  /** Eigenvalues between 1 and the most, and one whose eigenvector is orthogonal to the first probe. */
  private static BlockRoot hiding(double eigenvalue, double most) {
    int hidden = 7;
    BlockRoot root = new BlockRoot(40, 2).filled(0).diagonal(i -> i == hidden ? eigenvalue : 1 + (most - 1) * i / 39);
    root.w.set(0, hidden, 0);
    return root;
  }

  private BlockRoot diagonal(IntToDoubleFunction entry) {
    for (int i = 0; i < k; i++) {
      g.set(i, i, entry.applyAsDouble(i));
    }
    return this;
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
    BlockRoot root = new BlockRoot(3, 3).filled(0).diagonal(i -> (i + 1) * (i + 1));
    root.check(kernels);
    for (int i = 0; i < root.k; i++) {
      Accuracy.within("z_ii", root.z.get(i, i), Exact.of(1.0 / (i + 1)), 1e-3);
    }
    Accuracy.within("tr T", root.sums.get(0), Exact.of(6), 1e-2);
    Accuracy.holds("‖M − I‖² is small", root.sums.get(2) < 1e-5);
  }

  private void check(Kernels kernels) {
    expect(kernels, BlockRootReference.NONE, false);
  }

  /** Launches; which schedule is to be tried, and whether in vain. */
  private void expect(Kernels kernels, int schedule, boolean restart) {
    double[][] full = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        full[i][j] = y == null ? g.get(Math.min(i, j), Math.max(i, j)) : gram(i, j);
      }
    }
    launch(kernels);
    double[] first = Arrays.copyOf(numbers(w), k);
    BlockRootReference expected = new BlockRootReference(full, numbers(steps), table == null ? null : numbers(table), first);
    Accuracy.holds("schedule " + expected.taken() + " is tried", expected.taken() == schedule);
    Accuracy.holds("whether it starts again", expected.restarted() == restart);
    double square = expected.squaredScale();
    Accuracy.same("α", scale.get(0), Math.sqrt(square));
    Accuracy.same("1/α", scale.get(1), square == 0 ? 0 : 1 / Math.sqrt(square));
    Accuracy.same("1/α²", scale.get(2), square == 0 ? 0 : 1 / square);
    double[] expectedSums = expected.sums();
    for (int s = 0; s < BlockRootReference.SUMS; s++) {
      Accuracy.same("sum " + s, sums.get(s), expectedSums[s]);
    }
    for (int e = 0; e < PROBES * k; e++) {
      Accuracy.same("zw " + e, zw.get(e), image(expected.z(), e));
      Accuracy.same("mw " + e, mw.get(e), image(expected.m(), e));
    }
    if (y != null) {
      expectResiduals(expected.z());
    }
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        Accuracy.same("g " + i + " " + j, g.get(i, j), full[i][j]);
        Accuracy.same("z " + i + " " + j, z.get(i, j), expected.z()[i][j]);
      }
    }
  }

  private static double[] numbers(DeviceArray array) {
    double[] numbers = new double[array.columns()];
    Arrays.setAll(numbers, array::get);
    return numbers;
  }

  private void launch(Kernels kernels) {
    int side = BlockRootReference.side(k);
    Call call = new Call(kernels, NAME)
        .count(k)
        .count(n)
        .flag(wide)
        .optional(y)
        .count(steps.columns() / BlockRootReference.COEFFICIENTS)
        .input(steps)
        .count(table == null ? 0 : 2)
        .optional(table)
        .output(g)
        .output(scale)
        .output(z)
        .output(sums)
        .input(w)
        .output(zw)
        .output(mw);
    (y == null ? call.count(0) : call.output(residuals))
        .launch(new Blocks(1, 1, Blocks.THREADS, false, false, 3 * side * (side + 4) * Double.BYTES));
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
}
