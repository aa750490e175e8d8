package dev.fullrank.cpu;

/** What the operations on one {@link CpuOps} share: kernels, sizes, participants and packed operands. */
final class Workspace {
  final Kernels kernels;
  final Blocking blocking;
  final Parallel parallel;

  /** Packed left factor that all participants read. */
  final PackedMatrix a = new PackedMatrix();

  /** Packed right factor that all participants read. */
  final PackedMatrix b = new PackedMatrix();

  /** The product of packed panels. */
  final Gemm gemm;

  private final Scratch[] scratch;
  private double[] partials = {};

  Workspace(Kernels kernels, Blocking blocking, Parallel parallel) {
    blocking.check(kernels);
    this.kernels = kernels;
    this.blocking = blocking;
    this.parallel = parallel;
    this.gemm = new Gemm(kernels, blocking.kc());
    this.scratch = new Scratch[parallel.parallelism()];
    for (int slot = 0; slot < scratch.length; slot++) {
      scratch[slot] = new Scratch(kernels);
    }
  }

  /** The buffers of a participant. */
  Scratch scratch(int slot) {
    return scratch[slot];
  }

  /** Room for partial sums, contents undefined. */
  double[] partials(long size) {
    partials = Scratch.atLeast(partials, size);
    return partials;
  }

  /** Runs a job on all participants if its memory may be shared, else on the caller alone: the tasks are the same. */
  void run(Parallel.Job job, int tasks, long work, boolean shareable) {
    if (shareable) {
      parallel.run(job, tasks, work);
    } else {
      Parallel.runAlone(job, tasks);
    }
  }
}
