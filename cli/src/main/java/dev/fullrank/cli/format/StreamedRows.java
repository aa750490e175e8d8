package dev.fullrank.cli.format;

import dev.fullrank.Matrix;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Dense rows that come out of a stream, gathered block by block in one reused piece of native memory. */
final class StreamedRows implements AutoCloseable {
  /** A block never takes more than this, however many rows are asked for; a longer single row is refused. */
  static final long LARGEST_BLOCK = 64L << 20;

  /** Cache line of the CPUs at hand, and the width of the widest vector. */
  private static final int ALIGNMENT = 64;

  private static final int CHUNK = 1 << 16;

  private final InputStream in;
  private final Layout layout;
  private final long rowBytes;
  private final Arena arena = Arena.ofShared();
  private final byte[] chunk = new byte[CHUNK];
  private MemorySegment buffer = MemorySegment.NULL;
  private long position;

  /**
   * Rows of {@code layout}, which must be row-major; or the whole of a column-major matrix as a single block, for which the
   * caller has checked that it fits.
   */
  StreamedRows(InputStream in, Layout layout) {
    this.in = in;
    this.layout = layout;
    this.rowBytes = layout.columns() * (long) layout.type().bytes();
  }

  /** The next rows, or null after the last; a stream that ends early is an {@link EOFException}. */
  @Nullable Matrix next(int maxRows) throws IOException {
    long left = layout.rows() - position;
    if (left == 0) {
      return null;
    }
    if (!layout.isRowMajor()) {
      return nextOfWhole((int) Math.min(left, maxRows));
    }
    int count = (int) Math.min(Math.min(left, maxRows), Math.max(1, LARGEST_BLOCK / rowBytes));
    fill(count * rowBytes);
    position += count;
    return layout.rows(buffer, 0, count);
  }

  private Matrix nextOfWhole(int count) throws IOException {
    if (position == 0) {
      fill(layout.rows() * rowBytes);
    }
    Matrix block = layout.rows(buffer, position, count);
    position += count;
    return block;
  }

  private void fill(long bytes) throws IOException {
    if (buffer.byteSize() < bytes) {
      buffer = arena.allocate(bytes, ALIGNMENT);
    }
    for (long at = 0; at < bytes; ) {
      int wanted = (int) Math.min(CHUNK, bytes - at);
      int got = in.readNBytes(chunk, 0, wanted);
      if (got < wanted) {
        throw new EOFException("the data ends early");
      }
      MemorySegment.copy(MemorySegment.ofArray(chunk), 0, buffer, at, got);
      at += got;
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
