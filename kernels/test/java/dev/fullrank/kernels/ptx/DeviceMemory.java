package dev.fullrank.kernels.ptx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Global memory: native memory, so that addresses mean the same to C code in this process. Each allocation has a shadow of the bytes
 * that were written, by the host or by a kernel. Safe for use by several threads, one launch at a time.
 */
public final class DeviceMemory implements AutoCloseable {
  /** What {@code cuMemAlloc} aligns to. */
  private static final int ALIGNMENT = 256;

  /** Unused bytes behind an allocation, so that an access a little behind it does not meet the next one. */
  private static final int GAP = 256;

  private final TreeMap<Long, Region> regions = new TreeMap<>();
  private final Set<Long> owned = new HashSet<>();
  private final Timeline timeline = new Timeline();
  private @Nullable Region latest;

  /** New memory, aligned to 256 bytes, poisoned with 0xA5 and not written. */
  public synchronized long allocate(long bytes) {
    MemorySegment segment = Arena.ofAuto().allocate(bytes + GAP, ALIGNMENT).asSlice(0, bytes);
    segment.fill(Region.POISON);
    add(segment);
    owned.add(segment.address());
    return segment.address();
  }

  /** Gives back what {@link #allocate} returned. */
  public synchronized void free(long address) {
    if (!owned.remove(address)) {
      throw new IllegalArgumentException(hexadecimal(address) + " was not allocated here, or is free already");
    }
    unregister(address);
  }

  /** Lets kernels use memory that somebody else allocated. It counts as not written; its contents stay. */
  public synchronized void register(long address, long size) {
    add(MemorySegment.ofAddress(address).reinterpret(size));
  }

  /** Ends what {@link #register} began. */
  public synchronized void unregister(long address) {
    if (regions.remove(address) == null) {
      throw new IllegalArgumentException(hexadecimal(address) + " is not the beginning of an allocation");
    }
    latest = null;
  }

  /** Says that somebody else wrote these bytes. */
  public synchronized void markWritten(long address, long bytes) {
    region(address, bytes).markWritten(address, bytes);
  }

  /** Whether all of these bytes were written since they were allocated. */
  public synchronized boolean isWritten(long address, long bytes) {
    return region(address, bytes).isWritten(address, bytes);
  }

  /** Writes bytes. */
  public synchronized void copyIn(long address, byte[] values) {
    MemorySegment.copy(values, 0, written(address, values.length), ValueLayout.JAVA_BYTE, 0, values.length);
  }

  /** Writes shorts, the bits of halfs for example. */
  public synchronized void copyIn(long address, short[] values) {
    MemorySegment target = written(address, (long) values.length * Short.BYTES);
    MemorySegment.copy(values, 0, target, ValueLayout.JAVA_SHORT_UNALIGNED, 0, values.length);
  }

  /** Writes ints. */
  public synchronized void copyIn(long address, int[] values) {
    MemorySegment target = written(address, (long) values.length * Integer.BYTES);
    MemorySegment.copy(values, 0, target, ValueLayout.JAVA_INT_UNALIGNED, 0, values.length);
  }

  /** Writes longs. */
  public synchronized void copyIn(long address, long[] values) {
    MemorySegment target = written(address, (long) values.length * Long.BYTES);
    MemorySegment.copy(values, 0, target, ValueLayout.JAVA_LONG_UNALIGNED, 0, values.length);
  }

  /** Writes floats. */
  public synchronized void copyIn(long address, float[] values) {
    MemorySegment target = written(address, (long) values.length * Float.BYTES);
    MemorySegment.copy(values, 0, target, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values.length);
  }

  /** Writes doubles. */
  public synchronized void copyIn(long address, double[] values) {
    MemorySegment target = written(address, (long) values.length * Double.BYTES);
    MemorySegment.copy(values, 0, target, ValueLayout.JAVA_DOUBLE_UNALIGNED, 0, values.length);
  }

  /** Reads bytes, written or not. */
  public synchronized void copyOut(long address, byte[] values) {
    MemorySegment.copy(slice(address, values.length), ValueLayout.JAVA_BYTE, 0, values, 0, values.length);
  }

