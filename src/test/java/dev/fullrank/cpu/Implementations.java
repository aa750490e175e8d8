package dev.fullrank.cpu;

import java.util.List;

/** What the tests run on: every implementation that this virtual machine has, with sizes in production and with tiny ones. */
final class Implementations {
  private Implementations() {}

  /** The scalar kernels, and the vector kernels where they work. */
  static List<Kernels> kernels() {
    KernelChoice choice = KernelChoice.get();
    Kernels scalar = new ScalarKernels();
    return choice.refusal() == null ? List.of(scalar, choice.kernels()) : List.of(scalar);
  }

  /** Blocks so small that a matrix of 15 × 10 has several in each loop, with every kind of edge. */
  static Blocking tiny(Kernels kernels) {
    int mr = kernels.tileRows();
    int nr = Math.max(kernels.tileColumns(), kernels.singles().tileColumns());
    return new Blocking(4, 2 * mr, nr, 2 * mr, 4, 6, 3 * 12 * 12);
  }

  /** Operations that share even the smallest job. */
  static CpuOps eager(Kernels kernels, Blocking blocking, int parallelism) {
    return new CpuOps(kernels, blocking, new Parallel(parallelism, 0));
  }

  /** All combinations of kernels and sizes, on two threads. */
  static List<CpuOps> ops() {
    return kernels().stream().flatMap(k -> List.of(eager(k, Blocking.of(k), 2), eager(k, tiny(k), 2)).stream()).toList();
  }
}
