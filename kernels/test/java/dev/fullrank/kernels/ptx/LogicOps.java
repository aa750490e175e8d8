package dev.fullrank.kernels.ptx;

import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Logic, of bits in registers and of predicates. */
final class LogicOps {
  private LogicOps() {}

  static Operation.Compute decode(Decoding code) {
    Type type = code.type();
    code.require((type.isUntyped() && type != Type.B8) || type == Type.PRED, type);
    return switch (code.opcode()) {
      case "and" -> binary(code, type, (a, b) -> a & b);
      case "or" -> binary(code, type, (a, b) -> a | b);
      case "xor" -> binary(code, type, (a, b) -> a ^ b);
      default -> unary(code, type, a -> ~a);
    };
  }

  private static Operation.Compute unary(Decoding code, Type type, LongUnaryOperator function) {
    int target = code.target(0, type);
    int a = type == Type.PRED ? code.predicate(code.operand(1)) : code.source(1, type);
    if (type == Type.PRED) {
      return (warp, lanes) -> {
        Registers registers = warp.registers();
        registers.assign(target, lanes, (int) function.applyAsLong(registers.lanesWhere(a)));
      };
    }
    return Lanes.unary(target, a, x -> type.narrow(function.applyAsLong(x)));
  }

  private static Operation.Compute binary(Decoding code, Type type, LongBinaryOperator function) {
    int target = code.target(0, type);
    if (type == Type.PRED) {
      int a = code.predicate(code.operand(1));
      int b = code.predicate(code.operand(2));
      return (warp, lanes) -> {
        Registers registers = warp.registers();
        registers.assign(target, lanes, (int) function.applyAsLong(registers.lanesWhere(a), registers.lanesWhere(b)));
      };
    }
    return Lanes.binary(target, code.source(1, type), code.source(2, type), function);
  }
}
