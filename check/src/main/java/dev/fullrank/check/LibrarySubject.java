package dev.fullrank.check;

import dev.fullrank.CovariancePenalty;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.SvMax;
import dev.fullrank.VarianceHinge;

/** The library itself. */
final class LibrarySubject implements Subject {
  @Override
  public Regularizer meanSingularValue(Route route) {
    return MeanSingularValue.builder().route(route).build();
  }

  @Override
  public Regularizer svMax(Route route, Penalty penalty) {
    return SvMax.builder()
        .route(route)
        .form(penalty.exponential() ? SvMax.Form.EXPONENTIAL : SvMax.Form.LINEAR)
        .normalizeRows(penalty.normalizeRows())
        .strength(penalty.strength())
        .build();
  }

  @Override
  public Regularizer varianceHinge(double gamma, double epsilon) {
    return VarianceHinge.builder().gamma(gamma).epsilon(epsilon).build();
  }

  @Override
  public Regularizer covariancePenalty() {
    return CovariancePenalty.builder().build();
  }
}
