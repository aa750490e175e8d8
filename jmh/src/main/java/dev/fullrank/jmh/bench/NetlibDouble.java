package dev.fullrank.jmh.bench;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.lapack.LAPACK;
import org.netlib.util.intW;

/**
 * netlib in double, with the row-major E as the column-major Eᵀ that it is. {@link NetlibFloat} is its twin in float, as BLAS
 * itself has two.
 */
final class NetlibDouble implements Task {
  private final BLAS blas;
  private final LAPACK lapack;
  private final Problem problem;
  private final String job;
  private final double[] e;
  private final double[] copy;
  private final double[] square;
  private final double[] out;
  private final double[] s;
  private final double[] u;
  private final double[] vt;
  private final double[] work;
  private final int[] integers;

  NetlibDouble(BLAS blas, LAPACK lapack, Problem problem) {
    this.blas = blas;
    this.lapack = lapack;
    this.problem = problem;
    this.job = problem.wantsGradient() ? "S" : "N";
    int k = problem.order();
    this.e = Inputs.embeddings(problem);
    this.copy = e.clone();
    this.square = Inputs.symmetric(problem);
    this.out = new double[e.length];
    this.s = new double[k];
    // The thin factors fill a part of these, but netlib wants room for the whole ones.
    this.u = new double[problem.d() * problem.d()];
    this.vt = new double[problem.b() * problem.b()];
    this.integers = new int[8 * k];
    double[] size = new double[1];
    decompose(size, -1);
    this.work = new double[(int) size[0]];
  }

  @Override
  public void run() {
    int b = problem.b();
    int d = problem.d();
    int k = problem.order();
    switch (problem.operation()) {
      case SVMAX -> {
        System.arraycopy(e, 0, copy, 0, e.length);
        decompose(work, work.length);
        if (problem.wantsGradient()) {
          blas.dgemm("N", "N", d, b, k, 1.0 / k, u, d, vt, k, 0, out, d);
        }
      }
      case GEMM -> {
        if (b <= d) {
          blas.dgemm("N", "N", d, b, b, 1, e, d, square, b, 0, out, d);
        } else {
          blas.dgemm("N", "N", d, b, d, 1, square, d, e, d, 0, out, d);
        }
      }
      default -> blas.dsyrk("U", b <= d ? "T" : "N", k, Math.max(b, d), 1, e, d, 0, square, k);
    }
  }

  private void decompose(double[] workspace, int size) {
    int d = problem.d();
    intW info = new intW(0);
    lapack.dgesdd(job, d, problem.b(), copy, d, s, u, d, vt, problem.order(), workspace, size, integers, info);
    if (info.val != 0) {
      throw new IllegalStateException("gesdd returned " + info.val);
    }
  }

  @Override
  public double value() {
    double sum = 0;
    for (double value : s) {
      sum += value;
    }
    return sum / problem.order();
  }

  @Override
  public double[] result() {
    if (problem.operation() != Operation.SYRK) {
      return out.clone();
    }
    int k = problem.order();
    double[] full = square.clone();
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < i; j++) {
        full[j * k + i] = full[i * k + j];
      }
    }
    return full;
  }
}
