package dev.fullrank.cuda;

/**
 * A stream with handles of cuBLAS and cuSOLVER on it. Everything but {@link #synchronize} only puts work into the stream, as far as the
 * libraries keep to that. One thread at a time.
 *
 * <p>Matrices are column-major with a leading dimension; a row-major b×d matrix is the column-major d×b matrix of its transpose. Where a
 * method has a parameter {@code doubles}, elements are binary64 if it is true, else binary32; scalars are passed as double.
 */
public interface CudaQueue extends AutoCloseable {
  /** This queue's own stream, which does not wait for the default stream; work goes there until {@link #useStream}. */
  long ownStream();

  /**
   * Puts work into the given stream of the same context from now on; that must stay until the queue uses another one. 0 is the legacy
   * default stream.
   */
  void useStream(long stream);

  /** The same, where work waits, on the device, for all that is in the stream that was used before. */
  void continueIn(long stream);

  /** Records what is put into the own stream from now on, which must be in use, instead of running it. Nothing may wait meanwhile. */
  void beginRecording();

  /** Ends that. */
  CudaGraph endRecording();

  /** Waits until the stream is empty; errors of earlier work surface here. */
  void synchronize();

  /** Copies from host memory, which must stay as it is until the copy is done. */
  void copyToDevice(long device, long host, long bytes);

  /** Copies to host memory. */
  void copyToHost(long host, long device, long bytes);

  /** Copies within the device. */
  void copy(long to, long from, long bytes);

  /** Sets each byte. */
  void fill(long device, int value, long bytes);

  /**
   * Launches a kernel with one-dimensional blocks.
   *
   * @param parameters address of an array of addresses of the parameters; read before the call returns
   */
  void launch(long function, int gridX, int gridY, int threads, int sharedBytes, long parameters);

  /** C := alpha·op(A)·op(B) + beta·C, m×n with an inner dimension of k; C is not read if beta is 0. */
  void gemm(
      boolean doubles, boolean transposeA, boolean transposeB, int m, int n, int k, double alpha, long a, int lda, long b, int ldb,
      double beta, long c, int ldc);

  /** The lower triangle of C := alpha·op(A)·op(A)ᵀ, n×n, op(A) n×k; C is not read. */
  void syrk(boolean doubles, boolean transposeA, int n, int k, double alpha, long a, int lda, long c, int ldc);

  /** The lower triangle of C := alpha·A·Bᵀ, n×n and symmetric, A and B n×k; C is not read. */
  void syrkx(boolean doubles, int n, int k, double alpha, long a, int lda, long b, int ldb, long c, int ldc);

  /** Elements of workspace for {@link #qr} and {@link #multiplyByQ} with n columns on either side. */
  int qrWorkspace(boolean doubles, int m, int n, long a, int lda);

  /** A = Q·R for m ≥ n: R in the upper triangle, reflectors below it and in tau. Status into the int at {@code info}. */
  void qr(boolean doubles, int m, int n, long a, int lda, long tau, long workspace, int size, long info);

  /** C := Q·C for the m×n matrix C and the n reflectors that {@link #qr} left in the m×n matrix A. */
  void multiplyByQ(boolean doubles, int m, int n, long a, int lda, long tau, long c, int ldc, long workspace, int size, long info);

  /** Elements of workspace for {@link #cholesky} and {@link #invertByCholesky}. */
  int choleskyWorkspace(boolean doubles, int n, long a, int lda);

  /** A = L·Lᵀ of a positive definite n×n matrix whose lower triangle is read, L into it. Status into the int at {@code info}. */
  void cholesky(boolean doubles, int n, long a, int lda, long workspace, int size, long info);

  /** The lower triangle of A⁻¹ in place of the L that {@link #cholesky} left. Status into the int at {@code info}. */
  void invertByCholesky(boolean doubles, int n, long a, int lda, long workspace, int size, long info);

  /** Elements of workspace for {@link #eigen}. */
  int eigenWorkspace(boolean doubles, int n, long a, int lda, long lambda);

  /**
   * A = V·diag(λ)·Vᵀ of a symmetric n×n matrix whose lower triangle is read, by tridiagonalisation and divide and conquer: V in its place,
   * λ ascending. Status into the int at {@code info}.
   */
  void eigen(boolean doubles, int n, long a, int lda, long lambda, long workspace, int size, long info);

  /** Elements of workspace for {@link #jacobiSvd}. */
  int jacobiSvdWorkspace(boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv);

  /**
   * A = U·diag(σ)·Vᵀ by gesvdj, economy size, m ≥ n: U m×n, V n×n, not transposed; A is destroyed. Status into the int at {@code
   * info}: 0, or n + 1 if the sweeps did not suffice.
   */
  void jacobiSvd(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv, long workspace, int size, long info);

  /** Elements of workspace for {@link #svd}. */
  int svdWorkspace(boolean doubles, int m, int n);

  /** A = U·diag(σ)·Vᵀ by gesvd (bidiagonalisation and QR), economy size, m ≥ n: U m×n, Vᵀ n×n; A is destroyed. */
  void svd(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long vt, int ldvt, long workspace, int size, long info);

  /** Elements of workspace for {@link #jacobiSvdBatched}. */
  int jacobiSvdBatchedWorkspace(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv, int count);

  /** {@link #jacobiSvd} of many matrices of at most 32×32 that lie one after the other, U m×m and V n×n; an int of status for each. */
  void jacobiSvdBatched(
      boolean doubles, int m, int n, long a, int lda, long sigma, long u, int ldu, long v, int ldv, long workspace, int size, long info,
      int count);

  /** Waits for the work and gives stream and handles back. */
  @Override
  void close();
}
