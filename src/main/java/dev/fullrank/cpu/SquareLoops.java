package dev.fullrank.cpu;

import java.util.Arrays;

/** Sums over the elements of square matrices, and updates of them, by groups of rows. */
final class SquareLoops {
  /** Elements of a task: 2^15 doubles make 256 KiB, so that three operands fit into an L2 cache. */
  private static final int TASK = 1 << 15;

  /** Columns of a task in products with vectors: 4 KiB of each of a few rows and sums at a time, all in the L1 cache. */
  private static final int COLUMNS = 512;

  /** Rows and columns of a square that is transposed: 32 × 32 doubles of three matrices make 24 KiB, in the L1 cache. */
  private static final int SQUARE = 32;

  private final Workspace work;
  private final Parallel.Job combine = this::combine;
  private final Parallel.Job addTransposed = this::addTransposed;
  private final Parallel.Job dot = this::dot;
  private final Parallel.Job rowDots = this::rowDots;
  private final Parallel.Job multiply = this::multiply;
  private final Parallel.Job scaleRows = this::scaleRows;

  private int order;
  private int rowsPerTask;
  private int vectors;
  private double alpha;
  private double beta;
  private double gamma;
  private double[] a = {};
  private double[] b = {};
  private double[] c = {};
  private double[] sums = {};

  SquareLoops(Workspace work) {
    this.work = work;
  }

  private int begin(double[] a, double[] b, double[] c, int m) {
    this.a = a;
    this.b = b;
    this.c = c;
    order = m;
    rowsPerTask = Math.max(1, TASK / m);
    return Blocking.ceilDiv(m, rowsPerTask);
  }

  private int end(int task) {
    return Math.min((task + 1) * rowsPerTask, order);
  }

  /** C := αI + βA + γB. */
  void combine(double alpha, double beta, double[] a, double gamma, double[] b, double[] c, int m) {
    int tasks = begin(a, b, c, m);
    this.alpha = alpha;
    this.beta = beta;
    this.gamma = gamma;
    work.parallel.run(combine, tasks, 2L * m * m);
  }

  private void combine(int task, int slot) {
    int from = task * rowsPerTask * order;
    int to = end(task) * order;
    if (beta != 0 && gamma != 0) {
      sum(from, to, beta, a, gamma, b, c);
    } else if (beta != 0) {
      multiple(from, to, beta, a, c);
    } else if (gamma != 0) {
      multiple(from, to, gamma, b, c);
    } else {
      Arrays.fill(c, from, to, 0);
    }
    if (alpha != 0) {
      for (int i = task * rowsPerTask; i < end(task); i++) {
        c[i * order + i] += alpha;
      }
    }
  }

  private static void sum(int from, int to, double beta, double[] a, double gamma, double[] b, double[] c) {
    for (int i = from; i < to; i++) {
      c[i] = beta * a[i] + gamma * b[i];
    }
  }

  private static void multiple(int from, int to, double factor, double[] a, double[] c) {
    for (int i = from; i < to; i++) {
      c[i] = factor * a[i];
    }
  }

  /** C := βA + γBᵀ. */
  void addTransposed(double beta, double[] a, double gamma, double[] b, double[] c, int m) {
    begin(a, b, c, m);
    this.beta = beta;
    this.gamma = gamma;
    work.parallel.run(addTransposed, Blocking.ceilDiv(m, SQUARE), 2L * m * m);
  }

  /** Some rows of A and columns of B, in squares that stay in the L1 cache. */
  private void addTransposed(int task, int slot) {
    int first = task * SQUARE;
    int last = Math.min(first + SQUARE, order);
    for (int left = 0; left < order; left += SQUARE) {
      int right = Math.min(left + SQUARE, order);
      for (int i = first; i < last; i++) {
        for (int j = left; j < right; j++) {
          c[i * order + j] = beta * a[i * order + j] + gamma * b[j * order + i];
        }
      }
    }
  }

  /** ⟨A, B⟩; the sums of the tasks are added in order. */
  double dot(double[] a, double[] b, int m) {
    int tasks = begin(a, b, a, m);
    sums = Scratch.atLeast(sums, tasks);
    work.parallel.run(dot, tasks, 2L * m * m);
    double sum = 0;
    for (int task = 0; task < tasks; task++) {
      sum += sums[task];
    }
    return sum;
  }

  private void dot(int task, int slot) {
    int from = task * rowsPerTask * order;
    sums[task] = work.kernels.dot(a, from, b, from, end(task) * order - from);
  }

  /** out_i := Σ_j a_ij·b_ij. */
  void rowDots(double[] a, double[] b, double[] out, int m) {
    work.parallel.run(rowDots, begin(a, b, out, m), 2L * m * m);
  }

  private void rowDots(int task, int slot) {
    for (int i = task * rowsPerTask; i < end(task); i++) {
      c[i] = work.kernels.dot(a, i * order, b, i * order, order);
    }
  }

  /** Y := A·X for symmetric A and {@code count} vectors, one after the other. */
  void multiply(double[] a, int count, double[] x, double[] y, int m) {
    this.a = a;
    this.b = x;
    this.c = y;
    order = m;
    vectors = count;
    work.parallel.run(multiply, Blocking.ceilDiv(m, COLUMNS), 2L * count * m * m);
  }

  /** Some columns of A for all rows, so that no sum is cut. */
  private void multiply(int task, int slot) {
    int column = task * COLUMNS;
    int n = Math.min(COLUMNS, order - column);
    for (int v = 0; v < vectors; v++) {
      Arrays.fill(c, v * order + column, v * order + column + n, 0);
    }
    int row = 0;
    for (; row <= order - 4; row += 4) {
      work.kernels.addFourRows(vectors, b, row, order, a, row * order + column, order, c, column, order, n);
    }
    for (; row < order; row++) {
      for (int v = 0; v < vectors; v++) {
        work.kernels.axpy(b[v * order + row], a, row * order + column, c, v * order + column, n);
      }
    }
  }

  /** A := diag(values)·A. */
  void scaleRows(double[] values, double[] a, int m) {
    work.parallel.run(scaleRows, begin(values, values, a, m), (long) m * m);
  }

  private void scaleRows(int task, int slot) {
    for (int i = task * rowsPerTask; i < end(task); i++) {
      work.kernels.scale(a[i], c, i * order, order);
    }
  }
}
