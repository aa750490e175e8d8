package dev.fullrank;

import dev.fullrank.cuda.CudaWorkspace;
import dev.fullrank.cuda.DeviceColumns;
import dev.fullrank.cuda.DeviceInput;
import dev.fullrank.cuda.DeviceOutput;
import dev.fullrank.cuda.HostTransfer;

/** {@link CentredColumns} on a GPU: a matrix there, and the moments of its columns, which all terms of it share. */
final class CudaColumns {
  private final CudaWorkspace workspace;
  private final NonFinitePolicy policy;
  private final DeviceInput input;
  private final DeviceOutput output;
  private final DeviceColumns moments;

  CudaColumns(CudaWorkspace workspace, NonFinitePolicy policy, HostTransfer hostTransfer) {
    this.workspace = workspace;
    this.policy = policy;
    this.input = new DeviceInput(workspace, hostTransfer);
    this.output = new DeviceOutput(workspace, hostTransfer);
    this.moments = new DeviceColumns(workspace);
  }

  /** Brings z to the device and puts the computation of its moments into the stream. */
  void compute(Matrix z) {
    input.bring(z);
    moments.compute(input);
  }

  CudaWorkspace workspace() {
    return workspace;
  }

  DeviceInput input() {
    return input;
  }

  DeviceOutput output() {
    return output;
  }

  DeviceColumns moments() {
    return moments;
  }

  /**
   * Does nothing if all entries are finite, or may be anything.
   *
   * @throws NonFiniteInputException for the first that is not finite, if the policy is to throw
   */
  void requireAllowed(boolean finite) {
    if (!finite && policy == NonFinitePolicy.THROW) {
      throw input.firstNonFinite();
    }
  }

  /** out := upstream·∂/∂z, wherever it lies; on the host nothing is written if the input is refused. */
  void write(CudaMomentTerm term, double upstream, Matrix out) {
    if (!out.isOnDevice()) {
      term.value();
    }
    term.gradientOnDevice(upstream, output.target(out));
    output.deliver(out);
  }

  /** Forgets the caller's memory. */
  void release() {
    input.release();
  }
}
