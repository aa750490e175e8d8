package dev.fullrank.kernels.ptx;

/** Knows which class decodes an opcode. */
final class Decoder {
  private Decoder() {}

  static Operation decode(Decoding code) {
    return switch (code.opcode()) {
      case "add", "sub", "mul", "mad", "fma", "div", "rem", "min", "max", "abs", "neg" -> arithmetic(code);
      case "sqrt", "rcp", "rsqrt", "ex2", "lg2", "copysign", "testp" -> FloatOps.decode(code, code.type());
      case "and", "or", "xor", "not" -> LogicOps.decode(code);
      case "shl", "shr", "shf", "lop3", "prmt", "bfe", "bfi", "brev", "popc", "clz", "bfind" -> BitOps.decode(code);
      case "set", "setp", "selp", "slct" -> CompareOps.decode(code);
      case "cvt" -> ConvertOps.decode(code);
      case "mov", "cvta" -> MoveOps.decode(code);
      case "ld", "st", "membar", "fence" -> MemoryOps.decode(code);
      case "atom", "red" -> AtomicOps.decode(code);
      case "shfl", "vote", "match", "activemask" -> WarpOps.decode(code);
      case "mma" -> MatrixProduct.decode(code);
      case "bra", "exit", "bar", "barrier" -> ControlOps.decode(code);
      default -> throw code.error("opcode " + code.opcode() + " is not supported");
    };
  }

  private static Operation.Compute arithmetic(Decoding code) {
    Type type = code.type();
    return type.isFloat() ? FloatOps.decode(code, type) : IntegerOps.decode(code, type);
  }
}
