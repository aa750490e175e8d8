package dev.fullrank.cli;

import dev.fullrank.Device;
import dev.fullrank.DeviceException;
import dev.fullrank.EmbeddingStatistics;

/**
 * What the user asked of a report.
 *
 * @param normalize whether rows are divided by their norm
 * @param batch rows of a batch whose own s_μ is summarised, or 0
 * @param gamma target standard deviation of the variance hinge; NaN for 1/√d
 * @param epsilon what the variance hinge adds to a variance
 * @param threads threads to use, or 0 for all
 * @param device where the products of rows are computed
 */
record ReportOptions(boolean normalize, int batch, double gamma, double epsilon, int threads, Device device) {
  /** The defaults of VICReg: γ = 1, ε = 1e-4. */
  static final ReportOptions DEFAULT = new ReportOptions(false, 0, 1, 1e-4, 0, Device.cpu());

  ReportOptions normalized() {
    return new ReportOptions(true, batch, gamma, epsilon, threads, device);
  }

  /** γ for d columns. */
  double gammaFor(int columns) {
    return Double.isNaN(gamma) ? 1 / Math.sqrt(columns) : gamma;
  }

  /**
   * Statistics of d columns with these options.
   *
   * @throws IllegalArgumentException if one of them is out of range
   * @throws DeviceException if the device cannot be used
   */
  EmbeddingStatistics statistics(int columns) {
    return EmbeddingStatistics.builder()
        .normalizeRows(normalize)
        .batch(batch)
        .gamma(gammaFor(columns))
        .epsilon(epsilon)
        .parallelism(threads)
        .device(device)
        .build();
  }

  /** As the command line would say it, for provenance. */
  String describe(int columns) {
    return (normalize ? "rows normalised" : "rows as stored")
        + ", γ = " + (Double.isNaN(gamma) ? "1/√d = " + Numbers.compact(gammaFor(columns)) : Numbers.shortest(gamma))
        + ", ε = " + Numbers.shortest(epsilon)
        + (batch > 0 ? ", batches of " + batch : "")
        + (threads > 0 ? ", " + threads + " threads" : "")
        + (device.isCuda() ? ", on " + device : "");
  }
}
