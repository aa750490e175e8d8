package dev.fullrank;

/** What a regularizer does when the input holds a NaN or an infinity. Never a finite number, never a hang. */
public enum NonFinitePolicy {
  /** Throws {@link NonFiniteInputException} naming the first offending row and column. */
  THROW,
  /** The value and every entry of the gradient are NaN; what loss scalers of mixed-precision training wait for. */
  PROPAGATE
}
