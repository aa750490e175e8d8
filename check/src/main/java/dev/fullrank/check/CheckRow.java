package dev.fullrank.check;

import dev.fullrank.ElementType;

/**
 * The outcome of one case of the suite.
 *
 * @param group what the case belongs to: a family of matrices, or a regularizer
 * @param name the case
 * @param route the route asked for, or "-" where there is no choice
 * @param type how the input was stored
 * @param worstCheck the check with the worst ratio
 * @param ratio error/tolerance there; at most 1 passes
 * @param declined whether the forced route said that it cannot certify its result, which is honest and no failure
 */
public record CheckRow(
    String group, String name, String route, ElementType type, String worstCheck, double ratio, boolean declined) {
  /** Whether nothing is wrong. */
  public boolean passed() {
    return declined || ratio <= 1;
  }
}
