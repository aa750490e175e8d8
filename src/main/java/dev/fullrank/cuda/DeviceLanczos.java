package dev.fullrank.cuda;

import dev.fullrank.linalg.GaussianVectors;
import dev.fullrank.linalg.RitzValues;
import java.lang.foreign.MemorySegment;

/**
 * Estimates of both ends of the spectrum of a symmetric matrix on the device, by a few steps of Lanczos there; what they leave is a
 * tridiagonal matrix, of which the host computes {@link RitzValues}.
 */
final class DeviceLanczos {
  /**
   * On the spectra of Gaussian matrices 1024×4096 and 2048×8192 the moved ends lie 2 % above and 10 % below the true ones then. Where the
   * condition number is a hundred, or there is no lower end but more and more small eigenvalues, the moved one is negative.
   */
  static final int STEPS = 8;

  private static final int SEED = 2;

  /** Below this share of α the residual is a rounding error, and what it is divided by is not. */
  private static final double NEGLIGIBLE = 0x1p-40;

  private final CudaWorkspace workspace;
  private final DeviceConstants start;
  private final DeviceBuffer even;
  private final DeviceBuffer odd;
  private final DeviceBuffer image;
  private final RitzValues ritz = new RitzValues(STEPS);
  private final double[] alpha = new double[STEPS];
  private final double[] beta = new double[STEPS];
  private int order;

  DeviceLanczos(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.start = new DeviceConstants(workspace);
    this.even = workspace.buffer();
    this.odd = workspace.buffer();
    this.image = workspace.buffer();
  }

  /**
   * Puts the steps into the stream; waits if the order was another one before.
   *
   * @param a k×k, both triangles known
   * @param out where the coefficients go, α and β of each step in turn
   */
  void run(int k, long a, long out) {
    if (k != order) {
      order = k;
      start.become(unitVector(k), true);
    }
    long bytes = (long) k * Double.BYTES;
    long v = even.atLeast(bytes);
    long previous = odd.atLeast(bytes);
    long u = image.atLeast(bytes);
    workspace.queue().copy(v, start.of(k, true), bytes);
    for (int j = 0; j < steps(); j++) {
      workspace.kernel("lanczos", "symmetric_image").count(k).address(a).address(v).address(u).launchBlocks(k);
      workspace.kernel("lanczos", "lanczos_step").count(k).count(j).address(u).address(v).address(previous).address(out).launchOnce();
      long next = previous;
      previous = v;
      v = next;
    }
  }

  private int steps() {
    return Math.min(STEPS, order);
  }

  private static double[] unitVector(int k) {
    double[] v = GaussianVectors.of(k, SEED);
    double squares = 0;
    for (double entry : v) {
      squares += entry * entry;
    }
    double norm = Math.sqrt(squares);
    for (int i = 0; i < k; i++) {
      v[i] /= norm;
    }
    return v;
  }

  /** The Ritz values, from what a report has at a place and behind it. */
  RitzValues read(MemorySegment report, int place) {
    int found = 0;
    boolean more = true;
    while (more && found < steps()) {
      alpha[found] = CudaWorkspace.number(report, place + 2 * found);
      beta[found] = CudaWorkspace.number(report, place + 2 * found + 1);
      more = beta[found] > NEGLIGIBLE * alpha[0];
      found++;
    }
    ritz.find(alpha, beta, found);
    return ritz;
  }
}
