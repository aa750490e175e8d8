package dev.fullrank.kernels.ptx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A contiguous piece of one memory, with its shadow: which bytes were written, and who touched each last. A check returns what is wrong,
 * or null; the access itself comes after it.
 */
final class Region {
  /** Which threads see the region, and so may race for it. */
  enum Sharing {
    /** One thread at a time, or nobody writes. */
    NONE,
    /** The threads of one block. */
    BLOCK,
    /** All threads of a launch. Two stores of the same value are no race here, since their order leaves no trace. */
    GRID
  }

  /** What fresh memory holds: as a float, double or int not a value that computations arrive at by themselves. */
  static final byte POISON = (byte) 0xA5;

  private final String name;
  private final long base;
  private final MemorySegment data;
  private final int size;
  private final Sharing sharing;
  private final WrittenBytes written;
  private final Stamps loads;
  private final Stamps stores;
  private final Stamps atomics;

  Region(String name, long base, MemorySegment data, Sharing sharing) {
    this.name = name;
    this.base = base;
    this.data = data;
    this.size = Math.toIntExact(data.byteSize());
    this.sharing = sharing;
    written = new WrittenBytes(size);
    loads = new Stamps(size);
    stores = new Stamps(size);
    atomics = new Stamps(size);
  }

  long base() {
    return base;
  }

  long end() {
    return base + size;
  }

  MemorySegment data() {
    return data;
  }

  /** Whether the access begins inside. */
  boolean contains(long address) {
    return address >= base && address < base + size;
  }

  /** Makes the contents unwritten and poisons them. */
  void clear() {
    written.clear();
    data.fill(POISON);
  }

  void markWritten(long address, long bytes) {
    int offset = (int) (address - base);
    written.set(offset, Math.toIntExact(offset + bytes));
  }

  /** Whether all of the bytes, which must lie inside, were written. */
  boolean isWritten(long address, long bytes) {
    int offset = (int) (address - base);
    return written.all(offset, Math.toIntExact(offset + bytes));
  }

  /** An access that begins inside must end inside and be aligned to its size. */
  @Nullable String checkBounds(long address, int bytes) {
    if (address + bytes > base + size) {
      return bytes + " bytes at " + (address - base) + " pass the end of " + this;
    }
    return address % bytes == 0 ? null : "misaligned: " + bytes + " bytes at " + (address - base) + " of " + this;
  }

  @Nullable String checkLoad(long address, int bytes, Timeline timeline) {
    if (!isWritten(address, bytes)) {
      return unwritten(address, bytes);
    }
    if (sharing == Sharing.NONE) {
      return null;
    }
    int offset = (int) (address - base);
    long since = since(timeline);
    long other = stores.unordered(offset, bytes, timeline, since);
    if (other == 0) {
      other = atomics.unordered(offset, bytes, timeline, since);
    }
    if (other != 0) {
      return race(address, bytes, timeline.owner(other) + " wrote");
    }
    loads.record(offset, bytes, timeline, since);
    return null;
  }

  /** The same before a store, which also counts as done: the bytes are written from here on. */
  @Nullable String checkStore(long address, int bytes, long value, Timeline timeline) {
    int offset = (int) (address - base);
    if (sharing != Sharing.NONE) {
      long since = since(timeline);
      long other = loads.unordered(offset, bytes, timeline, since);
      if (other != 0) {
        return race(address, bytes, timeline.owner(other) + " read");
      }
      other = atomics.unordered(offset, bytes, timeline, since);
      if (other == 0) {
        other = stores.unordered(offset, bytes, timeline, since);
        if (other != 0 && sharing == Sharing.GRID && isWritten(address, bytes) && get(address, bytes) == value) {
          other = 0;
        }
      }
      if (other != 0) {
        return race(address, bytes, timeline.owner(other) + " wrote");
      }
      stores.record(offset, bytes, timeline, since);
    }
    written.set(offset, offset + bytes);
    return null;
  }

  /** The same before an atomic access, which reads and writes. Such accesses do not race among themselves. */
  @Nullable String checkAtomic(long address, int bytes, Timeline timeline) {
    return isWritten(address, bytes) ? checkStrong(address, bytes, timeline) : unwritten(address, bytes);
  }

  /** The same before a load that may meet stores of its kind at any time. In shared memory it is a load like any other. */
  @Nullable String checkStrongLoad(long address, int bytes, Timeline timeline) {
    if (sharing != Sharing.GRID) {
      return checkLoad(address, bytes, timeline);
    }
    int offset = (int) (address - base);
    long other = stores.unordered(offset, bytes, timeline, since(timeline));
    if (other != 0) {
      return race(address, bytes, timeline.owner(other) + " wrote");
    }
    return isWritten(address, bytes) ? null : unwritten(address, bytes);
  }

  /** The same before a store that may meet loads and stores of its kind at any time. */
  @Nullable String checkStrongStore(long address, int bytes, long value, Timeline timeline) {
    return sharing == Sharing.GRID ? checkStrong(address, bytes, timeline) : checkStore(address, bytes, value, timeline);
  }

  private @Nullable String checkStrong(long address, int bytes, Timeline timeline) {
    int offset = (int) (address - base);
    if (sharing != Sharing.NONE) {
      long since = since(timeline);
      long other = loads.unordered(offset, bytes, timeline, since);
      if (other != 0) {
        return race(address, bytes, timeline.owner(other) + " read");
      }
      other = stores.unordered(offset, bytes, timeline, since);
      if (other != 0) {
        return race(address, bytes, timeline.owner(other) + " wrote");
      }
      atomics.record(offset, bytes, timeline, since);
    }
    written.set(offset, offset + bytes);
    return null;
  }

  /** The bytes of an access that was checked, zero-extended. */
  long get(long address, int bytes) {
    long offset = address - base;
    return switch (bytes) {
      case Byte.BYTES -> data.get(ValueLayout.JAVA_BYTE, offset) & Type.U8.mask();
      case Short.BYTES -> data.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset) & Type.U16.mask();
      case Integer.BYTES -> data.get(ValueLayout.JAVA_INT_UNALIGNED, offset) & Type.U32.mask();
      default -> data.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    };
  }

  void put(long address, int bytes, long value) {
    long offset = address - base;
    switch (bytes) {
      case Byte.BYTES -> data.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
      case Short.BYTES -> data.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, (short) value);
      case Integer.BYTES -> data.set(ValueLayout.JAVA_INT_UNALIGNED, offset, (int) value);
      default -> data.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value);
    }
  }

  @Override
  public String toString() {
    return name + " of " + size + " bytes";
  }

  private long since(Timeline timeline) {
    return sharing == Sharing.BLOCK ? timeline.block() : timeline.launch();
  }

  private String unwritten(long address, int bytes) {
    return "reads what was never written, " + bytes + " bytes at " + (address - base) + " of " + this;
  }

  private String race(long address, int bytes, String other) {
    return "race: " + other + " some of the " + bytes + " bytes at " + (address - base) + " of " + this + ", with no barrier between";
  }
}
