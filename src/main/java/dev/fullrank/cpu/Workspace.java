package dev.fullrank.cpu;

import org.jspecify.annotations.Nullable;

/** What the operations of one {@link CpuOps} share: kernels, sizes, participants and packed operands. */
final class Workspace {
  /** Blocks of rows for each participant: a triangle's are of very different sizes. */
  private static final int SHARES = 4;

  final Kernels kernels;
  final Blocking blocking;
  final Parallel parallel;

  /** Packed left factor that all participants read. */
  final PackedMatrix a;

  /** Packed right factor that all participants read. */
  final PackedMatrix b;

  /** Packed left factor in single precision. */
  final FloatPackedMatrix singleA;

  /** Packed right factor in single precision. */
  final FloatPackedMatrix singleB;

  private final @Nullable Scratch[] scratch;
  private double[] partials = {};

  Workspace(Kernels kernels, Blocking blocking, Parallel parallel) {
    blocking.check(kernels);
    this.kernels = kernels;
    this.a = new PackedMatrix(kernels);
    this.b = new PackedMatrix(kernels);
    this.singleA = new FloatPackedMatrix(kernels.singles());
    this.singleB = new FloatPackedMatrix(kernels.singles());
    this.blocking = blocking;
    this.parallel = parallel;
    this.scratch = new Scratch[parallel.parallelism()];
  }

  /** The buffers of a participant, made when it first takes part. */
  Scratch scratch(int slot) {
    Scratch mine = scratch[slot];
    if (mine == null) {
      mine = new Scratch(kernels, blocking);
      scratch[slot] = mine;
    }
    return mine;
  }

  /** Room for partial sums, contents undefined. */
  double[] partials(long size) {
    partials = Scratch.atLeast(partials, size);
    return partials;
  }

  /** Rows of a block of a result with m rows: mc, or fewer so that there are some for each participant. No sum is cut. */
  int shareOfRows(int m) {
    if (parallel.parallelism() == 1) {
      return blocking.mc();
    }
    return Math.min(blocking.mc(), Blocking.roundUp(Blocking.ceilDiv(m, SHARES * parallel.parallelism()), kernels.tileRows()));
  }

  /** Runs a job on all participants if its memory may be shared, else on the caller alone: the tasks are the same. */
  void run(Parallel.Job job, int tasks, long operations, boolean shareable) {
    if (shareable) {
      parallel.run(job, tasks, operations);
    } else {
      Parallel.runAlone(job, tasks);
    }
  }
}
