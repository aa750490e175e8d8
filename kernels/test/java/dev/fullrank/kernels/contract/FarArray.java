package dev.fullrank.kernels.contract;

import dev.fullrank.kernels.ptx.DeviceMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A matrix whose rows are so far apart that from row 32 on its elements have numbers above 2³², in the addresses of a file that is
 * almost all hole: an index or an offset of 32 bits ends between the rows.
 */
final class FarArray extends DeviceArray {
  /** A multiple of four, so that quads are aligned. */
  private static final long STRIDE = (1L << 27) + 8;

  private static final int MOST_ROWS = 40;

  /** Memory of each array, up to the next. */
  private static final long ROOM = 1 << 16;

  private static final int MOST_ARRAYS = 64;
  private static final int MOST_BYTES = Double.BYTES;

  private static final long BASE = map();
  private static int count;

  private final long base;

  FarArray(Element type, int rows, int columns) {
    super(type, rows, columns, columns, 0);
    if (rows > MOST_ROWS || (long) columns * type.bytes() > ROOM) {
      throw new IllegalArgumentException(rows + "×" + columns + " is too large for the file");
    }
    base = BASE + ROOM * nextPlace();
  }

  private static synchronized int nextPlace() {
    count = (count + 1) % MOST_ARRAYS;
    return count;
  }

  private static long map() {
    try {
      Path file = Files.createTempFile("fullrank-far-rows", null);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        long size = STRIDE * MOST_ROWS * MOST_BYTES + ROOM * (MOST_ARRAYS + 1);
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, size, Arena.global()).address();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  long stride() {
    return STRIDE;
  }

  private long row(int i) {
    return base + i * STRIDE * type().bytes();
  }

  private int rowBytes() {
    return columns() * type().bytes();
  }

  @Override
  long place(DeviceMemory memory) {
    for (int i = 0; i < rows(); i++) {
      memory.register(row(i), rowBytes());
      for (int j = 0; j < columns(); j++) {
        if (isGiven(i, j)) {
          byte[] element = new byte[type().bytes()];
          put(ByteBuffer.wrap(element).order(ByteOrder.LITTLE_ENDIAN), 0, bits(i, j));
          memory.copyIn(row(i) + (long) j * type().bytes(), element);
        }
      }
    }
    return base;
  }

  @Override
  long[] collect(DeviceMemory memory, long address, boolean output, String kernel) {
    long[] found = new long[rows() * columns()];
    for (int i = 0; i < rows(); i++) {
      byte[] raw = new byte[rowBytes()];
      memory.copyOut(row(i), raw);
      ByteBuffer buffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
      for (int j = 0; j < columns(); j++) {
        boolean written = memory.isWritten(row(i) + (long) j * type().bytes(), type().bytes());
        found[i * columns() + j] = take(buffer, j * type().bytes());
        if (written != (output || isGiven(i, j)) || (!output && written && found[i * columns() + j] != bits(i, j))) {
          throw new AssertionError(kernel + (written ? " wrote" : " did not write") + " element " + j + " of far row " + i);
        }
      }
    }
    return found;
  }
}
