package dev.fullrank.jmh.bench;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.lapack.LAPACK;
import org.netlib.util.intW;

/**
 * netlib in float, with the row-major E as the column-major Eᵀ that it is. {@link NetlibDouble} is its twin in double, as BLAS
 * itself has two.
 */
final class NetlibFloat implements Task {
  private final BLAS blas;
  private final LAPACK lapack;
  private final Problem problem;
  private final String job;
  private final float[] e;
  private final float[] copy;
  private final float[] square;
  private final float[] out;
  private final float[] s;
  private final float[] u;
  private final float[] vt;
  private final float[] work;
  private final int[] integers;

  NetlibFloat(BLAS blas, LAPACK lapack, Problem problem) {
    this.blas = blas;
    this.lapack = lapack;
    this.problem = problem;
    this.job = problem.wantsGradient() ? "S" : "N";
    int k = problem.order();
    this.e = Inputs.narrowed(Inputs.embeddings(problem));
    this.copy = e.clone();
    this.square = Inputs.narrowed(Inputs.symmetric(problem));
    this.out = new float[e.length];
    this.s = new float[k];
    // The thin factors fill a part of these, but netlib wants room for the whole ones.
    this.u = new float[problem.d() * problem.d()];
    this.vt = new float[problem.b() * problem.b()];
    this.integers = new int[8 * k];
    float[] size = new float[1];
    decompose(size, -1);
    this.work = new float[(int) size[0]];
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
          blas.sgemm("N", "N", d, b, k, 1f / k, u, d, vt, k, 0, out, d);
        }
      }
      case GEMM -> {
        if (b <= d) {
          blas.sgemm("N", "N", d, b, b, 1, e, d, square, b, 0, out, d);
        } else {
          blas.sgemm("N", "N", d, b, d, 1, square, d, e, d, 0, out, d);
        }
      }
      default -> blas.ssyrk("U", b <= d ? "T" : "N", k, Math.max(b, d), 1, e, d, 0, square, k);
    }
  }

  private void decompose(float[] workspace, int size) {
    int d = problem.d();
    intW info = new intW(0);
    lapack.sgesdd(job, d, problem.b(), copy, d, s, u, d, vt, problem.order(), workspace, size, integers, info);
    if (info.val != 0) {
      throw new IllegalStateException("gesdd returned " + info.val);
    }
  }

  @Override
  public double value() {
    double sum = 0;
    for (float value : s) {
      sum += value;
    }
    return sum / problem.order();
  }

  @Override
  public double[] result() {
    if (problem.operation() != Operation.SYRK) {
      return Inputs.widened(out);
    }
    int k = problem.order();
    float[] full = square.clone();
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < i; j++) {
        full[j * k + i] = full[i * k + j];
      }
    }
    return Inputs.widened(full);
  }
}
