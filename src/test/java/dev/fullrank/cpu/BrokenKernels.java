package dev.fullrank.cpu;

/** Kernels that are wrong on purpose: what the comparisons must notice. */
final class BrokenKernels {
  private BrokenKernels() {}

  /** Leaves the last two k of every sum away. */
  static Kernels losingTheLastStep(Kernels good) {
    return new Forwarding(good) {
      @Override
      public void tile(
          int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc) {
        super.tile(depth - 2, a, ao, b, bo, start, so, lds, c, co, ldc);
      }
    };
  }

  /** Does not write the last column of a tile. */
  static Kernels losingTheLastColumn(Kernels good) {
    return new Forwarding(good) {
      @Override
      public void tile(
          int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc) {
        int last = co + tileColumns() - 1;
        double[] before = c.clone();
        super.tile(depth, a, ao, b, bo, start, so, lds, c, co, ldc);
        for (int i = 0; i < tileRows(); i++) {
          c[last + i * ldc] = before[last + i * ldc];
        }
      }
    };
  }

  /** Leaves the last row out of sums of columns. */
  static Kernels losingTheLastRow(Kernels good) {
    return new Forwarding(good) {
      @Override
      public void columnSums(int rows, int n, double[] x, int ldx, double[] shift, int so, double[] sum, double[] squares) {
        super.columnSums(rows - 1, n, x, ldx, shift, so, sum, squares);
      }

      @Override
      public ColumnKernels columns() {
        return losingTheLastRow(super.columns());
      }
    };
  }

  private static ColumnKernels losingTheLastRow(ColumnKernels good) {
    return new ColumnKernels() {
      @Override
      public void addSums(int rows, int n, FloatRows x, double[] shift, int at, double[] sum, double[] squares) {
        good.addSums(rows - 1, n, x, shift, at, sum, squares);
      }

      @Override
      public void deviations(
          int rows, int n, FloatRows x, double[] factor, double[] shift, double[] delta, int at, FloatRows out) {
        good.deviations(rows - 1, n, x, factor, shift, delta, at, out);
      }

      @Override
      public void addSingleSums(int rows, int n, FloatRows x, float[] sums, int gap) {
        good.addSingleSums(rows - 1, n, x, sums, gap);
      }

      @Override
      public void singleDeviations(int rows, int n, FloatRows x, float[] factor, float[] mean, int at, FloatRows out) {
        good.singleDeviations(rows - 1, n, x, factor, mean, at, out);
      }

      @Override
      public void centre(int rows, int n, double[] sum, double[] squares) {
        good.centre(rows, n, sum, squares);
      }

      @Override
      public void merge(
          double weight, double between, int n, double[] mean, double[] squares, int from, double[] toMean, double[] toSquares, int to) {
        good.merge(weight, between, n, mean, squares, from, toMean, toSquares, to);
      }
    };
  }

  /** Right, but leaves garbage on the heap. */
  static Kernels allocating(Kernels good) {
    return new Forwarding(good) {
      private volatile double[] garbage = {};

      @Override
      public void tile(
          int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc) {
        garbage = new double[1 + garbage.length % 2];
        super.tile(depth, a, ao, b, bo, start, so, lds, c, co, ldc);
      }
    };
  }

  private static class Forwarding implements Kernels {
    private final Kernels good;

    Forwarding(Kernels good) {
      this.good = good;
    }

    @Override
    public FloatTiles singles() {
      return good.singles();
    }

    @Override
    public int tileRows() {
      return good.tileRows();
    }

    @Override
    public int tileColumns() {
      return good.tileColumns();
    }

    @Override
    public void tile(
          int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc) {
      good.tile(depth, a, ao, b, bo, start, so, lds, c, co, ldc);
    }

    @Override
    public void fewRows(
        int depth, double[] a, int ao, double[] b, int bo, double[] start, int so, int lds, double[] c, int co, int ldc) {
      good.fewRows(depth, a, ao, b, bo, start, so, lds, c, co, ldc);
    }

    @Override
    public void copyRuns(int n, int width, double alpha, double[] src, int so, int ld, double[] dst, int to, int step) {
      good.copyRuns(n, width, alpha, src, so, ld, dst, to, step);
    }

    @Override
    public void interleave(int n, double alpha, double[] src, int so, int ld, double[] dst, int to, int step) {
      good.interleave(n, alpha, src, so, ld, dst, to, step);
    }

    @Override
    public void subtractRows(
        int depth, double[] u, int uo, int us, double[] x, int xo, int ldx, double[] y, int yo, int n) {
      good.subtractRows(depth, u, uo, us, x, xo, ldx, y, yo, n);
    }

    @Override
    public void addFourRows(
        int vectors, double[] x, int xo, int ldx, double[] a, int ao, int lda, double[] y, int yo, int ldy, int n) {
      good.addFourRows(vectors, x, xo, ldx, a, ao, lda, y, yo, ldy, n);
    }

    @Override
    public void symmetricRows(double[] a, int ao, int lda, double[] x, int xo, double[] y, int yo, int n, double[] scratch) {
      good.symmetricRows(a, ao, lda, x, xo, y, yo, n, scratch);
    }

    @Override
    public double dot(float[] x, int xo, double[] y, int yo, int n) {
      return good.dot(x, xo, y, yo, n);
    }

    @Override
    public void axpy(double alpha, float[] x, int xo, double[] y, int yo, int n) {
      good.axpy(alpha, x, xo, y, yo, n);
    }

    @Override
    public void columnSums(int rows, int n, double[] x, int ldx, double[] shift, int so, double[] sum, double[] squares) {
      good.columnSums(rows, n, x, ldx, shift, so, sum, squares);
    }

    @Override
    public void columnDeviations(int rows, int n, double[] x, int ldx, double[] factor, double[] shift, double[] delta, int at) {
      good.columnDeviations(rows, n, x, ldx, factor, shift, delta, at);
    }

    @Override
    public ColumnKernels columns() {
      return good.columns();
    }

    @Override
    public void narrow(int rows, int n, double[] src, int so, int ld, float[] dst, int to, int step) {
      good.narrow(rows, n, src, so, ld, dst, to, step);
    }

    @Override
    public double dot(double[] x, int xo, double[] y, int yo, int n) {
      return good.dot(x, xo, y, yo, n);
    }

    @Override
    public void axpy(double alpha, double[] x, int xo, double[] y, int yo, int n) {
      good.axpy(alpha, x, xo, y, yo, n);
    }

    @Override
    public void rotate(double[] x, int xo, double[] y, int yo, int n, double c, double s) {
      good.rotate(x, xo, y, yo, n, c, s);
    }

    @Override
    public void scale(double alpha, double[] x, int xo, int n) {
      good.scale(alpha, x, xo, n);
    }
  }
}
