package org.xerial.snappy;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Snappy in Java, under the one name by which hardwood asks for it.
 *
 * <p>In place of the artifact {@code org.xerial.snappy:snappy-java}, whose native {@code uncompress} of direct buffers writes as
 * many bytes as the compressed data announces, whatever room the output has (seen in 1.1.10.8: a damaged Parquet file brings the
 * process down), and which unpacks a native library into a folder that all users share. Here the buffers check every access.
 *
 * <p>Format: {@code format_description.txt} of google/snappy.
 */
public final class Snappy {
  private static final int LITERAL = 0;
  private static final int COPY_NEAR = 1;
  private static final int COPY_FAR = 2;

  /** Literals up to 60 bytes have their length in the tag; the values above say how many bytes of length follow. */
  private static final int LONGEST_TAGGED = 60;

  private final ByteBuffer in;
  private final ByteBuffer out;
  private int from;
  private int to;

  private Snappy(ByteBuffer in, ByteBuffer out) {
    this.in = in;
    this.out = out;
    this.from = in.position();
    this.to = out.position();
  }

  /**
   * Decompresses what lies between position and limit of {@code compressed} to the position of {@code uncompressed}. Positions
   * and limits stay as they are.
   *
   * @return the number of bytes written
   * @throws IOException if the data is malformed, or does not fit
   */
  public static int uncompress(ByteBuffer compressed, ByteBuffer uncompressed) throws IOException {
    try {
      return new Snappy(compressed, uncompressed).run();
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("malformed Snappy data", e);
    }
  }

  private int run() throws IOException {
    long length = announcedLength();
    if (length > out.remaining()) {
      throw new IOException("Snappy data of " + length + " bytes where " + out.remaining() + " are expected");
    }
    int start = to;
    int end = start + (int) length;
    while (from < in.limit()) {
      int tag = in.get(from++) & 0xff;
      switch (tag & 3) {
        case LITERAL -> literal(tag >>> 2, end);
        case COPY_NEAR -> copy(4 + ((tag >>> 2) & 7), (tag >>> 5 << 8) | (int) number(1), start, end);
        case COPY_FAR -> copy(1 + (tag >>> 2), number(2), start, end);
        default -> copy(1 + (tag >>> 2), number(4), start, end);
      }
    }
    if (to != end) {
      throw new IOException("Snappy data ends " + (end - to) + " bytes early");
    }
    return (int) length;
  }

  /** A varint of at most 32 bits. */
  private long announcedLength() throws IOException {
    long length = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      int b = in.get(from++);
      length |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return length;
      }
    }
    throw new IOException("malformed Snappy data");
  }

  private void literal(int tagged, int end) throws IOException {
    long length = 1L + (tagged < LONGEST_TAGGED ? tagged : number(tagged - LONGEST_TAGGED + 1));
    if (length > end - to || length > in.limit() - from) {
      throw new IOException("malformed Snappy data");
    }
    out.put(to, in, from, (int) length);
    from += (int) length;
    to += (int) length;
  }

  private void copy(int length, long distance, int start, int end) throws IOException {
    if (distance < 1 || distance > to - start || length > end - to) {
      throw new IOException("malformed Snappy data");
    }
    int source = to - (int) distance;
    if (distance >= length) {
      out.put(to, out, source, length);
    } else {
      for (int i = 0; i < length; i++) { // the copy reads what it writes: a run
        out.put(to + i, out.get(source + i));
      }
    }
    to += length;
  }

  /** A little-endian number of 1 to 4 bytes. */
  private long number(int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (in.get(from++) & 0xffL) << (Byte.SIZE * i);
    }
    return value;
  }
}
