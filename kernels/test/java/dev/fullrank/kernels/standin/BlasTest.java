package dev.fullrank.kernels.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** gemm, syrk and syrkx of the stand-in against three loops, and what they refuse. */
class BlasTest {
  private static final List<Integer> SIZES = List.of(0, 1, 3, 8, 17);
  private static final int NOT_INITIALIZED = 1;
  private static final int INVALID_VALUE = 7;
  private static final int EXECUTION_FAILED = 13;

  private final StandIn standIn = StandIn.fresh();
  private final DirectCuda cuda = new DirectCuda(standIn);
  private final long handle = cuda.create("cublasCreate_v2");

  @AfterEach
  void close() {
    cuda.close();
  }

  @ParameterizedTest
  @EnumSource
  void gemmIsThreeLoops(Real real) {
    for (int m : SIZES) {
      for (int n : SIZES) {
        for (int k : SIZES) {
          for (int bits = 0; bits < 4; bits++) {
            expectGemm(real, (bits & 1) != 0, (bits & 2) != 0, m, n, k, 1.5, (bits + m) % 2 == 0 ? 0 : -0.5);
          }
        }
      }
    }
    standIn.expectNoFault();
  }

  @ParameterizedTest
  @EnumSource
  void syrkIsTheTriangleOfAProduct(Real real) {
    for (int n : SIZES) {
      for (int k : SIZES) {
        for (int bits = 0; bits < 8; bits++) {
          expectSyrk(real, (bits & 1) != 0, (bits & 2) != 0, n, k, -2, (bits & 4) == 0 ? 0 : 3);
        }
      }
    }
    standIn.expectNoFault();
  }

  @ParameterizedTest
  @EnumSource
  void syrkxIsTheTriangleOfAProductOfTwo(Real real) {
    for (int n : SIZES) {
      for (int k : SIZES) {
        for (int bits = 0; bits < 8; bits++) {
          expectSyrkx(real, (bits & 1) != 0, (bits & 2) != 0, n, k, -2, (bits & 4) == 0 ? 0 : 3);
        }
      }
    }
    standIn.expectNoFault();
  }

  @ParameterizedTest
  @EnumSource
  void syrkIsWrongInOneEntryWhenAsked(Real real) {
    standIn.syrkIsWrong(true);
    assertThatThrownBy(() -> expectSyrk(real, false, false, 3, 2, 1, 0)).isInstanceOf(AssertionError.class);
    standIn.syrkIsWrong(false);
    expectSyrk(real, false, false, 3, 2, 1, 0);
  }

  private void expectGemm(Real real, boolean ta, boolean tb, int m, int n, int k, double alpha, double beta) {
    Columns a = ta ? Columns.random(k, m, k + 2, 1) : Columns.random(m, k, m + 1, 1);
    Columns b = tb ? Columns.random(n, k, n + 3, 2) : Columns.random(k, n, k + 1, 2);
    Columns c = beta == 0 ? Columns.of(m, n, m + 2, i -> Double.NaN) : Columns.random(m, n, m + 2, 3);
    long[] device = {cuda.upload(real, a.values()), cuda.upload(real, b.values()), cuda.upload(real, c.values())};
    cuda.expect(
        real.function("cublas*gemm_v2"), handle, ta ? 1 : 0, tb ? 1 : 0, m, n, k, factor(real, alpha), device[0], a.stride(), device[1],
        b.stride(), factor(real, beta), device[2], c.stride());
    Columns result = c.with(cuda.download(real, device[2], c.values().length));
    expectProduct(real, result, c, alpha, beta, k, (i, p) -> a.at(ta, i, p), (p, j) -> b.at(tb, p, j), (i, j) -> true);
    cuda.free(device);
  }

  private void expectSyrk(Real real, boolean upper, boolean ta, int n, int k, double alpha, double beta) {
    Columns a = ta ? Columns.random(k, n, k + 1, 4) : Columns.random(n, k, n + 2, 4);
    Columns c = beta == 0 ? Columns.of(n, n, n + 1, i -> Double.NaN) : Columns.random(n, n, n + 1, 5);
    long[] device = {cuda.upload(real, a.values()), cuda.upload(real, c.values())};
    cuda.expect(
        real.function("cublas*syrk_v2"), handle, upper ? 1 : 0, ta ? 1 : 0, n, k, factor(real, alpha), device[0], a.stride(),
        factor(real, beta), device[1], c.stride());
    Columns result = c.with(cuda.download(real, device[1], c.values().length));
    expectProduct(
        real, result, c, alpha, beta, k, (i, p) -> a.at(ta, i, p), (p, j) -> a.at(ta, j, p), (i, j) -> upper ? i <= j : i >= j);
    cuda.free(device);
  }

  private void expectSyrkx(Real real, boolean upper, boolean ta, int n, int k, double alpha, double beta) {
    Columns a = ta ? Columns.random(k, n, k + 1, 4) : Columns.random(n, k, n + 2, 4);
    Columns b = ta ? Columns.random(k, n, k + 3, 6) : Columns.random(n, k, n + 1, 6);
    Columns c = beta == 0 ? Columns.of(n, n, n + 1, i -> Double.NaN) : Columns.random(n, n, n + 1, 5);
    long[] device = {cuda.upload(real, a.values()), cuda.upload(real, b.values()), cuda.upload(real, c.values())};
    cuda.expect(
        real.function("cublas*syrkx"), handle, upper ? 1 : 0, ta ? 1 : 0, n, k, factor(real, alpha), device[0], a.stride(), device[1],
        b.stride(), factor(real, beta), device[2], c.stride());
    Columns result = c.with(cuda.download(real, device[2], c.values().length));
    expectProduct(
        real, result, c, alpha, beta, k, (i, p) -> a.at(ta, i, p), (p, j) -> b.at(ta, j, p), (i, j) -> upper ? i <= j : i >= j);
    cuda.free(device);
  }

