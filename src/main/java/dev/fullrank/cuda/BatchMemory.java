package dev.fullrank.cuda;

import java.util.List;

/** What the matrices of a batch take on the device, area by area in the order of the list: there, matrices of one shape are one array. */
final class BatchMemory {
  private static final int ALIGNMENT = Double.BYTES;

  /** Units, sums of squares, inverse norms. */
  private static final int ROW_NUMBERS = 3;

  private final DeviceBuffer y;
  private final DeviceBuffer p;
  private final DeviceBuffer v;
  private final DeviceBuffer rows;
  private final DeviceBuffer inputs;
  private final DeviceBuffer outputs;
  private long inputBytes;
  private long outputBytes;

  BatchMemory(CudaWorkspace workspace) {
    this.y = workspace.buffer();
    this.p = workspace.buffer();
    this.v = workspace.buffer();
    this.rows = workspace.buffer();
    this.inputs = workspace.buffer();
    this.outputs = workspace.buffer();
  }

  /** Bytes that one matrix takes. */
  static long bytes(BatchMatrix m) {
    return 2 * factorBytes(m) + vectorBytes(m) + rowBytes(m) + inputBytes(m) + outputBytes(m) + 2L * BatchMatrix.WORDS * Long.BYTES;
  }

  private static long factorBytes(BatchMatrix m) {
    return m.entries() * Double.BYTES;
  }

  private static long vectorBytes(BatchMatrix m) {
    return (long) m.k() * m.k() * Double.BYTES;
  }

  private static long rowBytes(BatchMatrix m) {
    return (long) ROW_NUMBERS * m.input().rows() * Double.BYTES;
  }

  private static long inputBytes(BatchMatrix m) {
    return m.input().isOnDevice() ? 0 : aligned(m.entries() * m.input().type().bytes());
  }

  private static long outputBytes(BatchMatrix m) {
    return m.gradient().isOnDevice() ? 0 : aligned(m.entries() * m.gradient().type().bytes());
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  /** Gives each matrix its places. */
  void place(List<BatchMatrix> matrices) {
    long factors = 0;
    long vectors = 0;
    long numbers = 0;
    inputBytes = 0;
    outputBytes = 0;
    for (BatchMatrix m : matrices) {
      factors += factorBytes(m);
      vectors += vectorBytes(m);
      numbers += rowBytes(m);
      inputBytes += inputBytes(m);
      outputBytes += outputBytes(m);
    }
    long nextY = y.atLeast(factors);
    long nextP = p.atLeast(factors);
    long nextV = v.atLeast(vectors);
    long nextRows = rows.atLeast(numbers);
    long nextInput = inputs.atLeast(inputBytes);
    long nextOutput = outputs.atLeast(outputBytes);
    for (BatchMatrix m : matrices) {
      m.y = nextY;
      m.p = nextP;
      m.v = nextV;
      m.rows = nextRows;
      m.x = m.input().isOnDevice() ? m.input().address() : nextInput;
      m.out = m.gradient().isOnDevice() ? m.gradient().address() : nextOutput;
      nextY += factorBytes(m);
      nextP += factorBytes(m);
      nextV += vectorBytes(m);
      nextRows += rowBytes(m);
      nextInput += inputBytes(m);
      nextOutput += outputBytes(m);
    }
  }

  /** The copies of inputs that are on the host, in order. */
  long inputs() {
    return inputs.atLeast(inputBytes);
  }

  long inputBytes() {
    return inputBytes;
  }

  /** The gradients that go to the host, in order. */
  long outputs() {
    return outputs.atLeast(outputBytes);
  }

  long outputBytes() {
    return outputBytes;
  }
}
