package dev.fullrank.jmh.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * GEMM, SYRK and GESDD of a native library in one of its two precisions, called without copies. The names differ by one letter
 * only, so that one class serves sgemm and dgemm of MKL and of OpenBLAS alike.
 */
final class Blas {
  private static final int ROW_MAJOR = 101;
  private static final int COLUMN_MAJOR = 102;
  private static final int NO_TRANSPOSE = 111;
  private static final int TRANSPOSE = 112;
  private static final int UPPER = 121;

  private final MethodHandle gemm;
  private final MethodHandle syrk;
  private final MethodHandle gesdd;

  Blas(SymbolLookup library, boolean isFloat) {
    String letter = isFloat ? "s" : "d";
    ValueLayout real = isFloat ? JAVA_FLOAT : JAVA_DOUBLE;
    this.gemm = handle(library, "cblas_" + letter + "gemm", null,
        JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, real, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, real, ADDRESS,
        JAVA_INT);
    this.syrk = handle(library, "cblas_" + letter + "syrk", null,
        JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, real, ADDRESS, JAVA_INT, real, ADDRESS, JAVA_INT);
    this.gesdd = handle(library, "LAPACKE_" + letter + "gesdd_work", JAVA_INT,
        JAVA_INT, JAVA_BYTE, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS,
        JAVA_INT, ADDRESS);
  }

  /** C(m×n) := α·A(m×k)·B(k×n), all row-major and dense. */
  void multiply(int m, int n, int k, double alpha, MemorySegment a, MemorySegment b, MemorySegment c) {
    try {
      gemm.invokeExact(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, m, n, k, alpha, a, k, b, n, 0.0, c, n);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Upper triangle of C := A·Aᵀ, or of AᵀA, for a row-major A. */
  void gram(boolean ofRows, int rows, int columns, MemorySegment a, MemorySegment c) {
    int n = ofRows ? rows : columns;
    int k = ofRows ? columns : rows;
    try {
      syrk.invokeExact(ROW_MAJOR, UPPER, ofRows ? NO_TRANSPOSE : TRANSPOSE, n, k, 1.0, a, columns, 0.0, c, n);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The thin decomposition of a column-major m×n matrix, which is overwritten.
   *
   * @param job 'S' for U and Vᵀ, 'N' for singular values alone
   * @param size elements of {@code work}; −1 asks for the size that is best, returned in the first element of {@code work}
   */
  void decompose(char job, int m, int n, MemorySegment a, Factors factors, MemorySegment work, int size) {
    int info;
    try {
      info = (int) gesdd.invokeExact(COLUMN_MAJOR, (byte) job, m, n, a, m, factors.s, factors.u, m, factors.vt, Math.min(m, n),
          work, size, factors.integers);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (info != 0) {
      throw new IllegalStateException("gesdd returned " + info);
    }
  }

  /** What gesdd writes beside its workspace. */
  record Factors(MemorySegment s, MemorySegment u, MemorySegment vt, MemorySegment integers) {}

  /** Takes scalars as double, whatever the library wants. */
  private static MethodHandle handle(
      SymbolLookup library, String name, @Nullable MemoryLayout result, MemoryLayout... arguments) {
    FunctionDescriptor function =
        result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
    MethodHandle handle = Linker.nativeLinker().downcallHandle(library.findOrThrow(name), function);
    MethodType type = handle.type();
    for (int i = 0; i < type.parameterCount(); i++) {
      if (type.parameterType(i) == float.class) {
        type = type.changeParameterType(i, double.class);
      }
    }
    return MethodHandles.explicitCastArguments(handle, type);
  }
}
