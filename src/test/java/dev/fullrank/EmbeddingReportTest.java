package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a report says of matrices whose properties are known. */
class EmbeddingReportTest {
  @ParameterizedTest
  @EnumSource(value = Route.class, names = {"JACOBI", "TRIDIAGONAL"})
  void fourStackedIdentitiesReachTheUpperBound(Route route) {
    int d = 8;
    double[] rows = new double[4 * d * d];
    for (int i = 0; i < 4 * d; i++) {
      rows[i * d + i % d] = 3;
    }
    EmbeddingReport report = report(EmbeddingStatistics.builder().route(route).normalizeRows(true), rows, 4 * d, d);
    assertThat(report.meanSingularValue()).isCloseTo(2, within(1e-14));
    assertThat(report.upperBound()).isCloseTo(2, within(1e-14));
    assertThat(report.lowerBound()).isCloseTo(Math.sqrt(32) / 8, within(1e-14));
    assertThat(report.utilisation()).isCloseTo(1, within(1e-14));
    assertThat(report.effectiveRank()).isCloseTo(d, within(1e-12));
    assertThat(report.stableRank()).isCloseTo(d, within(1e-12));
    assertThat(report.participationRatio()).isCloseTo(d, within(1e-12));
    assertThat(report.conditionNumber()).isCloseTo(1, within(1e-13));
    assertThat(report.rank()).isEqualTo(d);
    assertThat(report.toString()).contains("32×8", "normalized", "utilisation 1.000");
  }

