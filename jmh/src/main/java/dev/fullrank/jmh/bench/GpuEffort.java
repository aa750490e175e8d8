package dev.fullrank.jmh.bench;

/**
 * How long to measure on a GPU.
 *
 * @param seconds for each contender at each problem, after half as long
 * @param longestCall seconds; a contender that needs longer is named and left out at that problem
 */
record GpuEffort(double seconds, double longestCall) {
  static final GpuEffort QUICK = new GpuEffort(0.2, 0.5);
  static final GpuEffort NORMAL = new GpuEffort(0.6, 3);
  static final GpuEffort FULL = new GpuEffort(1.5, 60);
}
