package dev.fullrank.jmh.bench;

import java.lang.foreign.Arena;

/** One gemm or one syrk. */
final class BlasProduct implements Task {
  private final Arena arena = Arena.ofShared();
  private final Blas blas;
  private final Problem problem;
  private final NativeArray e;
  private final NativeArray square;
  private final NativeArray out;

  BlasProduct(Blas blas, Problem problem) {
    this.blas = blas;
    this.problem = problem;
    int k = problem.order();
    boolean gemm = problem.operation() == Operation.GEMM;
    this.e = NativeArray.of(arena, problem.isFloat(), Inputs.embeddings(problem));
    this.square = NativeArray.of(arena, problem.isFloat(), gemm ? Inputs.symmetric(problem) : new double[k * k]);
    this.out = NativeArray.allocate(arena, problem.isFloat(), (long) problem.b() * problem.d());
  }

  @Override
  public void run() {
    int b = problem.b();
    int d = problem.d();
    if (problem.operation() == Operation.SYRK) {
      blas.gram(b <= d, b, d, e.segment(), square.segment());
    } else if (b <= d) {
      blas.multiply(b, d, b, 1, square.segment(), e.segment(), out.segment());
    } else {
      blas.multiply(b, d, d, 1, e.segment(), square.segment(), out.segment());
    }
  }

  @Override
  public double value() {
    return Double.NaN;
  }

  @Override
  public double[] result() {
    int k = problem.order();
    if (problem.operation() == Operation.GEMM) {
      return out.first(problem.b() * problem.d());
    }
    double[] full = square.first(k * k);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < i; j++) {
        full[i * k + j] = full[j * k + i];
      }
    }
    return full;
  }

  @Override
  public void close() {
    arena.close();
  }
}
