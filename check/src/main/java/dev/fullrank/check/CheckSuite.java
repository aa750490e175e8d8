package dev.fullrank.check;

import java.util.ArrayList;
import java.util.List;

/**
 * The gradient-check suite: every family of matrices × every route × every element type, and the variance terms, each case
 * reduced to the worst ratio of error to promised accuracy.
 */
public final class CheckSuite {
  /** The seed of the suite wherever nobody asks for another; any will do. */
  public static final long DEFAULT_SEED = 20261122;

  private final List<CheckCase> cases;

  private CheckSuite(List<CheckCase> cases) {
    this.cases = List.copyOf(cases);
  }

  /** The cases for a subject; the same ones for the same seed. */
  public static CheckSuite of(Subject subject, Extent extent, long seed) {
    List<CheckCase> cases = new ArrayList<>();
    SpectralCases.add(subject, extent, seed, cases);
    PenaltyCases.add(subject, extent, seed, cases);
    VarianceCases.add(subject, extent, seed, cases);
    return new CheckSuite(cases);
  }

  /** The cases, to be run one by one. */
  public List<CheckCase> cases() {
    return cases;
  }

  /** Runs every case in turn. */
  public List<CheckRow> run() {
    List<CheckRow> rows = new ArrayList<>();
    for (CheckCase each : cases) {
      rows.add(each.run());
    }
    return rows;
  }
}
