package dev.fullrank.kernels.ptx;

import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Shifts, fields of bits, permutations and counts. */
final class BitOps {
  /** Positions and lengths of fields are taken modulo 256. */
  private static final int FIELD_MASK = 0xff;

  /** The most significant of the four bits that select a byte: replicate its sign. */
  private static final int SIGN = 8;

  private BitOps() {}

  static Operation.Compute decode(Decoding code) {
    return switch (code.opcode()) {
      case "shl" -> shiftLeft(code);
      case "shr" -> shiftRight(code);
      case "shf" -> funnel(code);
      case "lop3" -> lookUp(code);
      case "prmt" -> permute(code);
      case "bfe" -> extract(code);
      case "bfi" -> insert(code);
      case "brev" -> reverse(code);
      case "bfind" -> find(code);
      default -> count(code);
    };
  }

  /** Counts beyond the width shift everything out. */
  private static Operation.Compute shiftLeft(Decoding code) {
    Type type = code.type();
    code.require(type.isUntyped(), type);
    return Lanes.binary(code.target(0, type), code.source(1, type), code.source(2, Type.U32), (a, count) ->
        count >= type.bits() ? 0 : type.narrow(a << count));
  }

  private static Operation.Compute shiftRight(Decoding code) {
    Type type = code.type();
    code.require(type.isUntyped() || type.isInteger(), type);
    LongBinaryOperator shift = type.isSigned()
        ? (a, count) -> type.narrow(type.extend(a) >> Math.min(count, Long.SIZE - 1))
        : (a, count) -> count >= type.bits() ? 0 : a >>> count;
    return Lanes.binary(code.target(0, type), code.source(1, type), code.source(2, Type.U32), shift);
  }

  /** The upper half of (b:a) shifted left, or the lower half of it shifted right. */
  private static Operation.Compute funnel(Decoding code) {
    boolean left = code.takeOne("l", "r").equals("l");
    boolean wrap = code.takeOne("wrap", "clamp").equals("wrap");
    Type type = Type.B32;
    code.require(code.type() == type, type);
    int width = type.bits();
    int target = code.target(0, type);
    return Lanes.ternary(target, code.source(1, type), code.source(2, type), code.source(3, Type.U32), (a, b, count) -> {
      int by = (int) (wrap ? count % width : Math.min(count, width));
      long both = b << width | a;
      return type.narrow(left ? both << by >>> width : both >>> by);
    });
  }

  /** Bit 4·p + 2·q + r of the table is the result for bits p, q, r of the three sources. */
  private static Operation.Compute lookUp(Decoding code) {
    Type type = Type.B32;
    code.require(code.type() == type, type);
    long table = code.literal(4);
    return Lanes.ternary(code.target(0, type), code.source(1, type), code.source(2, type), code.source(3, type), (a, b, c) -> {
      long result = 0;
      for (int i = 0; i < Byte.SIZE; i++) {
        if ((table >>> i & 1) != 0) {
          result |= ((i & 4) == 0 ? ~a : a) & ((i & 2) == 0 ? ~b : b) & ((i & 1) == 0 ? ~c : c);
        }
      }
      return type.narrow(result);
    });
  }

  /** Each byte of the result is one of the eight of (b:a), or its sign. */
  private static Operation.Compute permute(Decoding code) {
    Type type = Type.B32;
    code.require(code.type() == type, type);
    return Lanes.ternary(code.target(0, type), code.source(1, type), code.source(2, type), code.source(3, type), (a, b, selectors) -> {
      long both = b << type.bits() | a;
      long result = 0;
      for (int i = 0; i < type.bytes(); i++) {
        int selector = (int) (selectors >>> (4 * i)) & 0xf;
        long found = both >>> (Byte.SIZE * (selector % SIGN));
        long value = selector >= SIGN ? Type.S8.extend(found) >> (Byte.SIZE - 1) : found;
        result |= Type.B8.narrow(value) << (Byte.SIZE * i);
      }
      return result;
    });
  }

  /** A field of bits; what lies beyond the top of the source is its sign, or 0. */
  private static Operation.Compute extract(Decoding code) {
    Type type = code.type();
    code.require(type.isInteger() && type.bits() >= Integer.SIZE, type);
    int target = code.target(0, type);
    return Lanes.ternary(target, code.source(1, type), code.source(2, Type.U32), code.source(3, Type.U32), (a, b, c) -> {
      int from = (int) b & FIELD_MASK;
      int length = (int) c & FIELD_MASK;
      if (length == 0) {
        return 0;
      }
      int top = type.bits() - 1;
      long sign = type.isSigned() ? -(a >>> Math.min(from + length - 1, top) & 1) : 0;
      int there = Math.clamp(type.bits() - from, 0, length);
      long mask = there == 0 ? 0 : -1L >>> (Long.SIZE - there);
      return type.narrow(there == 0 ? sign : (a >>> from & mask) | (sign & ~mask));
    });
  }

  /** Bits of a in place of a field of b. */
  private static Operation.Compute insert(Decoding code) {
    Type type = code.type();
    code.require(type == Type.B32 || type == Type.B64, type);
    int a = code.source(1, type);
    int b = code.source(2, type);
    return Lanes.quaternary(code.target(0, type), a, b, code.source(3, Type.U32), code.source(4, Type.U32), (x, y, c, d) -> {
      int from = (int) c & FIELD_MASK;
      int length = (int) d & FIELD_MASK;
      if (length == 0 || from >= type.bits()) {
        return y;
      }
      long mask = -1L >>> (Long.SIZE - Math.min(length, Long.SIZE)) << from;
      return type.narrow((y & ~mask) | (x << from & mask));
    });
  }

  private static Operation.Compute reverse(Decoding code) {
    Type type = code.type();
    code.require(type == Type.B32 || type == Type.B64, type);
    return Lanes.unary(code.target(0, type), code.source(1, type), a -> Long.reverse(a) >>> (Long.SIZE - type.bits()));
  }

  private static Operation.Compute count(Decoding code) {
    Type type = code.type();
    code.require(type == Type.B32 || type == Type.B64, type);
    LongUnaryOperator function =
        code.opcode().equals("popc") ? Long::bitCount : a -> Long.numberOfLeadingZeros(a) - (Long.SIZE - type.bits());
    return Lanes.unary(code.target(0, Type.U32), code.source(1, type), function);
  }

  /** The highest bit that is not a copy of the sign; all ones if there is none. */
  private static Operation.Compute find(Decoding code) {
    boolean distance = code.take("shiftamt");
    Type type = code.type();
    code.require(type.isInteger() && type.bits() >= Integer.SIZE, type);
    return Lanes.unary(code.target(0, Type.U32), code.source(1, type), a -> {
      long number = type.extend(a);
      long magnitude = type.isSigned() && number < 0 ? ~number : number;
      int highest = Long.SIZE - 1 - Long.numberOfLeadingZeros(magnitude);
      return Type.U32.narrow(highest < 0 || !distance ? highest : type.bits() - 1 - highest);
    });
  }
}
