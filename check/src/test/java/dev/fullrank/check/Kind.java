package dev.fullrank.check;

import dev.fullrank.CovariancePenalty;
import dev.fullrank.Device;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.SvMax;
import dev.fullrank.VarianceHinge;
import dev.fullrank.WeightedSum;
import java.util.random.RandomGenerator;

/** Every regularizer of the public interface, and every route, for tests of what they all promise. */
enum Kind {
  MEAN,
  MEAN_BY_GRAM_POLAR,
  MEAN_BY_JACOBI,
  MEAN_OF_UNIT_ROWS,
  SVMAX,
  HINGE,
  COVARIANCE,
  SUM;

  /** Where the tests run: another module runs them once more on a GPU. */
  static final Device DEVICE = Device.of(System.getProperty("fullrank.check.device", "cpu"));

  Regularizer create() {
    return create(1, NonFinitePolicy.THROW);
  }

  Regularizer create(int parallelism, NonFinitePolicy policy) {
    return switch (this) {
      case MEAN -> mean(Route.AUTO, false, parallelism, policy);
      case MEAN_BY_GRAM_POLAR -> mean(DEVICE.isCuda() ? Route.AUTO : Route.GRAM_POLAR, false, parallelism, policy);
      case MEAN_BY_JACOBI -> mean(Route.JACOBI, false, parallelism, policy);
      case MEAN_OF_UNIT_ROWS -> mean(Route.AUTO, true, parallelism, policy);
      case SVMAX -> SvMax.builder().device(DEVICE).parallelism(parallelism).nonFinite(policy).build();
      case HINGE -> VarianceHinge.builder().device(DEVICE).gamma(2).parallelism(parallelism).nonFinite(policy).build();
      case COVARIANCE -> CovariancePenalty.builder().device(DEVICE).parallelism(parallelism).nonFinite(policy).build();
      case SUM -> WeightedSum.builder()
          .add(0.5, MEAN.create(parallelism, policy))
          .add(25, HINGE.create(parallelism, policy))
          .add(1, COVARIANCE.create(parallelism, policy))
          .build();
    };
  }

  private static Regularizer mean(Route route, boolean unitRows, int parallelism, NonFinitePolicy policy) {
    return MeanSingularValue.builder()
        .device(DEVICE)
        .route(route)
        .normalizeRows(unitRows)
        .parallelism(parallelism)
        .nonFinite(policy)
        .build();
  }

  /** Whether it is defined from variances, which need two samples. */
  boolean needsTwoRows() {
    return this == HINGE || this == COVARIANCE || this == SUM;
  }

  /** Random numbers on a grid of 2^-10, in (−1, 1): the same ones in double and in float. */
  static TestMatrix data(int rows, int columns) {
    RandomGenerator random = ExactOrthogonal.random(1_000_003L * rows + columns);
    double[] values = random.ints((long) rows * columns, -1023, 1024).asDoubleStream().map(x -> x * 0x1p-10).toArray();
    return TestMatrix.of("random", rows, columns, (i, j) -> values[i * columns + j]).exactly();
  }

  /** Value and gradient of one call, for comparison to the last bit. */
  static Bits bits(Regularizer regularizer, Matrix z) {
    Matrix gradient = SpectralCertificate.poisoned(ElementType.FLOAT64, z.rows(), z.columns());
    return new Bits(regularizer.valueAndGradient(z, gradient), gradient);
  }
}
