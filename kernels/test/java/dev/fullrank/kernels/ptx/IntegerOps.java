package dev.fullrank.kernels.ptx;

import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Arithmetic of integers. */
final class IntegerOps {
  private IntegerOps() {}

  static Operation.Compute decode(Decoding code, Type type) {
    code.require(type.isInteger() && type.bits() > Byte.SIZE, type);
    return switch (code.opcode()) {
      case "add" -> binary(code, type, (a, b) -> a + b);
      case "sub" -> binary(code, type, (a, b) -> a - b);
      case "min" -> binary(code, type, type.isSigned() ? Math::min : (a, b) -> Long.compareUnsigned(a, b) < 0 ? a : b);
      case "max" -> binary(code, type, type.isSigned() ? Math::max : (a, b) -> Long.compareUnsigned(a, b) > 0 ? a : b);
      case "abs" -> unary(code, type, Math::abs);
      case "neg" -> unary(code, type, a -> -a);
      case "div" -> divide(code, type, type.isSigned() ? (a, b) -> a / b : Long::divideUnsigned);
      case "rem" -> divide(code, type, type.isSigned() ? (a, b) -> a % b : Long::remainderUnsigned);
      case "mul" -> multiply(code, type);
      case "mad" -> multiplyAdd(code, type);
      default -> throw code.error("not defined for " + type);
    };
  }

  private static Operation.Compute unary(Decoding code, Type type, LongUnaryOperator function) {
    code.require(type.isSigned(), type);
    return Lanes.unary(code.target(0, type), code.source(1, type), a -> type.narrow(function.applyAsLong(type.extend(a))));
  }

  private static Operation.Compute binary(Decoding code, Type type, LongBinaryOperator function) {
    return Lanes.binary(code.target(0, type), code.source(1, type), code.source(2, type), on(type, type, function));
  }

  /** The function on registers that stands for a function on numbers. */
  private static LongBinaryOperator on(Type type, Type result, LongBinaryOperator function) {
    return (a, b) -> result.narrow(function.applyAsLong(type.extend(a), type.extend(b)));
  }

  /** Division by zero gives no defined result on a GPU. */
  private static Operation.Compute divide(Decoding code, Type type, LongBinaryOperator function) {
    int target = code.target(0, type);
    int a = code.source(1, type);
    int b = code.source(2, type);
    Operation.Compute division = Lanes.binary(target, a, b, on(type, type, function));
    return (warp, lanes) -> {
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        if (warp.registers().get(b, lane) == 0) {
          throw warp.fault(lane, "division by zero");
        }
      }
      division.execute(warp, lanes);
    };
  }

  private static Operation.Compute multiply(Decoding code, Type type) {
    String part = code.takeOne("lo", "hi", "wide");
    Type result = result(code, part, type);
    return Lanes.binary(code.target(0, result), code.source(1, type), code.source(2, type), on(type, result, product(part, type)));
  }

  private static Operation.Compute multiplyAdd(Decoding code, Type type) {
    String part = code.takeOne("lo", "hi", "wide");
    Type result = result(code, part, type);
    LongBinaryOperator product = on(type, result, product(part, type));
    Lanes.Ternary function = (a, b, c) -> result.narrow(product.applyAsLong(a, b) + c);
    return Lanes.ternary(code.target(0, result), code.source(1, type), code.source(2, type), code.source(3, result), function);
  }

  /** A wide product has twice the width of its factors. */
  private static Type result(Decoding code, String part, Type type) {
    if (!part.equals("wide")) {
      return type;
    }
    return switch (type) {
      case U16 -> Type.U32;
      case S16 -> Type.S32;
      case U32 -> Type.U64;
      case S32 -> Type.S64;
      default -> throw code.error("no wide product of " + type);
    };
  }

  private static LongBinaryOperator product(String part, Type type) {
    if (!part.equals("hi")) {
      return (a, b) -> a * b;
    }
    if (type.bits() == Long.SIZE) {
      return type.isSigned() ? Math::multiplyHigh : Math::unsignedMultiplyHigh;
    }
    return (a, b) -> (a * b) >>> type.bits();
  }
}
