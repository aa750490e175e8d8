package dev.fullrank.jmh.bench;

import dev.fullrank.ElementType;

/**
 * One cell of the grid.
 *
 * @param threads the most threads an implementation may use
 * @param condition κ of a matrix with a given spectrum, or 0 for Gaussian rows of unit norm
 */
record Problem(
    Operation operation, Direction direction, ElementType type, int b, int d, int threads, double condition) {

  /** k, the shorter side. */
  int order() {
    return Math.min(b, d);
  }

  boolean isFloat() {
    return type == ElementType.FLOAT32;
  }

  String typeLabel() {
    return isFloat() ? "float" : "double";
  }

  boolean wantsGradient() {
    return operation.hasGradient() && direction == Direction.FORWARD_BACKWARD;
  }

  /** n·k², the operations of one SYRK. */
  double syrkFlops() {
    return (double) Math.max(b, d) * order() * order();
  }

  /**
   * Operations of a product; for SVMax those of its floor, one SYRK, and with the gradient one GEMM. The hinge is bound by
   * memory, not by these.
   */
  double flops() {
    return switch (operation) {
      case GEMM -> 2 * syrkFlops();
      case SYRK -> syrkFlops();
      case SVMAX -> wantsGradient() ? 3 * syrkFlops() : syrkFlops();
      case HINGE, COPY -> Double.NaN;
    };
  }

  /** The same on another number of threads. */
  Problem onThreads(int count) {
    return new Problem(operation, direction, type, b, d, count, condition);
  }

  /** Equal for problems whose inputs, and so whose references, are the same numbers. */
  String dataKey() {
    return operation.label() + "-" + b + "x" + d + "-" + condition;
  }

  /** One line for a worker. */
  String encode() {
    return String.join(
        " ",
        operation.name(),
        direction.name(),
        type.name(),
        Integer.toString(b),
        Integer.toString(d),
        Integer.toString(threads),
        Double.toString(condition));
  }

  static Problem decode(String line) {
    String[] words = line.split(" ", -1);
    return new Problem(
        Operation.valueOf(words[0]),
        Direction.valueOf(words[1]),
        ElementType.valueOf(words[2]),
        Integer.parseInt(words[3]),
        Integer.parseInt(words[4]),
        Integer.parseInt(words[5]),
        Double.parseDouble(words[6]));
  }

  @Override
  public String toString() {
    String what = operation.hasGradient() ? operation.label() + " " + direction.label() : operation.label();
    String spectrum = condition == 0 ? "" : ", condition %.0e".formatted(condition);
    return "%s, %s, %d×%d, %d thread%s%s".formatted(what, typeLabel(), b, d, threads, threads == 1 ? "" : "s", spectrum);
  }
}