  private interface Entry {
    double at(int i, int j);
  }

  private interface Part {
    boolean has(int i, int j);
  }

  /** Within (k + 3)·ulp of the sum of the absolute values; outside of the part all bits are as before. */
  private static void expectProduct(
      Real real, Columns result, Columns before, double alpha, double beta, int k, Entry a, Entry b, Part part) {
    double[] expected = before.values().clone();
    double[] room = new double[expected.length];
    for (int j = 0; j < before.columns(); j++) {
      for (int i = 0; i < before.rows(); i++) {
        if (part.has(i, j)) {
          int index = i + j * before.stride();
          expected[index] = beta == 0 ? 0 : beta * before.at(i, j);
          double size = Math.abs(expected[index]);
          for (int p = 0; p < k; p++) {
            expected[index] += alpha * a.at(i, p) * b.at(p, j);
            size += Math.abs(alpha * a.at(i, p) * b.at(p, j));
          }
          room[index] = (k + 3) * real.ulp() * size;
        }
      }
    }
    for (int index = 0; index < expected.length; index++) {
      double error = Math.abs(result.values()[index] - expected[index]);
      assertThat(Double.isNaN(expected[index]) ? Double.isNaN(result.values()[index]) : error <= room[index])
          .as("%s entry %d: %s instead of %s", real, index, result.values()[index], expected[index])
          .isTrue();
    }
  }

  /** A factor in host memory. */
  private MemorySegment factor(Real real, double value) {
    MemorySegment memory = cuda.host(real.bytes(1));
    real.write(memory, value);
    return memory;
  }

  private int gemm(int ta, int m, int n, int k, Object alpha, long a, int lda, long b, int ldb, long c, int ldc) {
    return cuda.call("cublasDgemm_v2", handle, ta, 0, m, n, k, alpha, a, lda, b, ldb, cuda.host(0.0), c, ldc);
  }

  @Test
  void wrongArgumentsAreRefused() {
    long x = cuda.upload(Real.DOUBLE, new double[16]);
    MemorySegment one = cuda.host(1.0);
    assertThat(gemm(0, 4, 2, 2, one, x, 3, x, 2, x, 4)).isEqualTo(INVALID_VALUE);
    assertThat(gemm(1, 4, 2, 2, one, x, 1, x, 2, x, 4)).isEqualTo(INVALID_VALUE);
    assertThat(gemm(0, 4, 2, 2, one, x, 4, x, 1, x, 4)).isEqualTo(INVALID_VALUE);
    assertThat(gemm(0, 4, 2, 2, one, x, 4, x, 2, x, 3)).isEqualTo(INVALID_VALUE);
    assertThat(gemm(0, -1, 2, 2, one, x, 4, x, 2, x, 4)).isEqualTo(INVALID_VALUE);
    assertThat(gemm(3, 4, 2, 2, one, x, 4, x, 2, x, 4)).isEqualTo(INVALID_VALUE);
    assertThat(gemm(0, 4, 2, 2, MemorySegment.NULL, x, 4, x, 2, x, 4)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cublasSetStream_v2", handle, 4711L)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cublasSetMathMode", handle, 4)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cublasSetMathMode", 4711L, 0)).isEqualTo(NOT_INITIALIZED);
  }

  @Test
  void argumentsOutsideOfAllocationsBreakTheContextLater() {
    long a = cuda.upload(Real.DOUBLE, new double[8]);
    long b = cuda.upload(Real.DOUBLE, new double[4]);
    long c = cuda.upload(Real.DOUBLE, new double[8]);
    assertThat(gemm(0, 4, 2, 2, cuda.host(1.0), a, 5, b, 2, c, 4)).isZero();
    assertThat(cuda.call("cuStreamSynchronize", 0L)).isEqualTo(700);
    assertThat(standIn.complaint()).contains("cublasDgemm_v2").contains("beyond its allocation");
    assertThat(gemm(0, 4, 2, 2, cuda.host(1.0), a, 4, b, 2, c, 4)).isEqualTo(EXECUTION_FAILED);
  }

  @Test
  void aResultOnTopOfAnArgumentIsAFault() {
    double[] values = new double[16];
    Arrays.fill(values, 1);
    long x = cuda.upload(Real.DOUBLE, values);
    assertThat(gemm(0, 2, 2, 2, cuda.host(1.0), x, 4, x + 2 * Double.BYTES, 4, x + 8 * Double.BYTES, 4)).isZero();
    cuda.expect("cuStreamSynchronize", 0L);
    assertThat(gemm(0, 2, 2, 2, cuda.host(1.0), x, 4, x + 8 * Double.BYTES, 4, x + Double.BYTES, 4)).isZero();
    assertThat(standIn.complaint()).contains("overlaps");
  }

  @Test
  void factorsCanLieInDeviceMemory() {
    cuda.expect("cublasSetPointerMode_v2", handle, 1);
    long[] memory = {cuda.upload(Real.DOUBLE, 3), cuda.upload(Real.DOUBLE, 5), cuda.upload(Real.DOUBLE, 2, 7), cuda.upload(Real.DOUBLE, 1)};
    cuda.expect(
        "cublasDgemm_v2", handle, 0, 0, 1, 1, 1, memory[2], memory[0], 1, memory[1], 1, memory[2] + Double.BYTES, memory[3], 1);
    assertThat(cuda.download(Real.DOUBLE, memory[3], 1)).containsExactly(2 * 3 * 5 + 7);
  }
}
