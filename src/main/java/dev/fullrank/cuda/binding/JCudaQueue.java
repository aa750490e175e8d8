package dev.fullrank.cuda.binding;

import dev.fullrank.cuda.CudaGraph;
import dev.fullrank.cuda.CudaQueue;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.JCudaDriver;

/** A stream with handles of both libraries. The objects that JCuda wants as arguments are made once. */
final class JCudaQueue implements CudaQueue {
  private final Resources resources = new Resources();
  private final CurrentStream stream;
  private final Blas blas;
  private final Solver solver;

  private final CUdeviceptr target = new CUdeviceptr();
  private final CUdeviceptr source = new CUdeviceptr();
  private final Pointer host = new Pointer();
  private final CUfunction kernel = new CUfunction();
  private final Pointer arguments = new Pointer();

  JCudaQueue() {
    try {
      stream = new CurrentStream(resources);
      blas = new Blas(stream, resources);
      solver = new Solver(stream, resources);
    } catch (RuntimeException | Error e) {
      resources.releaseAfter(e);
      throw e;
    }
    resources.add(this::synchronize);
  }

  @Override
  public void useStream(long handle) {
    if (handle != Native.get(stream.get())) {
      stream.use(handle);
      blas.followStream();
      solver.followStream();
    }
  }

  @Override
  public long ownStream() {
    return stream.own();
  }

  @Override
  public void continueIn(long handle) {
    stream.mark();
    useStream(handle);
    stream.waitForMark();
  }

  @Override
  public void beginRecording() {
    stream.beginCapture();
  }

  @Override
  public CudaGraph endRecording() {
    return new JCudaGraph(stream.endCapture());
  }

  @Override
  public void synchronize() {
    Status.cuda(stream.state(), "cuStreamSynchronize");
  }

  @Override
  public void copyToDevice(long device, long host, long bytes) {
    Native.set(target, device);
    Native.set(this.host, host);
    Status.cuda(JCudaDriver.cuMemcpyHtoDAsync(target, this.host, bytes, stream.get()), "cuMemcpyHtoDAsync");
  }

  @Override
  public void copyToHost(long host, long device, long bytes) {
    Native.set(this.host, host);
    Native.set(source, device);
    Status.cuda(JCudaDriver.cuMemcpyDtoHAsync(this.host, source, bytes, stream.get()), "cuMemcpyDtoHAsync");
  }

  @Override
  public void copy(long to, long from, long bytes) {
    Native.set(target, to);
    Native.set(source, from);
    Status.cuda(JCudaDriver.cuMemcpyDtoDAsync(target, source, bytes, stream.get()), "cuMemcpyDtoDAsync");
  }

  @Override
  public void fill(long device, int value, long bytes) {
    Native.set(target, device);
    Status.cuda(JCudaDriver.cuMemsetD8Async(target, (byte) value, bytes, stream.get()), "cuMemsetD8Async");
  }

  @Override
  public void launch(long function, int gridX, int gridY, int threads, int sharedBytes, long parameters) {
    Native.set(kernel, function);
    Native.set(arguments, parameters);
    Status.cuda(
        JCudaDriver.cuLaunchKernel(kernel, gridX, gridY, 1, threads, 1, 1, sharedBytes, stream.get(), arguments, null),
        "cuLaunchKernel");
  }

  @Override
  public void gemm(
      boolean doubles, boolean transposeA, boolean transposeB, int m, int n, int k, double alpha, long a, int lda, long b, int ldb,
      double beta, long c, int ldc) {
    blas.gemm(doubles, transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  }

  @Override
  public void syrk(boolean doubles, boolean transposeA, int n, int k, double alpha, long a, int lda, long c, int ldc) {
    blas.syrk(doubles, transposeA, n, k, alpha, a, lda, c, ldc);
  }

  @Override
  public void syrkx(boolean doubles, int n, int k, double alpha, long a, int lda, long b, int ldb, long c, int ldc) {
    blas.syrkx(doubles, n, k, alpha, a, lda, b, ldb, c, ldc);
  }

  @Override
  public int qrWorkspace(boolean doubles, int m, int n, long a, int lda) {
    return solver.qrWorkspace(doubles, m, n, a, lda);
  }

  @Override
  public void qr(boolean doubles, int m, int n, long a, int lda, long tau, long workspace, int size, long info) {
    solver.qr(doubles, m, n, a, lda, tau, workspace, size, info);
  }

  @Override
  public void multiplyByQ(boolean doubles, int m, int n, long a, int lda, long tau, long c, int ldc, long workspace, int size, long info) {
    solver.multiplyByQ(doubles, m, n, a, lda, tau, c, ldc, workspace, size, info);
  }

  @Override
  public int choleskyWorkspace(boolean doubles, int n, long a, int lda) {
    return solver.choleskyWorkspace(doubles, n, a, lda);
  }

  @Override
  public void cholesky(boolean doubles, int n, long a, int lda, long workspace, int size, long info) {
    solver.cholesky(doubles, n, a, lda, workspace, size, info);
  }

  @Override
  public void invertByCholesky(boolean doubles, int n, long a, int lda, long workspace, int size, long info) {
    solver.invertByCholesky(doubles, n, a, lda, workspace, size, info);
  }

  @Override
  public int eigenWorkspace(boolean doubles, int n, long a, int lda, long lambda) {
    return solver.eigenWorkspace(doubles, n, a, lda, lambda);
  }

  @Override
  public void eigen(boolean doubles, int n, long a, int lda, long lambda, long workspace, int size, long info) {
    solver.eigen(doubles, n, a, lda, lambda, workspace, size, info);
  }

  @Override
  public int jacobiSvdWorkspace(boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv) {
    return solver.jacobiSvdWorkspace(doubles, m, n, a, lda, sigma, u, ldu, v, ldv);
  }

  @Override
  public void jacobiSvd(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv, long workspace, int size, long info) {
    solver.jacobiSvd(doubles, m, n, a, lda, sigma, u, ldu, v, ldv, workspace, size, info);
  }

  @Override
  public int svdWorkspace(boolean doubles, int m, int n) {
    return solver.svdWorkspace(doubles, m, n);
  }

  @Override
  public void svd(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long vt, int ldvt, long workspace, int size, long info) {
    solver.svd(doubles, m, n, a, lda, sigma, u, ldu, vt, ldvt, workspace, size, info);
  }

  @Override
  public int jacobiSvdBatchedWorkspace(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv, int count) {
    return solver.jacobiSvdBatchedWorkspace(doubles, m, n, a, lda, sigma, u, ldu, v, ldv, count);
  }

  @Override
  public void jacobiSvdBatched(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv, long workspace, int size, long info,
      int count) {
    solver.jacobiSvdBatched(doubles, m, n, a, lda, sigma, u, ldu, v, ldv, workspace, size, info, count);
  }

  @Override
  public void close() {
    resources.release();
  }
}
