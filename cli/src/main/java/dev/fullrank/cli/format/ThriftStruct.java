package dev.fullrank.cli.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A walk through a Thrift struct in the compact protocol that believes no length: each is held against the bytes that are left.
 *
 * <p>Integers are reported by path: field 1 of the struct in field 5 is {@code 5·}{@value #PATH_BASE}{@code + 1}, and the same
 * for each struct of a list in field 5.
 */
final class ThriftStruct {
  /** Field numbers of Parquet's structs stay below 20. */
  static final int PATH_BASE = 1000;

  /** Who listens needs no longer paths; cutting them off keeps them from overflowing. */
  private static final long LONGEST_PATH = (long) PATH_BASE * PATH_BASE;

  /** Parquet's footer is seven levels deep. */
  private static final int DEEPEST = 16;

  /** A 64-bit number in groups of seven bits. */
  private static final int LONGEST_VARINT = 10;

  private static final long UNREPORTED = -1;

  private static final int STOP = 0;
  private static final int TRUE = 1;
  private static final int FALSE = 2;
  private static final int BYTE = 3;
  private static final int I16 = 4;
  private static final int I32 = 5;
  private static final int I64 = 6;
  private static final int DOUBLE = 7;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int SET = 10;
  private static final int MAP = 11;
  private static final int STRUCT = 12;

  private final MemorySegment bytes;
  private final Listener listener;
  private long position;

  private ThriftStruct(MemorySegment bytes, Listener listener) {
    this.bytes = bytes;
    this.listener = listener;
  }

  /** Hears of the integers of a struct, in their order. */
  interface Listener {
    void integer(long path, long value);
  }

  /** The bytes are not a struct, or end inside it. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    private MalformedException(String message) {
      super(message);
    }
  }

  /** Walks through the struct at the beginning of {@code bytes} and returns its length. */
  static long walk(MemorySegment bytes, Listener listener) throws MalformedException {
    ThriftStruct struct = new ThriftStruct(bytes, listener);
    struct.struct(0, 0);
    return struct.position;
  }

  private void struct(long path, int depth) throws MalformedException {
    long field = 0;
    for (int header = next(); (header & 0xf) != STOP; header = next()) {
      int delta = header >>> 4;
      field = delta == 0 ? zigzag(varint()) : field + delta;
      if (field <= 0 || field >= PATH_BASE) {
        throw new MalformedException("field number " + field);
      }
      boolean reported = path != UNREPORTED && path < LONGEST_PATH;
      value(header & 0xf, reported ? path * PATH_BASE + field : UNREPORTED, depth);
    }
  }

  private void value(int type, long path, int depth) throws MalformedException {
    if (depth > DEEPEST) {
      throw new MalformedException("nested too deeply");
    }
    switch (type) {
      case TRUE, FALSE -> {} // the field header is the value
      case BYTE -> skip(1);
      case I16, I32, I64 -> {
        long value = zigzag(varint());
        if (path != UNREPORTED) {
          listener.integer(path, value);
        }
      }
      case DOUBLE -> skip(Double.BYTES);
      case BINARY -> skip(varint());
      case LIST, SET -> list(path, depth);
      case MAP -> map(depth);
      case STRUCT -> struct(path, depth + 1);
      default -> throw new MalformedException("unknown type " + type);
    }
  }

  private void list(long path, int depth) throws MalformedException {
    int header = next();
    long size = header >>> 4 == 0xf ? varint() : header >>> 4;
    elements(size, header & 0xf, path, depth);
  }

  private void map(int depth) throws MalformedException {
    long size = varint();
    if (size == 0) {
      return;
    }
    int types = next();
    requireLeft(size);
    for (long i = 0; i < size; i++) {
      elements(1, types >>> 4, UNREPORTED, depth);
      elements(1, types & 0xf, UNREPORTED, depth);
    }
  }

  private void elements(long size, int type, long path, int depth) throws MalformedException {
    requireLeft(size); // an element takes a byte at least
    for (long i = 0; i < size; i++) {
      if (type == TRUE || type == FALSE) {
        skip(1);
      } else {
        value(type, path, depth + 1);
      }
    }
  }

  private int next() throws MalformedException {
    requireLeft(1);
    return bytes.get(ValueLayout.JAVA_BYTE, position++) & 0xff;
  }

  private void skip(long count) throws MalformedException {
    requireLeft(count);
    position += count;
  }

  private void requireLeft(long count) throws MalformedException {
    if (count < 0 || count > bytes.byteSize() - position) {
      throw new MalformedException("a length of " + count + " where " + (bytes.byteSize() - position) + " bytes are left");
    }
  }

  private long varint() throws MalformedException {
    long value = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      int b = next();
      value |= (long) (b & 0x7f) << (7 * i);
      if (b < 0x80) {
        return value;
      }
    }
    throw new MalformedException("a number of more than 64 bits");
  }

  private static long zigzag(long n) {
    return (n >>> 1) ^ -(n & 1);
  }
}
