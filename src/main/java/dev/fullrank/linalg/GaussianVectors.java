package dev.fullrank.linalg;

import java.util.Random;

/** Standard Gaussian vectors from a fixed generator, for starting vectors and probes. */
public final class GaussianVectors {
  private GaussianVectors() {}

  /** {@link Random} specifies its sequence, so an entry depends on its place alone, not on the length or the platform. */
  public static double[] of(int length, int seed) {
    Random random = new Random(seed);
    double[] w = new double[length];
    for (int i = 0; i < length; i++) {
      w[i] = random.nextGaussian();
    }
    return w;
  }
}
