package dev.fullrank.cuda.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.Pointer;
import jcuda.jcublas.cublasFillMode;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasSideMode;
import jcuda.jcusolver.JCusolverDn;
import jcuda.jcusolver.cusolverDnHandle;
import jcuda.jcusolver.cusolverEigMode;
import jcuda.jcusolver.gesvdjInfo;

/** cuSOLVER on one stream. */
final class Solver {
  /** Jacobi converges quadratically and needs about 15 sweeps of any matrix; this many mean that it does not converge. */
  private static final int SWEEPS = 100;

  private static final int SORTED = 1;

  /** To gesvdj: as many singular vectors as there are singular values. */
  private static final int ECONOMY = 1;

  /** The same to gesvd. */
  private static final char SMALL = 'S';

  private static final int VECTORS = cusolverEigMode.CUSOLVER_EIG_MODE_VECTOR;
  private static final int LEFT = cublasSideMode.CUBLAS_SIDE_LEFT;
  private static final int LOWER = cublasFillMode.CUBLAS_FILL_MODE_LOWER;
  private static final int NOT_TRANSPOSED = cublasOperation.CUBLAS_OP_N;

  private final CurrentStream stream;
  private final cusolverDnHandle handle = new cusolverDnHandle();
  private final gesvdjInfo jacobiOfFloats;
  private final gesvdjInfo jacobiOfDoubles;

  private final Pointer matrix = new Pointer();
  private final Pointer vector = new Pointer();
  private final Pointer left = new Pointer();
  private final Pointer right = new Pointer();
  private final Pointer work = new Pointer();
  private final Pointer status = new Pointer();
  private final Pointer none = new Pointer();
  private final int[] needed = {0};

  Solver(CurrentStream stream, Resources resources) {
    this.stream = stream;
    check(JCusolverDn.cusolverDnCreate(handle), "cusolverDnCreate");
    resources.add(() -> check(JCusolverDn.cusolverDnDestroy(handle), "cusolverDnDestroy"));
    jacobiOfFloats = jacobi(Math.ulp(1f), resources);
    jacobiOfDoubles = jacobi(Math.ulp(1.0), resources);
    followStream();
  }

  /** Puts work into the stream in use from now on. */
  void followStream() {
    check(JCusolverDn.cusolverDnSetStream(handle, stream.asOfRuntime()), "cusolverDnSetStream");
  }

