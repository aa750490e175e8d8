package dev.fullrank.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Numbers of the host that seldom change, in device memory. */
final class DeviceConstants {
  private final CudaWorkspace workspace;
  private final DeviceBuffer buffer;

  DeviceConstants(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.buffer = workspace.buffer();
  }

  /** Where so many numbers lie, which are those that came last. */
  long of(int count, boolean inDouble) {
    return buffer.atLeast(bytes(count, inDouble));
  }

  /** Replaces them, in that precision; waits. */
  void become(double[] numbers, boolean inDouble) {
    long bytes = bytes(numbers.length, inDouble);
    long address = buffer.atLeast(bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(bytes, Double.BYTES);
      for (int i = 0; i < numbers.length; i++) {
        if (inDouble) {
          host.setAtIndex(ValueLayout.JAVA_DOUBLE, i, numbers[i]);
        } else {
          host.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) numbers[i]);
        }
      }
      workspace.queue().copyToDevice(address, host.address(), bytes);
      workspace.synchronize();
    }
  }

  private static long bytes(int count, boolean inDouble) {
    return (long) count * (inDouble ? Double.BYTES : Float.BYTES);
  }
}
