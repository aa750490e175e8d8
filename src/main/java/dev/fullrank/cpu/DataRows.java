package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What goes over the rows of the caller's data once: sums of squares, and copies into another matrix. */
final class DataRows {
  /** Rows of a task; with runs of {@link Elements#RUN} columns a block of doubles takes 256 KiB, a part of an L2 cache. */
  private static final int ROWS = 32;

  private final Workspace work;
  private final Parallel.Job squares = this::squares;
  private final Parallel.Job copy = this::copy;
  private final Parallel.Job project = this::project;
  private final Operand plain = new Operand();

  private @Nullable Operand data;
  private @Nullable Matrix target;
  private double[] sums = {};
  private double[] factors = {};
  private int rowsPerTask;

  DataRows(Workspace work) {
    this.work = work;
  }

  /** out_i := Σ_j x_ij². */
  void sumsOfSquares(Matrix x, double[] out) {
    data = plain.set(x, null, null);
    sums = out;
    rowsPerTask = columnsAreLines(x) ? Elements.RUN : ROWS;
    run(squares, x, Parallel.mayShare(x.segment()));
    plain.clear();
  }

  /** out := Y. */
  void store(Operand y, Matrix out) {
    data = y;
    target = out;
    rowsPerTask = ROWS;
    run(copy, y.matrix(), Parallel.mayShare(y.matrix().segment()) && Parallel.mayShare(out.segment()));
    target = null;
  }

  /** out_i := factors_i·(q_i − ⟨q_i, y_i⟩·y_i). */
  void project(Matrix q, Operand y, double[] factors, Matrix out) {
    data = y;
    target = out;
    plain.set(q, null, null);
    this.factors = factors;
    rowsPerTask = ROWS;
    boolean shareable = Parallel.mayShare(y.matrix().segment()) && Parallel.mayShare(out.segment());
    run(project, y.matrix(), shareable && Parallel.mayShare(q.segment()));
    target = null;
    plain.clear();
  }

  private void run(Parallel.Job job, Matrix x, boolean shareable) {
    work.run(job, Blocking.ceilDiv(x.rows(), rowsPerTask), 2L * x.rows() * x.columns(), shareable);
    data = null;
  }

  private static boolean columnsAreLines(Matrix x) {
    return x.rowStride() == 1 && x.columnStride() != 1;
  }

  private Operand data() {
    Operand y = data;
    if (y == null) {
      throw new IllegalStateException();
    }
    return y;
  }

  private void squares(int task, int slot) {
    Operand y = data();
    int from = task * rowsPerTask;
    int to = Math.min(from + rowsPerTask, y.rows());
    Scratch scratch = work.scratch(slot);
    double[] line = scratch.line(Elements.RUN);
    Arrays.fill(sums, from, to, 0);
    if (columnsAreLines(y.matrix())) {
      for (int j = 0; j < y.columns(); j++) {
        scratch.panels.readLine(y, false, j, from, to - from, line, 0);
        for (int i = from; i < to; i++) {
          sums[i] = Math.fma(line[i - from], line[i - from], sums[i]);
        }
      }
      return;
    }
    for (int i = from; i < to; i++) {
      double sum = 0;
      for (int j = 0; j < y.columns(); j += Elements.RUN) {
        int n = Math.min(Elements.RUN, y.columns() - j);
        scratch.panels.readLine(y, true, i, j, n, line, 0);
        sum += work.kernels.dot(line, 0, line, 0, n);
      }
      sums[i] = sum;
    }
  }

  private void copy(int task, int slot) {
    Operand y = data();
    Matrix out = target;
    if (out == null) {
      throw new IllegalStateException();
    }
    int from = task * rowsPerTask;
    int count = Math.min(rowsPerTask, y.rows() - from);
    Scratch scratch = work.scratch(slot);
    double[] block = scratch.block((long) ROWS * Elements.RUN);
    for (int j = 0; j < y.columns(); j += Elements.RUN) {
      int n = Math.min(Elements.RUN, y.columns() - j);
      for (int i = 0; i < count; i++) {
        scratch.panels.readLine(y, true, from + i, j, n, block, i * Elements.RUN);
      }
      scratch.panels.store(block, 0, Elements.RUN, out, from, count, j, n);
    }
  }

  private void project(int task, int slot) {
    Operand y = data();
    Matrix out = Objects.requireNonNull(target);
    Scratch scratch = work.scratch(slot);
    double[] lines = scratch.block(2L * Elements.RUN);
    for (int i = task * rowsPerTask; i < Math.min((task + 1) * rowsPerTask, y.rows()); i++) {
      double t = 0;
      for (int j = 0; j < y.columns(); j += Elements.RUN) {
        int n = readPair(scratch, y, i, j, lines);
        t += work.kernels.dot(lines, 0, lines, Elements.RUN, n);
      }
      for (int j = 0; j < y.columns(); j += Elements.RUN) {
        int n = readPair(scratch, y, i, j, lines);
        work.kernels.axpy(-t, lines, Elements.RUN, lines, 0, n);
        work.kernels.scale(factors[i], lines, 0, n);
        scratch.panels.store(lines, 0, Elements.RUN, out, i, 1, j, n);
      }
    }
  }

  /** A run of q_i, then of y_i. */
  private int readPair(Scratch scratch, Operand y, int i, int j, double[] lines) {
    int n = Math.min(Elements.RUN, y.columns() - j);
    scratch.panels.readLine(plain, true, i, j, n, lines, 0);
    scratch.panels.readLine(y, true, i, j, n, lines, Elements.RUN);
    return n;
  }
}
