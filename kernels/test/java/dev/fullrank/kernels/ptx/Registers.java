package dev.fullrank.kernels.ptx;

import java.util.Arrays;

/** The registers of one warp. A value register has a {@code long} a lane, a predicate a bit a lane; both are numbered together. */
final class Registers {
  /** Lanes of a warp. */
  static final int LANES = 32;

  /** Value of register r in lane l at r·32 + l. */
  final long[] values;

  /** Lanes in which a predicate holds. */
  final int[] predicates;

  /** Lanes in which a register was written. */
  final int[] written;

  private final boolean[] constant;

  Registers(RegisterTable table) {
    int count = table.size();
    values = new long[count * LANES];
    predicates = new int[count];
    written = new int[count];
    constant = new boolean[count];
    for (RegisterTable.Constant given : table.constants()) {
      Arrays.fill(values, given.register() * LANES, (given.register() + 1) * LANES, given.bits());
      predicates[given.register()] = given.bits() == 0 ? 0 : -1;
      constant[given.register()] = true;
    }
    for (RegisterTable.Special special : table.specials()) {
      constant[special.register()] = true;
    }
  }

  /** Forgets all but constants and special registers. */
  void clear() {
    for (int i = 0; i < written.length; i++) {
      written[i] = constant[i] ? -1 : 0;
    }
  }

  long get(int register, int lane) {
    return values[register * LANES + lane];
  }

  void set(int register, int lane, long value) {
    values[register * LANES + lane] = value;
  }

  /** Lanes in which a predicate holds, or does not hold where the operand is the complement of a register's number. */
  int lanesWhere(int predicate) {
    return predicate >= 0 ? predicates[predicate] : ~predicates[~predicate];
  }

  /** Writes a predicate in the given lanes only. */
  void assign(int predicate, int lanes, int holds) {
    predicates[predicate] = (predicates[predicate] & ~lanes) | (holds & lanes);
  }
}
