package dev.fullrank.kernels.ptx;

/** Branches, ends and barriers. */
final class ControlOps {
  /** Barriers that a block has. */
  private static final int BARRIERS = 16;

  private ControlOps() {}

  static Operation decode(Decoding code) {
    return switch (code.opcode()) {
      case "bra" -> {
        code.take("uni");
        yield new Operation.Branch(code.label(0));
      }
      case "exit" -> new Operation.Exit();
      default -> barrier(code);
    };
  }

  private static Operation barrier(Decoding code) {
    if (code.take("warp")) {
      code.takeOne("sync");
      return WarpOps.together(code.source(0, Type.B32), Warp::orderAll);
    }
    code.take("cta");
    code.take("aligned");
    if (code.takeOne("sync", "red").equals("sync")) {
      checkBarrier(code, 0);
      return new Operation.Barrier(null);
    }
    String kind = code.takeOne("popc", "and", "or");
    Type type = kind.equals("popc") ? Type.U32 : Type.PRED;
    code.require(code.type() == type, type);
    int target = code.target(0, type);
    checkBarrier(code, 1);
    return new Operation.Barrier(new Operation.Vote(kind, code.predicate(code.operand(2)), target));
  }

  /** Barriers for a part of the block, with a number of threads as a further operand, are not supported. */
  private static void checkBarrier(Decoding code, int index) {
    long number = code.literal(index);
    if (number < 0 || number >= BARRIERS) {
      throw code.error("there is no barrier " + number);
    }
  }
}
