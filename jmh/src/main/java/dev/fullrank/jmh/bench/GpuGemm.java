package dev.fullrank.jmh.bench;

import dev.fullrank.Matrix;
import dev.fullrank.cuda.CudaQueue;
import dev.fullrank.kernels.gpu.Gpu;
import dev.fullrank.kernels.gpu.Timing;
import java.util.random.RandomGenerator;

/** The rate of the device's product in double, at which the floor is reckoned. */
final class GpuGemm {
  /** Entries that are compared, along the diagonal from the upper right. */
  private static final int COMPARED = 7;

  private GpuGemm() {}

  /**
   * Operations a second of C := A·A, after some entries have been compared.
   *
   * @param n order
   * @throws ArithmeticException if one is wrong
   */
  static double rate(Gpu gpu, int n, double seconds) {
    RandomGenerator random = Inputs.random(4);
    double[] a = random.doubles((long) n * n, -1, 1).toArray();
    Matrix there = gpu.copy(Matrix.of(a, n, n), n);
    Matrix c = gpu.empty(there.type(), n, n, n);
    CudaQueue queue = gpu.queue();
    // to cuBLAS a row-major matrix is its transpose: Aᵀ·Aᵀ is (A·A)ᵀ
    Runnable product = () -> queue.gemm(true, false, false, n, n, n, 1, there.address(), n, there.address(), n, 0, c.address(), n);
    product.run();
    verify(a, gpu.fetch(c), n);
    Timing timing = Timing.of(product, queue::synchronize, seconds);
    gpu.freeAll();
    return 2.0 * n * n * n / timing.median();
  }

  /** Two sums of n products of numbers below 1: n products and n sums below n, rounded by half a unit of the last place each. */
  private static void verify(double[] a, Matrix c, int n) {
    double tolerance = n * (Math.ulp(1.0) + Math.ulp((double) n));
    for (int at = 0; at < COMPARED; at++) {
      int i = (int) ((long) at * (n - 1) / (COMPARED - 1));
      double expected = 0;
      for (int l = 0; l < n; l++) {
        expected += a[i * n + l] * a[l * n + n - 1 - i];
      }
      double entry = c.get(i, n - 1 - i);
      if (!(Math.abs(entry - expected) <= tolerance)) {
        throw new ArithmeticException("the product of order " + n + " is wrong: " + entry + " where it should be " + expected);
      }
    }
  }
}
