package dev.fullrank.kernels.ptx;

import java.util.List;

/** An instruction, ready to run. */
final class Instruction {
  final Operation operation;

  /** Predicate that lanes must satisfy, complemented where they must not. */
  final int guard;

  /** Registers that must have been written before. */
  final int[] reads;

  /** Registers that are written. */
  final int[] writes;

  /** The instruction as it is written, for messages. */
  final String text;

  final int line;

  Instruction(Operation operation, int guard, List<Integer> reads, List<Integer> writes, String text, int line) {
    this.operation = operation;
    this.guard = guard;
    this.reads = array(reads);
    this.writes = array(writes);
    this.text = text;
    this.line = line;
  }

  private static int[] array(List<Integer> registers) {
    return registers.stream().mapToInt(Integer::intValue).distinct().toArray();
  }
}
