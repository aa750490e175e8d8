package dev.fullrank.kernels.contract;

import java.util.function.IntToDoubleFunction;

/** Sums in the order that the contracts give. */
final class Reduction {
  private static final int WARP = 32;

  private Reduction() {}

  /** Thread t has i = t, t + threads, …; then the fold. */
  static double sum(int n, int threads, IntToDoubleFunction term) {
    double[] sums = new double[threads];
    for (int i = 0; i < n; i++) {
      sums[i % threads] += term.applyAsDouble(i);
    }
    return ofBlock(sums);
  }

  /** Lane l of a warp has i = l, l + 32, …; then the fold of the lanes. */
  static double ofLanes(int n, IntToDoubleFunction term) {
    double[] lanes = new double[WARP];
    for (int i = 0; i < n; i++) {
      lanes[i % WARP] += term.applyAsDouble(i);
    }
    return tree(lanes);
  }

  /** The fold of what the threads of a block have: the lanes of each warp, then the warps. */
  static double ofBlock(double[] threads) {
    double[] warps = new double[threads.length / WARP];
    for (int w = 0; w < warps.length; w++) {
      double[] lanes = new double[WARP];
      System.arraycopy(threads, w * WARP, lanes, 0, WARP);
      warps[w] = tree(lanes);
    }
    return tree(warps);
  }

  /** Joins v_l with v_{l ⊕ distance} for distances of half their number down to 1; all end with the same. */
  private static double tree(double[] v) {
    for (int distance = v.length / 2; distance >= 1; distance /= 2) {
      for (int l = 0; l < distance; l++) {
        v[l] += v[l + distance];
      }
    }
    return v[0];
  }
}
