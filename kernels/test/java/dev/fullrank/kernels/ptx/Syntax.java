package dev.fullrank.kernels.ptx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a module says, as a tree, before any opcode or name means anything. */
final class Syntax {
  private Syntax() {}

  /** A whole module. */
  record Module(List<Variable> variables, List<Function> functions) {}

  /**
   * An entry or a device function.
   *
   * @param limits numbers of header directives such as {@code .maxntid}
   * @param body null if it is only declared
   */
  record Function(
      boolean entry,
      String name,
      List<Variable> results,
      List<Variable> parameters,
      Map<String, List<Integer>> limits,
      @Nullable List<Statement> body,
      int line) {}

  /** Part of a body. */
  sealed interface Statement {}

  /**
   * A variable in memory.
   *
   * @param space the directive, such as {@code .shared}
   * @param count of elements; 0 for the array without a size that stands for dynamic shared memory
   * @param initial the first elements; the rest are zero
   */
  record Variable(String space, Type type, String name, long count, int alignment, List<Long> initial, int line) implements Statement {
    long bytes() {
      return type.bytes() * count;
    }
  }

  /** Registers of one type. */
  record Registers(Type type, List<String> names) implements Statement {}

  /** A place to branch to. */
  record Label(String name) implements Statement {}

  /** Statements in braces, with names of their own. */
  record Braces(List<Statement> statements) implements Statement {}

  /**
   * An instruction.
   *
   * @param guard the predicate that lanes must satisfy, null if there is none
   * @param negated whether they must not satisfy it
   * @param opcode with its modifiers
   */
  record Code(@Nullable String guard, boolean negated, String opcode, List<Operand> operands, String text, int line)
      implements Statement {}
}
