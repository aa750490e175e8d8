package dev.fullrank.cuda.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasAtomicsMode;
import jcuda.jcublas.cublasFillMode;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;

/**
 * cuBLAS on one stream, without TF32 and without atomic additions: binary32 stays binary32, and the same input gives the same bits. It
 * reads the factors alpha and beta from host memory before a call returns.
 */
final class Blas {
  private final CurrentStream stream;
  private final cublasHandle handle = new cublasHandle();
  private final Factor alpha;
  private final Factor beta;
  private final Pointer a = new Pointer();
  private final Pointer b = new Pointer();
  private final Pointer c = new Pointer();

  @SuppressWarnings("MustBeClosedChecker") // the resources close the arena
  Blas(CurrentStream stream, Resources resources) {
    this.stream = stream;
    Arena arena = Arena.ofShared();
    resources.add(arena::close);
    alpha = new Factor(arena.allocate(ValueLayout.JAVA_DOUBLE));
    beta = new Factor(arena.allocate(ValueLayout.JAVA_DOUBLE));
    check(JCublas2.cublasCreate(handle), "cublasCreate");
    resources.add(() -> check(JCublas2.cublasDestroy(handle), "cublasDestroy"));
    check(JCublas2.cublasSetMathMode(handle, cublasMath.CUBLAS_DEFAULT_MATH), "cublasSetMathMode");
    check(JCublas2.cublasSetAtomicsMode(handle, cublasAtomicsMode.CUBLAS_ATOMICS_NOT_ALLOWED), "cublasSetAtomicsMode");
    followStream();
  }

  /** Puts work into the stream in use from now on. */
  void followStream() {
    check(JCublas2.cublasSetStream(handle, stream.asOfRuntime()), "cublasSetStream");
  }

  void gemm(
      boolean doubles, boolean transposeA, boolean transposeB, int m, int n, int k, double alpha, long a, int lda, long b, int ldb,
      double beta, long c, int ldc) {
    cublasHandle handle = open();
    Pointer factor = this.alpha.set(doubles, alpha);
    Pointer kept = this.beta.set(doubles, beta);
    Native.set(this.a, a);
    Native.set(this.b, b);
    Native.set(this.c, c);
    int opA = operation(transposeA);
    int opB = operation(transposeB);
    if (doubles) {
      check(JCublas2.cublasDgemm(handle, opA, opB, m, n, k, factor, this.a, lda, this.b, ldb, kept, this.c, ldc), "cublasDgemm");
    } else {
      check(JCublas2.cublasSgemm(handle, opA, opB, m, n, k, factor, this.a, lda, this.b, ldb, kept, this.c, ldc), "cublasSgemm");
    }
  }

  void syrk(boolean doubles, boolean transposeA, int n, int k, double alpha, long a, int lda, long c, int ldc) {
    cublasHandle handle = open();
    Pointer factor = this.alpha.set(doubles, alpha);
    Pointer kept = beta.set(doubles, 0);
    Native.set(this.a, a);
    Native.set(this.c, c);
    int lower = cublasFillMode.CUBLAS_FILL_MODE_LOWER;
    int op = operation(transposeA);
    if (doubles) {
      check(JCublas2.cublasDsyrk(handle, lower, op, n, k, factor, this.a, lda, kept, this.c, ldc), "cublasDsyrk");
    } else {
      check(JCublas2.cublasSsyrk(handle, lower, op, n, k, factor, this.a, lda, kept, this.c, ldc), "cublasSsyrk");
    }
  }

  void syrkx(boolean doubles, int n, int k, double alpha, long a, int lda, long b, int ldb, long c, int ldc) {
    cublasHandle handle = open();
    Pointer factor = this.alpha.set(doubles, alpha);
    Pointer kept = beta.set(doubles, 0);
    Native.set(this.a, a);
    Native.set(this.b, b);
    Native.set(this.c, c);
    int lower = cublasFillMode.CUBLAS_FILL_MODE_LOWER;
    int op = operation(false);
    if (doubles) {
      check(JCublas2.cublasDsyrkx(handle, lower, op, n, k, factor, this.a, lda, this.b, ldb, kept, this.c, ldc), "cublasDsyrkx");
    } else {
      check(JCublas2.cublasSsyrkx(handle, lower, op, n, k, factor, this.a, lda, this.b, ldb, kept, this.c, ldc), "cublasSsyrkx");
    }
  }

  private static int operation(boolean transpose) {
    return transpose ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
  }

  private cublasHandle open() {
    stream.get();
    return handle;
  }

  private void check(int status, String function) {
    Status.blas(status, function, stream);
  }

  /** A number in host memory. */
  private record Factor(MemorySegment memory, Pointer address) {
    Factor(MemorySegment memory) {
      this(memory, Native.set(new Pointer(), memory.address()));
    }

    Pointer set(boolean doubles, double value) {
      if (doubles) {
        memory.set(ValueLayout.JAVA_DOUBLE, 0, value);
      } else {
        memory.set(ValueLayout.JAVA_FLOAT, 0, (float) value);
      }
      return address;
    }
  }
}
