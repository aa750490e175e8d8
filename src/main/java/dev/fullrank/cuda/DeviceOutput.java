package dev.fullrank.cuda;

import dev.fullrank.Matrix;

/** Where a result is written: the caller's matrix on the device, or a dense one that is copied to the host afterwards. */
public final class DeviceOutput {
  private final CudaWorkspace workspace;
  private final DeviceBuffer dense;
  private final HostTransfer hostTransfer;
  private long streamOfInput;

  /** A place for one result at a time. */
  public DeviceOutput(CudaWorkspace workspace, HostTransfer hostTransfer) {
    this.workspace = workspace;
    this.dense = workspace.buffer();
    this.hostTransfer = hostTransfer;
  }

  /** The matrix on the device that kernels write; work goes into its stream until it is delivered. */
  public Matrix target(Matrix out) {
    streamOfInput = workspace.stream();
    if (out.isOnDevice()) {
      workspace.follow(out);
      return out;
    }
    return Matrix.onDevice(
        workspace.session().device(),
        dense.atLeast(Staging.bytes(out)),
        out.type(),
        out.rows(),
        out.columns(),
        out.columns(),
        workspace.stream());
  }

  /**
   * Hands over what was written: waits, and copies it, if the caller's matrix is on the host. Else the stream of the input comes after it,
   * so that what its owner puts there may overwrite the input.
   */
  public void deliver(Matrix out) {
    if (out.isOnDevice()) {
      workspace.continueIn(streamOfInput);
    } else {
      workspace.download(dense.atLeast(Staging.bytes(out)), out, hostTransfer);
    }
  }
}
