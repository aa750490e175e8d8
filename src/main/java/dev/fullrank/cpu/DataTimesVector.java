package dev.fullrank.cpu;

import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Y·x and Yᵀ·x in one pass over the data, along the lines that are contiguous in memory: a sum for each line where lines are
 * rows of the factor, else a weighted sum of lines, in slices that are added in order.
 */
final class DataTimesVector {
  /** Enough for any machine to share. */
  private static final int MOST_SLICES = 64;

  /** Lines below which a slice is not worth its partial sum: it costs one more line to write and one to read. */
  private static final int LEAST_LINES = 64;

  private final Workspace work;
  private final Parallel.Job dots = this::dots;
  private final Parallel.Job sums = this::sums;

  private @Nullable Operand data;
  private boolean linesAreRows;
  private int lines;
  private int length;
  private int linesPerTask;
  private double[] x = {};
  private double[] out = {};

  DataTimesVector(Workspace work) {
    this.work = work;
  }

  /** out := Y·x, or Yᵀ·x if {@code transposed}. */
  void multiply(Operand y, boolean transposed, double[] x, double[] out) {
    Matrix matrix = y.matrix();
    linesAreRows = matrix.columnStride() == 1 || matrix.rowStride() != 1;
    lines = linesAreRows ? y.rows() : y.columns();
    length = linesAreRows ? y.columns() : y.rows();
    data = y;
    this.x = x;
    boolean shareable = Parallel.mayShare(matrix.segment());
    try {
      if (linesAreRows != transposed) {
        eachLine(out, shareable);
      } else {
        allLines(out, shareable);
      }
    } finally {
      data = null;
    }
  }

  private void eachLine(double[] result, boolean shareable) {
    out = result;
    linesPerTask = LEAST_LINES;
    work.run(dots, Blocking.ceilDiv(lines, linesPerTask), 2L * lines * length, shareable);
  }

  private void allLines(double[] result, boolean shareable) {
    int room = Math.max(1, work.blocking.partials() / length);
    int slices = Math.min(Math.min(MOST_SLICES, room), Blocking.ceilDiv(lines, LEAST_LINES));
    linesPerTask = Blocking.ceilDiv(lines, slices);
    slices = Blocking.ceilDiv(lines, linesPerTask);
    out = work.partials((long) slices * length);
    work.run(sums, slices, 2L * lines * length, shareable);
    System.arraycopy(out, 0, result, 0, length);
    for (int s = 1; s < slices; s++) {
      work.kernels.axpy(1, out, s * length, result, 0, length);
    }
  }

  private void dots(int task, int slot) {
    Operand y = Objects.requireNonNull(data);
    Scratch scratch = work.scratch(slot);
    double[] line = scratch.line(Elements.RUN);
    for (int i = task * linesPerTask; i < Math.min((task + 1) * linesPerTask, lines); i++) {
      double sum = 0;
      for (int j = 0; j < length; j += Elements.RUN) {
        int n = Math.min(Elements.RUN, length - j);
        scratch.panels.readLine(y, linesAreRows, i, j, n, line, 0);
        sum += work.kernels.dot(line, 0, x, j, n);
      }
      out[i] = sum;
    }
  }

  private void sums(int task, int slot) {
    Operand y = Objects.requireNonNull(data);
    Scratch scratch = work.scratch(slot);
    double[] line = scratch.line(Elements.RUN);
    int base = task * length;
    Arrays.fill(out, base, base + length, 0);
    for (int i = task * linesPerTask; i < Math.min((task + 1) * linesPerTask, lines); i++) {
      for (int j = 0; j < length; j += Elements.RUN) {
        int n = Math.min(Elements.RUN, length - j);
        scratch.panels.readLine(y, linesAreRows, i, j, n, line, 0);
        work.kernels.axpy(x[i], line, 0, out, base + j, n);
      }
    }
  }
}
