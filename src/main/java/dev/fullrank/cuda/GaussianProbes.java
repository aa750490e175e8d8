package dev.fullrank.cuda;

import dev.fullrank.linalg.GaussianVectors;
import java.lang.foreign.MemorySegment;

/**
 * Four Gaussian vectors w that show how large a matrix B is: for r independent ones ‖B‖₂ exceeds α·√(2/π) times the largest ‖Bw‖ with a
 * probability of at most α^−r (Halko, Martinsson and Tropp, SIAM Review 53, 2011, lemma 4.1), with α = 10 here. They come from a fixed
 * generator: the same bits on every run.
 */
final class GaussianProbes {
  static final int COUNT = 4;

  private static final double FACTOR = 10 * Math.sqrt(2 / Math.PI);
  private static final int SEED = 1;

  private final CudaWorkspace workspace;
  private final DeviceConstants vectors;
  private int length;
  private boolean doubles;

  GaussianProbes(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.vectors = new DeviceConstants(workspace);
  }

  /** The vectors, columns of a dense column-major matrix with so many rows; waits when they were others before. */
  long of(boolean inDouble, int rows) {
    int size = COUNT * rows;
    if (length != rows || doubles != inDouble) {
      length = rows;
      doubles = inDouble;
      vectors.become(GaussianVectors.of(size, SEED), inDouble);
    }
    return vectors.of(size, inDouble);
  }

  /** The squared norms of x_i − y_i for the images of the vectors, dense with n rows, to out. */
  void residual(String suffix, long x, long y, int n, long out) {
    workspace
        .kernel("certificate", "residual_norms" + suffix)
        .address(x)
        .count(n)
        .address(y)
        .count(n)
        .count(n)
        .count(COUNT)
        .address(out)
        .launchBlocks(COUNT);
  }

  /** The bound of ‖B‖₂, from what a report has at a place and behind it. */
  static double bound(MemorySegment report, int place) {
    double largest = 0;
    for (int i = 0; i < COUNT; i++) {
      double squared = CudaWorkspace.number(report, place + i);
      largest = squared <= largest ? largest : squared; // a NaN is larger
    }
    return boundOfNorm(Math.sqrt(largest));
  }

  /** The same where the largest ‖Bw‖ is this, some ‖B‖_F where many singular values of B are like the largest. */
  static double boundOfNorm(double largest) {
    return FACTOR * largest;
  }
}
