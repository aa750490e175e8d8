package dev.fullrank.jmh.bench;

import dev.fullrank.ElementType;

/**
 * One step on a GPU. Forward, the value comes to the host; forward and backward, the gradient stays on the device and nobody asks for the
 * value, but of a batch.
 *
 * @param count of matrices, 1 but for a batch
 * @param shape of each
 */
record GpuProblem(GpuOperation operation, Direction direction, ElementType type, int count, Shape shape) {
  boolean isFloat() {
    return type == ElementType.FLOAT32;
  }

  String typeLabel() {
    return isFloat() ? "float" : "double";
  }

  boolean wantsGradient() {
    return direction == Direction.FORWARD_BACKWARD;
  }

  /** Of all matrices, one below the other. */
  int rows() {
    return Math.multiplyExact(count, shape.b());
  }

  /** n·k² of all matrices: the operations of one SYRK of each. */
  double syrkFlops() {
    double k = Math.min(shape.b(), shape.d());
    return count * k * k * Math.max(shape.b(), shape.d());
  }

  /** Operations of the floor, as on the CPU: one SYRK, and with the gradient one GEMM, 2·n·k². NaN for the hinge. */
  double flops() {
    return operation == GpuOperation.HINGE ? Double.NaN : wantsGradient() ? 3 * syrkFlops() : syrkFlops();
  }

  /** What the time of most contenders grows with. */
  double work() {
    return operation == GpuOperation.HINGE ? (double) shape.b() * shape.d() : syrkFlops();
  }

  /** Equal for problems on the same numbers. */
  boolean hasDataOf(GpuProblem other) {
    return operation == other.operation && count == other.count && shape.equals(other.shape);
  }

  /** Title of its diagrams. */
  String section() {
    return "%s %s, %s, on the GPU".formatted(operation.label(), direction.label(), typeLabel());
  }

  @Override
  public String toString() {
    String many = count == 1 ? "" : count + " of ";
    return "%s %s, %s, %s%s".formatted(operation.label(), direction.label(), typeLabel(), many, shape);
  }
}
