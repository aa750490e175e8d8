package dev.fullrank.jmh.bench;

/** A problem made ready: inputs in the library's own form, workspaces allocated, nothing left but the computation. */
interface Task extends AutoCloseable {
  /** Computes once; can be called any number of times. */
  void run();

  /** The value of the last run: s_μ or the hinge. */
  double value();

  /** The gradient or the product of the last run, row-major; both triangles of a symmetric one. */
  double[] result();

  @Override
  default void close() {}
}
