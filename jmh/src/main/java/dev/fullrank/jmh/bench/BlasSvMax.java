package dev.fullrank.jmh.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** s_μ by gesdd and its gradient by one gemm: as column-major matrices Eᵀ = U·S·Vᵀ, so Gᵀ = U·Vᵀ/k. */
final class BlasSvMax implements Task {
  private final Arena arena = Arena.ofShared();
  private final Blas blas;
  private final Problem problem;
  private final char job;
  private final NativeArray e;
  private final NativeArray copy;
  private final NativeArray s;
  private final NativeArray gradient;
  private final MemorySegment work;
  private final int workSize;
  private final Blas.Factors factors;

  BlasSvMax(Blas blas, Problem problem) {
    this.blas = blas;
    this.problem = problem;
    this.job = problem.wantsGradient() ? 'S' : 'N';
    boolean isFloat = problem.isFloat();
    long k = problem.order();
    long count = (long) problem.b() * problem.d();
    this.e = NativeArray.of(arena, isFloat, Inputs.embeddings(problem));
    this.copy = NativeArray.allocate(arena, isFloat, count);
    this.s = NativeArray.allocate(arena, isFloat, k);
    this.gradient = NativeArray.allocate(arena, isFloat, count);
    this.factors = new Blas.Factors(
        s.segment(),
        NativeArray.allocate(arena, isFloat, problem.d() * k).segment(),
        NativeArray.allocate(arena, isFloat, problem.b() * k).segment(),
        arena.allocate(8 * k * Integer.BYTES, Integer.BYTES));
    NativeArray answer = NativeArray.allocate(arena, isFloat, 1);
    blas.decompose(job, problem.d(), problem.b(), copy.segment(), factors, answer.segment(), -1);
    this.workSize = (int) answer.get(0);
    this.work = NativeArray.allocate(arena, isFloat, workSize).segment();
  }

  @Override
  public void run() {
    copy.segment().copyFrom(e.segment());
    blas.decompose(job, problem.d(), problem.b(), copy.segment(), factors, work, workSize);
    if (problem.wantsGradient()) {
      // The column-major Vᵀ and U are the row-major V (b×k) and Uᵀ (k×d).
      int k = problem.order();
      blas.multiply(problem.b(), problem.d(), k, 1.0 / k, factors.vt(), factors.u(), gradient.segment());
    }
  }

  @Override
  public double value() {
    double sum = 0;
    for (int i = 0; i < problem.order(); i++) {
      sum += s.get(i);
    }
    return sum / problem.order();
  }

  @Override
  public double[] result() {
    return gradient.first(problem.b() * problem.d());
  }

  @Override
  public void close() {
    arena.close();
  }
}
