package dev.fullrank.check;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ratios error/tolerance, the worst of each named check: at most 1 passes. A NaN error, or a NaN or zero tolerance that is
 * exceeded, is an infinite ratio.
 */
public final class Findings {
  private final Map<String, Double> ratios = new LinkedHashMap<>();

  /** Notes that a check found this error; a negative error is none. */
  public void add(String check, double error, double tolerance) {
    double ratio = error <= 0 ? 0 : error / tolerance;
    ratios.merge(check, Double.isNaN(ratio) ? Double.POSITIVE_INFINITY : ratio, Math::max);
  }

  /** Notes the outcome of a check that knows no degrees. */
  public void require(String check, boolean holds) {
    add(check, holds ? 0 : 1, 0);
  }

  /** The worst ratio of every check, in the order in which they were first made. */
  public Map<String, Double> ratios() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(ratios));
  }

  /** The worst ratio of all; 0 if nothing was checked. */
  public double worst() {
    return ratios.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  /** The check with the worst ratio. */
  public String worstCheck() {
    String name = "nothing";
    double worst = -1;
    for (Map.Entry<String, Double> entry : ratios.entrySet()) {
      if (entry.getValue() > worst) {
        worst = entry.getValue();
        name = entry.getKey();
      }
    }
    return name;
  }

  /** Whether something was checked and nothing failed. */
  public boolean passed() {
    return !ratios.isEmpty() && worst() <= 1;
  }

  @Override
  public String toString() {
    return ratios.toString();
  }
}
