package dev.fullrank.cli.format;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** The bytes of a buffer as a stream. */
final class BufferInputStream extends InputStream {
  private final ByteBuffer buffer;

  BufferInputStream(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  @Override
  public int read() {
    return buffer.hasRemaining() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    int count = Math.min(length, buffer.remaining());
    if (count == 0) {
      return -1;
    }
    buffer.get(target, offset, count);
    return count;
  }
}
