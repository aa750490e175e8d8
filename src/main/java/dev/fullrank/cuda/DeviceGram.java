package dev.fullrank.cuda;

import dev.fullrank.linalg.GramProduct;
import dev.fullrank.linalg.Operand;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** YᵀY of rows on the host, with Y = factor·X − 1·shiftᵀ and one factor for all rows, a power of two. */
public final class DeviceGram implements GramProduct {
  /** Scales, means, and what is subtracted after them: zeros. */
  private static final int VECTORS = 3;

  private final CudaWorkspace workspace;
  private final DeviceInput input;
  private final DeviceBuffer vectors;
  private final DeviceBuffer common;
  private final DeviceBuffer centred;
  private final DeviceBuffer gram;
  private final PinnedBuffer staging;
  private double[] result = {};

  /** A place for one product at a time. */
  public DeviceGram(CudaWorkspace workspace, HostTransfer hostTransfer) {
    this.workspace = workspace;
    this.input = new DeviceInput(workspace, hostTransfer);
    this.vectors = workspace.buffer();
    this.common = workspace.buffer();
    this.centred = workspace.buffer();
    this.gram = workspace.buffer();
    this.staging = workspace.pinnedBuffer();
  }

  /** The product; waits for it. The session must have been entered. */
  @Override
  public double[] gramOfColumns(Operand y) {
    int b = y.rows();
    int d = y.columns();
    input.bring(y.matrix());
    long vector = (long) d * Double.BYTES;
    long scale = uploadVectors(factor(y.rowScale()), y.columnShift(), d);
    long rows = centred.atLeast(Math.multiplyExact(vector, (long) b));
    input
        .kernel("covariance", "centre" + CudaWorkspace.suffix(input.type()))
        .address(scale + vector)
        .address(scale + 2 * vector)
        .address(scale)
        .address(common.atLeast(Double.BYTES))
        .address(rows)
        .count(d)
        .launchDeviations(b, d);
    long g = gram.atLeast(Math.multiplyExact(vector, (long) d));
    workspace.queue().syrk(true, false, d, b, 1, rows, d, g, d);
    MemorySegment host = workspace.download(g, vector * d);
    if (result.length < d * d) {
      result = new double[d * d];
    }
    MemorySegment.copy(host, ValueLayout.JAVA_DOUBLE, 0, result, 0, d * d);
    input.release();
    return result;
  }

  private static double factor(double @Nullable [] rowScale) {
    return rowScale == null ? 1 : rowScale[0];
  }

  /** The kernel divides by the scale of a column and multiplies by the common one: equal ones leave the units of the scaled rows. */
  private long uploadVectors(double factor, double @Nullable [] shift, int d) {
    long bytes = (long) VECTORS * d * Double.BYTES;
    MemorySegment host = staging.atLeast(bytes);
    host.asSlice(0, bytes).fill((byte) 0);
    for (int j = 0; j < d; j++) {
      host.setAtIndex(ValueLayout.JAVA_DOUBLE, j, factor);
      host.setAtIndex(ValueLayout.JAVA_DOUBLE, d + j, shift == null ? 0 : shift[j]);
    }
    long device = vectors.atLeast(bytes);
    workspace.queue().copyToDevice(device, host.address(), bytes);
    workspace.queue().copyToDevice(common.atLeast(Double.BYTES), host.address(), Double.BYTES);
    return device;
  }
}
