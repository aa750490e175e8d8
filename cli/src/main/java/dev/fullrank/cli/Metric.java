package dev.fullrank.cli;

import dev.fullrank.EmbeddingReport;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A number of a report, as the table, the page and the comparison show it.
 *
 * @param name in the words of the field
 * @param value the number
 * @param meaning one line for those who meet it the first time
 * @param better whether more or less of it is better for embeddings, or neither
 */
record Metric(String name, ToDoubleFunction<EmbeddingReport> value, String meaning, Better better) {
  /** The direction that one wishes a metric to take. */
  enum Better {
    MORE,
    LESS,
    NEITHER;

    /** {@code good} or {@code bad} for a change from one value to another, or nothing. */
    String of(double from, double to) {
      if (this == NEITHER || !(from < to || from > to)) {
        return "";
      }
      return (this == MORE) == (to > from) ? "good" : "bad";
    }
  }

  /** All but utilisation and its bounds, which are shown by themselves. */
  static final List<Metric> ALL = List.of(
      new Metric("effective rank", EmbeddingReport::effectiveRank, "exp of the entropy of the spectrum", Better.MORE),
      new Metric("RankMe", EmbeddingReport::rankMe, "the same, as Garrido et al. 2023 smooth it", Better.MORE),
      new Metric("stable rank", EmbeddingReport::stableRank, "‖Z‖²/σ₁²: 1 if one direction is all", Better.MORE),
      new Metric(
          "participation ratio", EmbeddingReport::participationRatio, "(Σσ²)²/Σσ⁴: directions that carry energy", Better.MORE),
      new Metric("condition number", EmbeddingReport::conditionNumber, "the longest direction by the shortest", Better.LESS),
      new Metric("α-ReQ", EmbeddingReport::alphaReQ, "decay of the spectrum; near 1 is best", Better.NEITHER),
      new Metric("variance hinge", EmbeddingReport::varianceHinge, "VICReg's v(Z): how far std is short of γ", Better.LESS),
      new Metric("covariance penalty", EmbeddingReport::covariancePenalty, "VICReg's c(Z): how dimensions covary", Better.LESS),
      new Metric(
          "largest |correlation|", EmbeddingReport::maxAbsOffDiagonalCorrelation, "of two different dimensions", Better.LESS),
      new Metric("dead dimensions", r -> r.deadDimensions().length, "tell rows apart by next to nothing", Better.LESS));

  double of(FileReport file) {
    return value.applyAsDouble(file.report());
  }

  /** The number as people read it, with "≥" before a condition number that rounding hides. */
  String show(FileReport file) {
    double number = of(file);
    if (name.equals("dead dimensions")) {
      return Integer.toString((int) number);
    }
    boolean atLeast = name.equals("condition number") && file.report().conditionNumberIsLowerBound() && Double.isFinite(number);
    return (atLeast ? "≥ " : "") + Numbers.compact(number);
  }
}