  @ParameterizedTest
  @EnumSource(value = Route.class, names = {"JACOBI", "TRIDIAGONAL"})
  void equalRowsReachTheLowerBound(Route route) {
    int n = 1000;
    int d = 9;
    double[] rows = new double[n * d];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = 0.1 * (1 + i % d);
    }
    EmbeddingReport report = report(EmbeddingStatistics.builder().route(route), rows, n, d);
    assertThat(report.rank()).isEqualTo(1);
    assertThat(report.meanSingularValue() / report.lowerBound()).isCloseTo(1, within(1e-14));
    assertThat(report.utilisation()).isCloseTo(0, within(1e-14));
    assertThat(report.effectiveRank()).isCloseTo(1, within(1e-12));
    assertThat(report.stableRank()).isCloseTo(1, within(1e-12));
    assertThat(Arrays.copyOfRange(report.singularValues(), 1, d)).containsOnly(0);
    assertThat(report.conditionNumberIsLowerBound()).isTrue();
    assertThat(report.conditionNumber()).isEqualTo(report.singularValues()[0] / report.resolution()).isGreaterThan(1e7);
    assertThat(report.std()).containsOnly(0);
    assertThat(report.mean()[2]).isEqualTo(0.1 * 3);
    assertThat(report.varianceHinge()).isCloseTo(0.99, within(1e-15));
    assertThat(report.covariancePenalty()).isZero();
    assertThat(report.maxAbsOffDiagonalCorrelation()).isNaN();
    assertThat(report.mostCorrelated()).isNull();
    assertThat(report.deadDimensions()).hasSize(d);
  }

  @ParameterizedTest
  @CsvSource({"JACOBI,false", "JACOBI,true", "TRIDIAGONAL,false", "TRIDIAGONAL,true"})
  void theZeroMatrixHasNoRank(Route route, boolean normalize) {
    EmbeddingReport report =
        report(EmbeddingStatistics.builder().route(route).normalizeRows(normalize).batch(2), new double[15], 5, 3);
    assertThat(report.singularValues()).containsExactly(0, 0, 0);
    assertThat(report.meanSingularValue()).isZero();
    assertThat(report.upperBound()).isZero();
    assertThat(report.utilisation()).isEqualTo(1);
    assertThat(report.effectiveRank()).isZero();
    assertThat(report.rank()).isZero();
    assertThat(report.resolution()).isZero();
    assertThat(report.conditionNumber()).isInfinite();
    assertThat(report.deadDimensions()).containsExactly(0, 1, 2);
    assertThat(report.varianceHinge()).isCloseTo(0.99, within(1e-15));
    assertThat(Objects.requireNonNull(report.chunks()).meanSingularValue().max()).isZero();
  }

  @Test
  void oneRowHasNoDeviation() {
    EmbeddingReport report = report(EmbeddingStatistics.builder(), new double[] {3, 0, 4}, 1, 3);
    assertThat(report.singularValues()).hasSize(1);
    assertThat(report.meanSingularValue()).isCloseTo(5, within(1e-14));
    assertThat(report.utilisation()).isEqualTo(1);
    assertThat(report.mean()).containsExactly(3, 0, 4);
    assertThat(report.std()).containsOnly(Double.NaN);
    assertThat(report.varianceHinge()).isNaN();
    assertThat(report.covariancePenalty()).isNaN();
    assertThat(report.maxAbsOffDiagonalCorrelation()).isNaN();
    assertThat(report.deadDimensions()).isEmpty();
    assertThat(report(EmbeddingStatistics.builder().estimator(VarianceEstimator.BIASED), new double[] {3, 0, 4}, 1, 3).std()).containsOnly(0);
  }

  @Test
  void theHingeKnowsItsOptions() {
    double[] rows = {0, 0, 0.2, 0.4};
    assertThat(report(EmbeddingStatistics.builder(), rows, 2, 2).varianceHinge()).isCloseTo(0.7876030486253618, within(1e-15));
    assertThat(report(EmbeddingStatistics.builder().estimator(VarianceEstimator.BIASED), rows, 2, 2).varianceHinge())
        .isCloseTo(0.8496256999218916, within(1e-15));
    assertThat(report(EmbeddingStatistics.builder(), rows, 2, 2).covariancePenalty()).isCloseTo(0.0016, within(1e-17));
    // std 0.1414 and 0.2828: with ε = 0 the second is above γ = 0.25
    assertThat(report(EmbeddingStatistics.builder().gamma(0.25).epsilon(0), rows, 2, 2).varianceHinge())
        .isCloseTo((0.25 - 0.2 / Math.sqrt(2)) / 2, within(1e-16));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e4, 1e8, 1e12})
  void deviationsSurviveAMeanFarFromTheOrigin(double offset) {
    int n = 5000;
    int d = 4;
    double[] rows = new double[n * d];
    Random random = new Random(7);
    for (int i = 0; i < n; i++) {
      double common = random.nextGaussian();
      for (int j = 0; j < d; j++) {
        // multiples of 2^-12, so that adding the offset rounds nothing
        rows[i * d + j] = Math.rint((common + (1 + j) * random.nextGaussian()) * 0x1p12) * 0x1p-12;
      }
    }
    EmbeddingReport near = report(EmbeddingStatistics.builder(), rows, n, d);
    EmbeddingReport far = report(EmbeddingStatistics.builder(), Arrays.stream(rows).map(x -> x + offset).toArray(), n, d);
    // δ between two stages carries the rounding of means of this size, relative to deviations of about 1
    double tolerance = 1e-14 + offset * 0x1p-52;
    for (int j = 0; j < d; j++) {
      assertThat(far.std()[j] / near.std()[j]).isCloseTo(1, within(tolerance));
    }
    assertThat(far.maxAbsOffDiagonalCorrelation() / near.maxAbsOffDiagonalCorrelation()).isCloseTo(1, within(tolerance));
    assertThat(far.covariancePenalty() / near.covariancePenalty()).isCloseTo(1, within(4 * tolerance));
  }

  @Test
  void deadDimensionsAreFoundAndKeptOutOfCorrelations() {
    int n = 500;
    double[] rows = new double[n * 6];
    Random random = new Random(3);
    for (int i = 0; i < n; i++) {
      double x = random.nextGaussian();
      rows[6 * i] = x;
      rows[6 * i + 1] = 7; // constant
      rows[6 * i + 2] = x + random.nextGaussian();
      rows[6 * i + 3] = 1e-7 * x; // correlates perfectly, but nobody would notice
      rows[6 * i + 4] = 0;
      rows[6 * i + 5] = 1e-5 * random.nextGaussian(); // weak, alive
    }
    EmbeddingReport report = report(EmbeddingStatistics.builder(), rows, n, 6);
    assertThat(report.deadDimensions()).containsExactly(1, 3, 4);
    EmbeddingReport.CorrelatedPair pair = Objects.requireNonNull(report.mostCorrelated());
    assertThat(pair.first()).isEqualTo(0);
    assertThat(pair.second()).isEqualTo(2);
    assertThat(pair.correlation()).isBetween(0.6, 0.8);
  }

  @Test
  void aConstantRoundedToItsTypeIsDead() {
    int n = 400;
    float[] rows = new float[2 * n];
    Random random = new Random(5);
    for (int i = 0; i < n; i++) {
      rows[2 * i] = random.nextBoolean() ? 1000 : Math.nextDown(1000f);
      rows[2 * i + 1] = (float) (1000 + 1e-3 * random.nextGaussian());
    }
    EmbeddingStatistics statistics = EmbeddingStatistics.builder().build();
    statistics.add(Matrix.of(rows, n, 2));
    assertThat(statistics.report().deadDimensions()).containsExactly(0);
    assertThat(statistics.report().type()).isEqualTo(ElementType.FLOAT32);
  }

  @Test
  void perfectCorrelationIsOneAndKeepsItsSign() {
    double[] rows = {1, -3, 2, -6, 4, -12, 9, -27};
    EmbeddingReport report = report(EmbeddingStatistics.builder(), rows, 4, 2);
    assertThat(Objects.requireNonNull(report.mostCorrelated()).correlation()).isBetween(-1.0, -1 + 1e-14);
    assertThat(report.maxAbsOffDiagonalCorrelation()).isBetween(1 - 1e-14, 1.0);
  }

  /** Beyond 2^480 and below 2^-400 the moments are scaled; powers of two change exponents alone. */
  @ParameterizedTest
  @CsvSource({"JACOBI,1000", "JACOBI,-1040", "TRIDIAGONAL,480", "TRIDIAGONAL,1000", "TRIDIAGONAL,-450", "TRIDIAGONAL,-1000"})
  void scalesWithItsRows(Route route, int p) {
    int n = 40;
    int d = 5;
    Random random = new Random(9);
    double[] rows = new double[n * d];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextInt(-1000, 1000);
    }
    double[] scaled = Arrays.stream(rows).map(x -> Math.scalb(x, p)).toArray();
    EmbeddingReport plain = report(EmbeddingStatistics.builder().route(route).batch(7), rows, n, d);
    EmbeddingReport far = report(EmbeddingStatistics.builder().route(route).batch(7), scaled, n, d);
    assertThat(far.meanSingularValue() / Math.scalb(plain.meanSingularValue(), p)).isCloseTo(1, within(1e-14));
    assertThat(far.upperBound() / Math.scalb(plain.upperBound(), p)).isCloseTo(1, within(1e-14));
    assertThat(far.conditionNumber() / plain.conditionNumber()).isCloseTo(1, within(1e-12));
    assertThat(far.effectiveRank() / plain.effectiveRank()).isCloseTo(1, within(1e-13));
    assertThat(far.maxAbsOffDiagonalCorrelation() / plain.maxAbsOffDiagonalCorrelation()).isCloseTo(1, within(1e-13));
    assertThat(far.varianceHinge()).isCloseTo(p > 0 ? 0 : 0.99, within(1e-15));
    assertThat(far.covariancePenalty()).isEqualTo(p > 0 ? Double.POSITIVE_INFINITY : 0);
    for (int j = 0; j < d; j++) {
      assertThat(far.std()[j] / Math.scalb(plain.std()[j], p)).isCloseTo(1, within(1e-14));
      assertThat(far.mean()[j] / Math.scalb(plain.mean()[j], p)).isCloseTo(1, within(1e-14));
    }
    ChunkSummary.Range chunks = Objects.requireNonNull(far.chunks()).meanSingularValue();
    ChunkSummary.Range expected = Objects.requireNonNull(plain.chunks()).meanSingularValue();
    assertThat(chunks.mean() / Math.scalb(expected.mean(), p)).isCloseTo(1, within(1e-12));
  }

  @Test
  void theLargestAndTheSmallestNumbersAreNoObstacle() {
    double max = Double.MAX_VALUE;
    double[] largest = {max, max, -max, max};
    EmbeddingReport report = report(EmbeddingStatistics.builder(), largest, 2, 2);
    // singular values √2·MAX do not exist, their mean neither; what does not depend on scale does
    assertThat(report.meanSingularValue()).isInfinite();
    assertThat(report.utilisation()).isCloseTo(1, within(1e-14));
    assertThat(report.effectiveRank()).isCloseTo(2, within(1e-14));
    double[] wide = {max, 0, 0, 0, max, 0};
    assertThat(report(EmbeddingStatistics.builder(), wide, 2, 3).meanSingularValue() / max).isCloseTo(1, within(1e-14));
    // ‖Z‖_F = 2·MAX does not exist, its fourth part does
    double[] diagonal = new double[16];
    for (int i = 0; i < 4; i++) {
      diagonal[5 * i] = max;
    }
    assertThat(report(EmbeddingStatistics.builder(), diagonal, 4, 4).lowerBound() / max).isCloseTo(0.5, within(1e-14));

    double[] smallest = {Double.MIN_VALUE, 0, 0, Double.MIN_VALUE};
    EmbeddingReport tiny = report(EmbeddingStatistics.builder(), smallest, 2, 2);
    assertThat(tiny.singularValues()).containsOnly(Double.MIN_VALUE);
    assertThat(tiny.utilisation()).isCloseTo(1, within(1e-14));
    EmbeddingReport unit = report(EmbeddingStatistics.builder().normalizeRows(true), smallest, 2, 2);
    assertThat(unit.singularValues()[1]).isCloseTo(1, within(1e-15));
    EmbeddingReport unitOfLargest = report(EmbeddingStatistics.builder().normalizeRows(true), largest, 2, 2);
    assertThat(unitOfLargest.singularValues()[1]).isCloseTo(1, within(1e-15));
  }

  @ParameterizedTest
  @EnumSource(value = Route.class, names = {"JACOBI", "TRIDIAGONAL"})
  void rowsOfRisingScaleAreTakenInOneStream(Route route) {
    int[] exponents = {-1040, -500, 0, 300, 600, 1000};
    EmbeddingStatistics rising = EmbeddingStatistics.builder().route(route).build();
    EmbeddingStatistics falling = EmbeddingStatistics.builder().route(route).build();
    for (int i = 0; i < exponents.length; i++) {
      EmbeddingStatistics up = EmbeddingStatistics.builder().route(route).build();
      up.add(Matrix.of(new double[] {Math.scalb(3.0, exponents[i]), Math.scalb(4.0, exponents[i])}, 1, 2));
      rising.merge(up);
      EmbeddingStatistics down = EmbeddingStatistics.builder().route(route).build();
      double scale = Math.scalb(1.0, exponents[exponents.length - 1 - i]);
      down.add(Matrix.of(new double[] {3 * scale, 4 * scale}, 1, 2));
      // restored: moments that are all there is, with nothing staged beside them
      double[] before = down.state();
      EmbeddingStatistics restored = EmbeddingStatistics.builder().route(route).restore(before);
      falling.merge(restored);
      assertThat(restored.state()).isEqualTo(before);
    }
    double expected = Math.scalb(5.0, 1000);
    assertThat(rising.report().singularValues()[0] / expected).isCloseTo(1, within(1e-15));
    assertThat(falling.report().singularValues()[0] / expected).isCloseTo(1, within(1e-15));
    EmbeddingStatistics moved = EmbeddingStatistics.builder().route(route).restore(rising.state());
    assertThat(moved.report().singularValues()).isEqualTo(rising.report().singularValues());
    assertThat(rising.report().rank()).isEqualTo(1);
  }

  @Test
  void theTriangularFactorSeesWhatTheGramMatrixCannot() {
    int n = 300;
    int d = 6;
    double[] rows = new double[n * d];
    Random random = new Random(21);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        rows[i * d + j] = random.nextGaussian() * Math.pow(10, -2 * j);
      }
    }
    double[] truth = new NaiveReport(rows, n, d).singularValues;
    EmbeddingReport exact = report(EmbeddingStatistics.builder(), rows, n, d);
    assertThat(exact.route()).isEqualTo(Route.JACOBI);
    assertThat(exact.conditionNumberIsLowerBound()).isFalse();
    for (int i = 0; i < d; i++) {
      assertThat(Math.abs(exact.singularValues()[i] - truth[i])).isLessThanOrEqualTo(exact.resolution());
    }
    EmbeddingReport gram = report(EmbeddingStatistics.builder().route(Route.TRIDIAGONAL), rows, n, d);
    assertThat(gram.conditionNumberIsLowerBound()).isTrue();
    assertThat(gram.conditionNumber()).isLessThan(truth[0] / truth[d - 1]);
    for (int i = 0; i < d; i++) {
      assertThat(Math.abs(gram.singularValues()[i] - truth[i])).isLessThanOrEqualTo(gram.resolution());
    }
    assertThat(gram.rank()).isEqualTo(4);
  }

  @Test
  void theRouteFollowsTypeAndSize() {
    EmbeddingStatistics statistics = EmbeddingStatistics.builder().build();
    statistics.add(Matrix.of(new double[] {1, 2, 3, 4}, 2, 2));
    assertThat(statistics.report().route()).isEqualTo(Route.JACOBI);
    statistics.add(Matrix.of(new float[] {5, 6}, 1, 2));
    assertThat(statistics.report().route()).isEqualTo(Route.TRIDIAGONAL);
    assertThat(statistics.report().type()).isEqualTo(ElementType.FLOAT32);
    assertThat(report(EmbeddingStatistics.builder(), new double[257], 1, 257).route()).isEqualTo(Route.TRIDIAGONAL);
    StatisticsOptions options = new StatisticsOptions(false, 0, 1, 0, VarianceEstimator.UNBIASED, 1, NonFinitePolicy.THROW, Route.AUTO, Device.cpu());
    assertThat(options.wantsFactor(1L << 15, 256, ElementType.FLOAT64)).isTrue();
    assertThat(options.wantsFactor((1L << 15) + 1, 256, ElementType.FLOAT64)).isFalse();
  }

  @Test
  void batchesAreThoseOfATrainingLoop() {
    int n = 250;
    int d = 12;
    double[] rows = new double[n * d];
    Random random = new Random(4);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextGaussian() * (1 + i / 900);
    }
    double least = Double.MAX_VALUE;
    double most = 0;
    double sum = 0;
    for (int i = 0; i + 30 <= n; i += 30) {
      double s = new NaiveReport(Arrays.copyOfRange(rows, i * d, (i + 30) * d), 30, d).meanSingularValue();
      least = Math.min(least, s);
      most = Math.max(most, s);
      sum += s / 8;
    }
    ChunkSummary chunks = Objects.requireNonNull(report(EmbeddingStatistics.builder().batch(30), rows, n, d).chunks());
    assertThat(chunks.batch()).isEqualTo(30);
    assertThat(chunks.count()).isEqualTo(8);
    assertThat(chunks.meanSingularValue().min()).isCloseTo(least, within(1e-12 * least));
    assertThat(chunks.meanSingularValue().mean()).isCloseTo(sum, within(1e-12 * sum));
    assertThat(chunks.meanSingularValue().max()).isCloseTo(most, within(1e-12 * most));
    assertThat(chunks.utilisation().min()).isBetween(0.8, chunks.utilisation().mean());
    assertThat(chunks.utilisation().max()).isBetween(chunks.utilisation().mean(), 1.0);

    ChunkSummary none = Objects.requireNonNull(report(EmbeddingStatistics.builder().batch(251), rows, n, d).chunks());
    assertThat(none.count()).isZero();
    assertThat(none.meanSingularValue().mean()).isNaN();
    assertThat(report(EmbeddingStatistics.builder(), rows, n, d).chunks()).isNull();
  }

  @Test
  void aBatchMayBeLargerThanTheUsualStage() {
    int n = 11_000;
    double[] rows = new double[n];
    Arrays.fill(rows, 2);
    ChunkSummary chunks = Objects.requireNonNull(report(EmbeddingStatistics.builder().batch(5000), rows, n, 1).chunks());
    assertThat(chunks.count()).isEqualTo(2);
    assertThat(chunks.meanSingularValue().mean()).isCloseTo(2 * Math.sqrt(5000), within(1e-11));
  }

  @Test
  void batchesOfMergedStreamsAreSummarisedTogether() {
    double[] rows = {1, 1, 5, 5, 2, 9, 9, 9, 9};
    EmbeddingStatistics left = EmbeddingStatistics.builder().batch(2).build();
    EmbeddingStatistics right = EmbeddingStatistics.builder().batch(2).build();
    left.add(Matrix.of(rows, 9, 1).rows(0, 5));
    right.add(Matrix.of(rows, 9, 1).rows(5, 9));
    left.merge(right);
    ChunkSummary chunks = Objects.requireNonNull(left.report().chunks());
    // √2·(1, 5, 9, 9); the 2 fills no batch
    assertThat(chunks.count()).isEqualTo(4);
    assertThat(chunks.meanSingularValue().min()).isCloseTo(Math.sqrt(2), within(1e-14));
    assertThat(chunks.meanSingularValue().mean()).isCloseTo(6 * Math.sqrt(2), within(1e-14));
    assertThat(chunks.meanSingularValue().max()).isCloseTo(9 * Math.sqrt(2), within(1e-14));
  }

  @Test
  void aReportCannotBeChanged() {
    EmbeddingReport report = report(EmbeddingStatistics.builder(), new double[] {1, 2, 3, 4}, 2, 2);
    for (double[] values : new double[][] {report.mean(), report.std(), report.singularValues()}) {
      Arrays.fill(values, -1);
    }
    assertThat(report.mean()).containsExactly(2, 3);
    assertThat(report.std()[0]).isCloseTo(Math.sqrt(2), within(1e-15));
    assertThat(report.singularValues()[0]).isPositive();
    assertThat(report.seconds()).isPositive();
  }

  private static EmbeddingReport report(EmbeddingStatistics.Builder builder, double[] rows, int n, int d) {
    EmbeddingStatistics statistics = builder.build();
    statistics.add(Matrix.of(rows, n, d));
    return statistics.report();
  }
}
