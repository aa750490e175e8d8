package dev.fullrank.cpu;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Y·X and Yᵀ·X for a few vectors in one pass over the data, along the lines that are contiguous in memory: a sum for each line where lines are
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

  /** Whether lines are rows of floats or less, which are read as floats; their scale goes to the factors. */
  private boolean narrow;

  private final Operand plain = new Operand();
  private int lines;
  private int length;
  private int linesPerTask;
  private int vectors;
  private int inputLength;
  private double[] x = {};
  private double[] out = {};

  DataTimesVector(Workspace work) {
    this.work = work;
  }

  /** out := Y·X, or Yᵀ·X if {@code transposed}, for {@code count} vectors, one after the other. */
  void multiply(Operand y, boolean transposed, int count, double[] x, double[] out) {
    Matrix matrix = y.matrix();
    vectors = count;
    inputLength = transposed ? y.rows() : y.columns();
    linesAreRows = matrix.columnStride() == 1 || matrix.rowStride() != 1;
    lines = linesAreRows ? y.rows() : y.columns();
    length = linesAreRows ? y.columns() : y.rows();
    narrow = linesAreRows && matrix.type() != ElementType.FLOAT64 && y.columnShift() == null;
    plain.set(matrix, null, null);
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
      plain.clear();
    }
  }

  private void eachLine(double[] result, boolean shareable) {
    out = result;
    linesPerTask = LEAST_LINES;
    work.run(dots, Blocking.ceilDiv(lines, linesPerTask), 2L * vectors * lines * length, shareable);
  }

  private void allLines(double[] result, boolean shareable) {
    int size = vectors * length;
    int room = Math.max(1, work.blocking.partials() / size);
    int slices = Math.min(Math.min(MOST_SLICES, room), Blocking.ceilDiv(lines, LEAST_LINES));
    linesPerTask = Blocking.ceilDiv(lines, slices);
    slices = Blocking.ceilDiv(lines, linesPerTask);
    out = work.partials((long) slices * size);
    work.run(sums, slices, 2L * vectors * lines * length, shareable);
    System.arraycopy(out, 0, result, 0, size);
    for (int s = 1; s < slices; s++) {
      work.kernels.axpy(1, out, s * size, result, 0, size);
    }
  }

  private void dots(int task, int slot) {
    Operand y = Objects.requireNonNull(data);
    Scratch scratch = work.scratch(slot);
    for (int i = task * linesPerTask; i < Math.min((task + 1) * linesPerTask, lines); i++) {
      for (int v = 0; v < vectors; v++) {
        out[v * lines + i] = 0;
      }
      for (int j = 0; j < length; j += Elements.RUN) {
        dots(y, scratch, i, j, Math.min(Elements.RUN, length - j));
      }
    }
  }

  private void dots(Operand y, Scratch scratch, int i, int j, int n) {
    if (narrow) {
      float[] line = scratch.singles.line(n);
      scratch.panels.readLine(plain, true, i, j, n, line, 0);
      double scale = scale(y, i);
      for (int v = 0; v < vectors; v++) {
        out[v * lines + i] += scale * work.kernels.dot(line, 0, x, v * inputLength + j, n);
      }
    } else {
      double[] line = scratch.line(Elements.RUN);
      scratch.panels.readLine(y, linesAreRows, i, j, n, line, 0);
      for (int v = 0; v < vectors; v++) {
        out[v * lines + i] += work.kernels.dot(line, 0, x, v * inputLength + j, n);
      }
    }
  }

  private static double scale(Operand y, int row) {
    double[] scale = y.rowScale();
    return scale == null ? 1 : scale[row];
  }

  private void sums(int task, int slot) {
    Operand y = Objects.requireNonNull(data);
    Scratch scratch = work.scratch(slot);
    int base = task * vectors * length;
    Arrays.fill(out, base, base + vectors * length, 0);
    for (int i = task * linesPerTask; i < Math.min((task + 1) * linesPerTask, lines); i++) {
      for (int j = 0; j < length; j += Elements.RUN) {
        sums(y, scratch, i, j, Math.min(Elements.RUN, length - j), base + j);
      }
    }
  }

  private void sums(Operand y, Scratch scratch, int i, int j, int n, int to) {
    if (narrow) {
      float[] line = scratch.singles.line(n);
      scratch.panels.readLine(plain, true, i, j, n, line, 0);
      double scale = scale(y, i);
      for (int v = 0; v < vectors; v++) {
        work.kernels.axpy(scale * x[v * inputLength + i], line, 0, out, to + v * length, n);
      }
    } else {
      double[] line = scratch.line(Elements.RUN);
      scratch.panels.readLine(y, linesAreRows, i, j, n, line, 0);
      for (int v = 0; v < vectors; v++) {
        work.kernels.axpy(x[v * inputLength + i], line, 0, out, to + v * length, n);
      }
    }
  }
}
