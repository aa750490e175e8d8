package dev.fullrank.linalg;

/** The product that a stream of rows is turned into, wherever it is computed. */
@FunctionalInterface
public interface GramProduct {
  /** YᵀY in double, row-major with leading dimension d, of which the upper triangle is valid until the next call. */
  double[] gramOfColumns(Operand y);
}
