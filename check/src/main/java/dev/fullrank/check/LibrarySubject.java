package dev.fullrank.check;

import dev.fullrank.CovariancePenalty;
import dev.fullrank.Device;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.SvMax;
import dev.fullrank.VarianceHinge;
import java.util.List;

/** The library itself. */
final class LibrarySubject implements Subject {
  private final Device device;

  LibrarySubject(Device device) {
    this.device = device;
  }

  /** On a GPU others are not to be forced. */
  @Override
  public List<Route> routes() {
    return device.isCuda() ? List.of(Route.AUTO, Route.JACOBI) : Subject.super.routes();
  }

  @Override
  public Regularizer meanSingularValue(Route route) {
    return MeanSingularValue.builder().device(device).route(route).build();
  }

  @Override
  public Regularizer svMax(Route route, Penalty penalty) {
    return SvMax.builder()
        .device(device)
        .route(route)
        .form(penalty.exponential() ? SvMax.Form.EXPONENTIAL : SvMax.Form.LINEAR)
        .normalizeRows(penalty.normalizeRows())
        .strength(penalty.strength())
        .build();
  }

  @Override
  public Regularizer varianceHinge(double gamma, double epsilon) {
    return VarianceHinge.builder().device(device).gamma(gamma).epsilon(epsilon).build();
  }

  @Override
  public Regularizer covariancePenalty() {
    return CovariancePenalty.builder().device(device).build();
  }
}