  /**
   * New settings of gesvdj. JCuda passes the value of its object where the function wants the address to write the new handle to, so
   * that object is given the address of a cell, and the handle in the cell goes to another object.
   */
  private gesvdjInfo jacobi(double tolerance, Resources resources) {
    gesvdjInfo settings = new gesvdjInfo();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment cell = arena.allocate(ValueLayout.JAVA_LONG);
      gesvdjInfo address = Native.set(new gesvdjInfo(), cell.address());
      check(JCusolverDn.cusolverDnCreateGesvdjInfo(address), "cusolverDnCreateGesvdjInfo");
      Native.set(settings, cell.get(ValueLayout.JAVA_LONG, 0));
    }
    resources.add(() -> check(JCusolverDn.cusolverDnDestroyGesvdjInfo(settings), "cusolverDnDestroyGesvdjInfo"));
    check(JCusolverDn.cusolverDnXgesvdjSetTolerance(settings, tolerance), "cusolverDnXgesvdjSetTolerance");
    check(JCusolverDn.cusolverDnXgesvdjSetMaxSweeps(settings, SWEEPS), "cusolverDnXgesvdjSetMaxSweeps");
    check(JCusolverDn.cusolverDnXgesvdjSetSortEig(settings, SORTED), "cusolverDnXgesvdjSetSortEig");
    return settings;
  }

  int qrWorkspace(boolean doubles, int m, int n, long a, int lda) {
    cusolverDnHandle h = open();
    Native.set(matrix, a);
    check(
        doubles
            ? JCusolverDn.cusolverDnDgeqrf_bufferSize(h, m, n, matrix, lda, needed)
            : JCusolverDn.cusolverDnSgeqrf_bufferSize(h, m, n, matrix, lda, needed),
        doubles,
        "geqrf_bufferSize");
    int qr = needed[0];
    // Only sizes matter here, so A stands for tau and C as well.
    check(
        doubles
            ? JCusolverDn.cusolverDnDormqr_bufferSize(h, LEFT, NOT_TRANSPOSED, m, n, n, matrix, lda, matrix, matrix, lda, needed)
            : JCusolverDn.cusolverDnSormqr_bufferSize(h, LEFT, NOT_TRANSPOSED, m, n, n, matrix, lda, matrix, matrix, lda, needed),
        doubles,
        "ormqr_bufferSize");
    return Math.max(qr, needed[0]);
  }

  void qr(boolean doubles, int m, int n, long a, int lda, long tau, long workspace, int size, long info) {
    cusolverDnHandle h = open();
    Native.set(matrix, a);
    Native.set(vector, tau);
    Native.set(work, workspace);
    Native.set(status, info);
    check(
        doubles
            ? JCusolverDn.cusolverDnDgeqrf(h, m, n, matrix, lda, vector, work, size, status)
            : JCusolverDn.cusolverDnSgeqrf(h, m, n, matrix, lda, vector, work, size, status),
        doubles,
        "geqrf");
  }

  void multiplyByQ(boolean doubles, int m, int n, long a, int lda, long tau, long c, int ldc, long workspace, int size, long info) {
    cusolverDnHandle h = open();
    Native.set(matrix, a);
    Native.set(vector, tau);
    Native.set(right, c);
    Native.set(work, workspace);
    Native.set(status, info);
    check(
        doubles
            ? JCusolverDn.cusolverDnDormqr(h, LEFT, NOT_TRANSPOSED, m, n, n, matrix, lda, vector, right, ldc, work, size, status)
            : JCusolverDn.cusolverDnSormqr(h, LEFT, NOT_TRANSPOSED, m, n, n, matrix, lda, vector, right, ldc, work, size, status),
        doubles,
        "ormqr");
  }

  int choleskyWorkspace(boolean doubles, int n, long a, int lda) {
    cusolverDnHandle h = open();
    Native.set(matrix, a);
    check(
        doubles
            ? JCusolverDn.cusolverDnDpotrf_bufferSize(h, LOWER, n, matrix, lda, needed)
            : JCusolverDn.cusolverDnSpotrf_bufferSize(h, LOWER, n, matrix, lda, needed),
        doubles,
        "potrf_bufferSize");
    int factorization = needed[0];
    check(
        doubles
            ? JCusolverDn.cusolverDnDpotri_bufferSize(h, LOWER, n, matrix, lda, needed)
            : JCusolverDn.cusolverDnSpotri_bufferSize(h, LOWER, n, matrix, lda, needed),
        doubles,
        "potri_bufferSize");
    return Math.max(factorization, needed[0]);
  }

  void cholesky(boolean doubles, int n, long a, int lda, long workspace, int size, long info) {
    cusolverDnHandle h = open();
    Native.set(matrix, a);
    Native.set(work, workspace);
    Native.set(status, info);
    check(
        doubles
            ? JCusolverDn.cusolverDnDpotrf(h, LOWER, n, matrix, lda, work, size, status)
            : JCusolverDn.cusolverDnSpotrf(h, LOWER, n, matrix, lda, work, size, status),
        doubles,
        "potrf");
  }

  void invertByCholesky(boolean doubles, int n, long a, int lda, long workspace, int size, long info) {
    cusolverDnHandle h = open();
    Native.set(matrix, a);
    Native.set(work, workspace);
    Native.set(status, info);
    check(
        doubles
            ? JCusolverDn.cusolverDnDpotri(h, LOWER, n, matrix, lda, work, size, status)
            : JCusolverDn.cusolverDnSpotri(h, LOWER, n, matrix, lda, work, size, status),
        doubles,
        "potri");
  }

  int eigenWorkspace(boolean doubles, int n, long a, int lda, long lambda) {
    cusolverDnHandle h = open();
    Native.set(matrix, a);
    Native.set(vector, lambda);
    check(
        doubles
            ? JCusolverDn.cusolverDnDsyevd_bufferSize(h, VECTORS, LOWER, n, matrix, lda, vector, needed)
            : JCusolverDn.cusolverDnSsyevd_bufferSize(h, VECTORS, LOWER, n, matrix, lda, vector, needed),
        doubles,
        "syevd_bufferSize");
    return needed[0];
  }

  void eigen(boolean doubles, int n, long a, int lda, long lambda, long workspace, int size, long info) {
    cusolverDnHandle h = open();
    Native.set(matrix, a);
    Native.set(vector, lambda);
    Native.set(work, workspace);
    Native.set(status, info);
    check(
        doubles
            ? JCusolverDn.cusolverDnDsyevd(h, VECTORS, LOWER, n, matrix, lda, vector, work, size, status)
            : JCusolverDn.cusolverDnSsyevd(h, VECTORS, LOWER, n, matrix, lda, vector, work, size, status),
        doubles,
        "syevd");
  }

  int jacobiSvdWorkspace(boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv) {
    cusolverDnHandle h = open();
    setSvd(a, sigma, u, v);
    check(
        doubles
            ? JCusolverDn.cusolverDnDgesvdj_bufferSize(
                h, VECTORS, ECONOMY, m, n, matrix, lda, vector, left, ldu, right, ldv, needed, jacobiOfDoubles)
            : JCusolverDn.cusolverDnSgesvdj_bufferSize(
                h, VECTORS, ECONOMY, m, n, matrix, lda, vector, left, ldu, right, ldv, needed, jacobiOfFloats),
        doubles,
        "gesvdj_bufferSize");
    return needed[0];
  }

  void jacobiSvd(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv, long workspace, int size, long info) {
    cusolverDnHandle h = open();
    setSvd(a, sigma, u, v);
    Native.set(work, workspace);
    Native.set(status, info);
    check(
        doubles
            ? JCusolverDn.cusolverDnDgesvdj(
                h, VECTORS, ECONOMY, m, n, matrix, lda, vector, left, ldu, right, ldv, work, size, status, jacobiOfDoubles)
            : JCusolverDn.cusolverDnSgesvdj(
                h, VECTORS, ECONOMY, m, n, matrix, lda, vector, left, ldu, right, ldv, work, size, status, jacobiOfFloats),
        doubles,
        "gesvdj");
  }

  int svdWorkspace(boolean doubles, int m, int n) {
    cusolverDnHandle h = open();
    check(
        doubles
            ? JCusolverDn.cusolverDnDgesvd_bufferSize(h, m, n, needed)
            : JCusolverDn.cusolverDnSgesvd_bufferSize(h, m, n, needed),
        doubles,
        "gesvd_bufferSize");
    return needed[0];
  }

  void svd(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long vt, int ldvt, long workspace, int size, long info) {
    cusolverDnHandle h = open();
    setSvd(a, sigma, u, vt);
    Native.set(work, workspace);
    Native.set(status, info);
    check(
        doubles
            ? JCusolverDn.cusolverDnDgesvd(
                h, SMALL, SMALL, m, n, matrix, lda, vector, left, ldu, right, ldvt, work, size, none, status)
            : JCusolverDn.cusolverDnSgesvd(
                h, SMALL, SMALL, m, n, matrix, lda, vector, left, ldu, right, ldvt, work, size, none, status),
        doubles,
        "gesvd");
  }

  int jacobiSvdBatchedWorkspace(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv, int count) {
    cusolverDnHandle h = open();
    setSvd(a, sigma, u, v);
    check(
        doubles
            ? JCusolverDn.cusolverDnDgesvdjBatched_bufferSize(
                h, VECTORS, m, n, matrix, lda, vector, left, ldu, right, ldv, needed, jacobiOfDoubles, count)
            : JCusolverDn.cusolverDnSgesvdjBatched_bufferSize(
                h, VECTORS, m, n, matrix, lda, vector, left, ldu, right, ldv, needed, jacobiOfFloats, count),
        doubles,
        "gesvdjBatched_bufferSize");
    return needed[0];
  }

  void jacobiSvdBatched(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv, long workspace, int size, long info,
      int count) {
    cusolverDnHandle h = open();
    setSvd(a, sigma, u, v);
    Native.set(work, workspace);
    Native.set(status, info);
    check(
        doubles
            ? JCusolverDn.cusolverDnDgesvdjBatched(
                h, VECTORS, m, n, matrix, lda, vector, left, ldu, right, ldv, work, size, status, jacobiOfDoubles, count)
            : JCusolverDn.cusolverDnSgesvdjBatched(
                h, VECTORS, m, n, matrix, lda, vector, left, ldu, right, ldv, work, size, status, jacobiOfFloats, count),
        doubles,
        "gesvdjBatched");
  }

  private void setSvd(long a, long sigma, long u, long v) {
    Native.set(matrix, a);
    Native.set(vector, sigma);
    Native.set(left, u);
    Native.set(right, v);
  }

  private cusolverDnHandle open() {
    stream.get();
    return handle;
  }

  private void check(int code, boolean doubles, String routine) {
    if (code != 0) {
      check(code, "cusolverDn" + (doubles ? "D" : "S") + routine);
    }
  }

  private void check(int code, String function) {
    Status.solver(code, function, stream);
  }
}
