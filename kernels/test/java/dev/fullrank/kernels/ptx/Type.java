package dev.fullrank.kernels.ptx;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types of PTX that kernels use. A register holds a value in the low bits of a {@code long}, zeros above. */
enum Type {
  PRED(1),
  B8(8),
  B16(16),
  B32(32),
  B64(64),
  U8(8),
  U16(16),
  U32(32),
  U64(64),
  S8(8),
  S16(16),
  S32(32),
  S64(64),
  F16(16),
  F32(32),
  F64(64);

  private static final Map<String, Type> NAMED = new HashMap<>();

  static {
    for (Type type : values()) {
      NAMED.put(type.name().toLowerCase(Locale.ROOT), type);
    }
  }

  private final int bits;

  Type(int bits) {
    this.bits = bits;
  }

  /** The type of a modifier such as {@code u32}; null if it is no type. */
  static @Nullable Type named(String modifier) {
    return NAMED.get(modifier);
  }

  int bits() {
    return bits;
  }

  int bytes() {
    return bits / Byte.SIZE;
  }

  boolean isSigned() {
    return name().charAt(0) == 'S';
  }

  boolean isFloat() {
    return name().charAt(0) == 'F';
  }

  /** Bits without meaning, which only logic and moves work on. */
  boolean isUntyped() {
    return name().charAt(0) == 'B';
  }

  boolean isInteger() {
    return isSigned() || name().charAt(0) == 'U';
  }

  /** All ones in this width. */
  long mask() {
    return -1L >>> (Long.SIZE - bits);
  }

  /** The low bits, as registers hold them. */
  long narrow(long value) {
    return value & mask();
  }

  /** The number that the low bits stand for: sign-extended if the type is signed, else zero-extended. */
  long extend(long value) {
    int unused = Long.SIZE - bits;
    return isSigned() ? value << unused >> unused : value << unused >>> unused;
  }

  /** As PTX writes it, with its dot. */
  @Override
  public String toString() {
    return "." + name().toLowerCase(Locale.ROOT);
  }
}
