package dev.fullrank.kernels.ptx;

/** Exchange between the lanes of a warp. */
final class WarpOps {
  private WarpOps() {}

  static Operation decode(Decoding code) {
    if (code.opcode().equals("activemask")) {
      return activeMask(code);
    }
    code.takeOne("sync");
    return switch (code.opcode()) {
      case "shfl" -> Shuffle.decode(code);
      case "vote" -> vote(code);
      default -> match(code);
    };
  }

  private static Operation.Compute activeMask(Decoding code) {
    code.takeOne("b32");
    int target = code.target(0, Type.B32);
    return (warp, lanes) -> forEach(lanes, lane -> warp.registers().set(target, lane, Type.B32.narrow(lanes)));
  }

  /** What all lanes that take part do together. */
  @FunctionalInterface
  interface Action {
    void run(Warp warp, int lanes);
  }

  /** Something done with one lane. */
  @FunctionalInterface
  interface ForLane {
    void accept(int lane);
  }

  /** An operation whose participants a register names. */
  static Operation.Together together(int mask, Action action) {
    return new Operation.Together() {
      @Override
      public int members(Warp warp, int lane) {
        return (int) warp.registers().get(mask, lane);
      }

      @Override
      public void execute(Warp warp, int lanes) {
        action.run(warp, lanes);
      }
    };
  }

  static void forEach(int lanes, ForLane action) {
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      action.accept(Integer.numberOfTrailingZeros(rest));
    }
  }

  private static Operation vote(Decoding code) {
    String kind = code.takeOne("all", "any", "uni", "ballot");
    boolean ballot = kind.equals("ballot");
    Type type = ballot ? Type.B32 : Type.PRED;
    code.require(code.type() == type, type);
    int target = code.target(0, type);
    int source = code.predicate(code.operand(1));
    int mask = code.source(2, Type.B32);
    return together(mask, (warp, lanes) -> {
      Registers registers = warp.registers();
      int yes = registers.lanesWhere(source) & lanes;
      if (ballot) {
        forEach(lanes, lane -> registers.set(target, lane, type.mask() & yes));
      } else {
        boolean holds = kind.equals("any") ? yes != 0 : yes == lanes || (kind.equals("uni") && yes == 0);
        registers.assign(target, lanes, holds ? -1 : 0);
      }
    });
  }

  /** Which lanes have the same value. */
  private static Operation match(Decoding code) {
    boolean all = code.takeOne("all", "any").equals("all");
    Type type = code.type();
    code.require(type == Type.B32 || type == Type.B64, type);
    Operand targets = code.operand(0);
    boolean pair = targets instanceof Operand.Pair;
    int target = code.target(targets instanceof Operand.Pair p ? p.first() : targets, Type.B32);
    int holds = targets instanceof Operand.Pair p && all ? code.target(p.second(), Type.PRED) : -1;
    if (pair && !all) {
      throw code.error("only .all says whether all lanes match");
    }
    int source = code.source(1, type);
    int mask = code.source(2, Type.B32);
    return together(mask, (warp, lanes) -> {
      Registers registers = warp.registers();
      forEach(lanes, lane -> {
        int same = same(registers, source, lanes, lane);
        registers.set(target, lane, all && same != lanes ? 0 : Type.B32.narrow(same));
        if (holds >= 0) {
          registers.assign(holds, 1 << lane, same == lanes ? -1 : 0);
        }
      });
    });
  }

  private static int same(Registers registers, int source, int lanes, int lane) {
    int same = 0;
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      int other = Integer.numberOfTrailingZeros(rest);
      if (registers.get(source, other) == registers.get(source, lane)) {
        same |= 1 << other;
      }
    }
    return same;
  }
}
