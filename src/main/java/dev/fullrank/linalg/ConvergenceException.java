package dev.fullrank.linalg;

/**
 * An iteration reached its limit. Finite input has not been seen to do this; the limit exists so that a caller gets an answer
 * instead of waiting for one. No result may be read from the workspace that threw it.
 */
public final class ConvergenceException extends ArithmeticException {
  ConvergenceException(String message) {
    super(message);
  }
}
