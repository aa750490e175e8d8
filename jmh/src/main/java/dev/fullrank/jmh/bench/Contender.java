package dev.fullrank.jmh.bench;

/**
 * A library in the comparison. Each uses its own best formulation: inputs where the library wants them, workspaces queried and
 * kept, no needless copy or transpose.
 */
interface Contender {
  /** Version of the library as loaded. */
  String version();

  /** Makes the problem ready to run; only what {@link Implementation#offers} is asked for. */
  Task prepare(Problem problem);
}
