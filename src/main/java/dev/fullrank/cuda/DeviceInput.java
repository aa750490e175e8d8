package dev.fullrank.cuda;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.NonFiniteInputException;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The caller's matrix as kernels see it: where it is, or a dense copy by way of pinned memory if it is on the host. */
public final class DeviceInput {
  private final CudaWorkspace workspace;
  private final DeviceBuffer copy;
  private final HostTransfer hostTransfer;
  private final DeviceBuffer first;
  private @Nullable Matrix matrix;
  private long address;
  private long rowStride;

  /** A place for one matrix at a time. */
  public DeviceInput(CudaWorkspace workspace, HostTransfer hostTransfer) {
    this.workspace = workspace;
    this.copy = workspace.buffer();
    this.hostTransfer = hostTransfer;
    this.first = workspace.buffer();
  }

  /** Brings a matrix to the device; work from now on goes into its stream. */
  public void bring(Matrix z) {
    release();
    workspace.follow(z);
    matrix = z;
    if (z.isOnDevice()) {
      address = z.address();
      rowStride = z.rowStride();
      return;
    }
    address = copy.atLeast(Staging.bytes(z));
    rowStride = z.columns();
    workspace.upload(z, hostTransfer, address);
  }

  /** The caller's matrix. */
  public Matrix matrix() {
    if (matrix == null) {
      throw new IllegalStateException("there is no input");
    }
    return matrix;
  }

  /** The matrix on the device. */
  public Matrix onDevice() {
    Matrix z = matrix();
    return z.isOnDevice()
        ? z
        : Matrix.onDevice(workspace.session().device(), address, z.type(), z.rows(), z.columns(), rowStride, workspace.stream());
  }

  long address() {
    return address;
  }

  long rowStride() {
    return rowStride;
  }

  ElementType type() {
    return matrix().type();
  }

  int rows() {
    return matrix().rows();
  }

  int columns() {
    return matrix().columns();
  }

  /** A call of a kernel for elements of this type, with the four parameters that all of them begin with. */
  KernelCall kernel(String module, String name) {
    return workspace
        .kernel(module, name)
        .address(address)
        .count(rowStride)
        .count(rows())
        .count(columns());
  }

  /** The exception for the first entry, row by row, that is not finite; waits. */
  public NonFiniteInputException firstNonFinite() {
    long place = first.atLeast(Long.BYTES);
    workspace.queue().fill(place, 0xFF, Long.BYTES);
    kernel("columns", "first_nonfinite" + CudaWorkspace.suffix(type()))
        .address(place)
        .launchBlocks(rows());
    return nonFinite(workspace.download(place, Long.BYTES).get(ValueLayout.JAVA_LONG, 0));
  }

  /** The exception for entry number {@code at}, row by row. */
  NonFiniteInputException nonFinite(long at) {
    if (at < 0) {
      throw new IllegalStateException("the input was not finite and changed while it was being read");
    }
    long row = at / columns();
    int column = (int) (at % columns());
    return new NonFiniteInputException(row, column, workspace.element(address, type(), row * rowStride + column));
  }

  /** Forgets the caller's memory. */
  public void release() {
    if (matrix != null) {
      matrix = null;
      workspace.reuseUploads();
    }
  }
}
