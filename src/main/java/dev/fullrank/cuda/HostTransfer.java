package dev.fullrank.cuda;

import dev.fullrank.Matrix;

/** Copies a matrix in host memory to another one of the same shape and type, whatever their layouts. */
@FunctionalInterface
public interface HostTransfer {
  /** to := from. */
  void copy(Matrix from, Matrix to);
}
