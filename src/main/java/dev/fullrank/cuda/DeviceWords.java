package dev.fullrank.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Words of 64 bits that are put down on the host, one after the other, and copied to the device in one piece. One thread at a time. */
final class DeviceWords {
  private final CudaWorkspace workspace;
  private final PinnedBuffer pinned;
  private final DeviceBuffer buffer;
  private MemorySegment host = MemorySegment.NULL;
  private long device;
  private int count;

  DeviceWords(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.pinned = workspace.pinnedBuffer();
    this.buffer = workspace.buffer();
  }

  /** Begins anew, with room for so many words; what was uploaded before must have been read. */
  void begin(long most) {
    host = pinned.atLeast(most * Long.BYTES);
    device = buffer.atLeast(most * Long.BYTES);
    count = 0;
  }

  /** The device address of the next word. */
  long next() {
    return device + (long) count * Long.BYTES;
  }

  /** Puts down an integer or an address. */
  DeviceWords add(long word) {
    host.setAtIndex(ValueLayout.JAVA_LONG, count++, word);
    return this;
  }

  /** Puts down a double. */
  DeviceWords add(double number) {
    return add(Double.doubleToRawLongBits(number));
  }

  /** Puts the copy of all words into the stream. */
  void upload() {
    workspace.queue().copyToDevice(device, host.address(), (long) count * Long.BYTES);
  }
}
