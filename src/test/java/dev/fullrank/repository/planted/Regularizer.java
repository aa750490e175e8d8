package dev.fullrank.repository.planted;

/** Stands for the interface at the top. */
public interface Regularizer {
  /** A value. */
  double value();
}