  /** Reads shorts, written or not. */
  public synchronized void copyOut(long address, short[] values) {
    MemorySegment source = slice(address, (long) values.length * Short.BYTES);
    MemorySegment.copy(source, ValueLayout.JAVA_SHORT_UNALIGNED, 0, values, 0, values.length);
  }

  /** Reads ints, written or not. */
  public synchronized void copyOut(long address, int[] values) {
    MemorySegment source = slice(address, (long) values.length * Integer.BYTES);
    MemorySegment.copy(source, ValueLayout.JAVA_INT_UNALIGNED, 0, values, 0, values.length);
  }

  /** Reads longs, written or not. */
  public synchronized void copyOut(long address, long[] values) {
    MemorySegment source = slice(address, (long) values.length * Long.BYTES);
    MemorySegment.copy(source, ValueLayout.JAVA_LONG_UNALIGNED, 0, values, 0, values.length);
  }

  /** Reads floats, written or not. */
  public synchronized void copyOut(long address, float[] values) {
    MemorySegment source = slice(address, (long) values.length * Float.BYTES);
    MemorySegment.copy(source, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values, 0, values.length);
  }

  /** Reads doubles, written or not. */
  public synchronized void copyOut(long address, double[] values) {
    MemorySegment source = slice(address, (long) values.length * Double.BYTES);
    MemorySegment.copy(source, ValueLayout.JAVA_DOUBLE_UNALIGNED, 0, values, 0, values.length);
  }

  /** Frees what is still allocated. */
  @Override
  public synchronized void close() {
    owned.clear();
    regions.clear();
    latest = null;
  }

  /** The time that orders accesses; whoever uses it holds the lock of this object. */
  Timeline timeline() {
    return timeline;
  }

  /** Makes the variables of a module visible, if they are not yet. */
  synchronized void attach(Region region) {
    regions.putIfAbsent(region.base(), region);
  }

  /** The allocation that holds the byte at this address. */
  @Nullable Region find(long address) {
    Region guess = latest;
    if (guess != null && guess.contains(address)) {
      return guess;
    }
    Map.Entry<Long, Region> entry = regions.floorEntry(address);
    if (entry == null || !entry.getValue().contains(address)) {
      return null;
    }
    latest = entry.getValue();
    return latest;
  }

  /** Where an address is that {@link #find} does not know. */
  String describe(long address) {
    Map.Entry<Long, Region> entry = regions.floorEntry(address);
    String near = entry == null ? "" : ", " + (address - entry.getValue().end()) + " bytes behind " + entry.getValue();
    return "outside of all allocations, at " + hexadecimal(address) + near;
  }

  private void add(MemorySegment segment) {
    long address = segment.address();
    if (segment.byteSize() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(segment.byteSize() + " bytes in one allocation, more than " + Integer.MAX_VALUE);
    }
    Map.Entry<Long, Region> below = regions.lowerEntry(address + Math.max(1, segment.byteSize()));
    if (below != null && (below.getValue().end() > address || below.getKey() == address)) {
      throw new IllegalArgumentException(hexadecimal(address) + " overlaps " + below.getValue());
    }
    regions.put(address, new Region("the allocation at " + hexadecimal(address), address, segment, Region.Sharing.GRID));
  }

  private MemorySegment written(long address, long bytes) {
    if (bytes > 0) {
      markWritten(address, bytes);
    }
    return slice(address, bytes);
  }

  private MemorySegment slice(long address, long bytes) {
    Region region = region(address, bytes);
    return region.data().asSlice(address - region.base(), bytes);
  }

  /** The allocation that holds all of these bytes, which may be none. */
  private Region region(long address, long bytes) {
    Map.Entry<Long, Region> entry = regions.floorEntry(address);
    if (bytes < 0 || entry == null || address + bytes > entry.getValue().end()) {
      throw new IllegalArgumentException(bytes + " bytes at " + hexadecimal(address) + " are not inside of one allocation");
    }
    return entry.getValue();
  }

  private static String hexadecimal(long address) {
    return "0x" + Long.toHexString(address);
  }
}
