package dev.fullrank.kernels.ptx;

import java.util.List;

/** An operand as it is written. */
sealed interface Operand {
  /** What the digits of a number say that it is. */
  enum Notation {
    INTEGER,
    /** {@code 0f3F800000}. */
    SINGLE,
    /** {@code 0d3FF0000000000000}. */
    DOUBLE
  }

  /** A register, a variable, a label or a function. */
  record Name(String name) implements Operand {}

  /** A literal, with its bits. */
  record Literal(long bits, Notation notation) implements Operand {}

  /** {@code !%p1}. */
  record Not(String name) implements Operand {}

  /** {@code [base+offset]}. */
  record Address(Operand base, long offset) implements Operand {}

  /** {@code {a, b}}. */
  record Vector(List<Operand> elements) implements Operand {}

  /** {@code a|b}. */
  record Pair(Operand first, Operand second) implements Operand {}

  /** {@code (a, b)} of a call. */
  record Arguments(List<Operand> elements) implements Operand {}
}
