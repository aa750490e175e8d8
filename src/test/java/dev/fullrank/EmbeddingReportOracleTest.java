package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every number of a report on real embeddings against NumPy. */
class EmbeddingReportOracleTest {
  @ParameterizedTest
  @CsvSource({
    "contrastive,raw,FLOAT32", "contrastive,normalized,FLOAT32", "svmax,raw,FLOAT32", "svmax,normalized,FLOAT32",
    "contrastive,raw,FLOAT64", "contrastive,normalized,FLOAT64", "svmax,raw,FLOAT64", "svmax,normalized,FLOAT64"
  })
  void agreesWithNumpy(String name, String form, ElementType type) {
    EmbeddingStatistics statistics =
        EmbeddingStatistics.builder().normalizeRows(form.equals("normalized")).batch(32).build();
    statistics.add(matrix(name, type));
    EmbeddingReport report = statistics.report();
    assertThat(report.route()).isEqualTo(type == ElementType.FLOAT32 ? Route.TRIDIAGONAL : Route.JACOBI);

    // The Gram matrix squares the condition number of 4000: eigenvalues are off by a few 2^-52·κ² ≈ 4e-9 of the smallest.
    double tolerance = report.route() == Route.TRIDIAGONAL ? 1e-9 : 1e-12;
    String key = name + "." + form + ".";
    check(report.meanSingularValue(), key + "meanSingularValue", tolerance);
    check(report.lowerBound(), key + "lowerBound", 1e-14);
    check(report.upperBound(), key + "upperBound", 1e-14);
    check(report.utilisation(), key + "utilisation", tolerance);
    check(report.effectiveRank(), key + "effectiveRank", tolerance);
    check(report.rankMe(), key + "rankMe", tolerance);
    check(report.stableRank(), key + "stableRank", 1e-13);
    check(report.participationRatio(), key + "participationRatio", 1e-13);
    check(report.conditionNumber(), key + "conditionNumber", tolerance);
    check(report.varianceHinge(), key + "varianceHinge", 1e-12);
    check(report.covariancePenalty(), key + "covariancePenalty", 1e-13);
    check(report.maxAbsOffDiagonalCorrelation(), key + "maxAbsOffDiagonalCorrelation", 1e-13);
    EmbeddingReport.CorrelatedPair pair = Objects.requireNonNull(report.mostCorrelated());
    assertThat(new double[] {pair.first(), pair.second()}).isEqualTo(Embeddings.oracle(key + "mostCorrelated"));
    checkAll(report.singularValues(), key + "singularValues", tolerance);
    checkAll(report.std(), key + "std", 1e-13);
    checkAll(report.mean(), key + "mean", 1e-12);
    ChunkSummary.Range chunks = Objects.requireNonNull(report.chunks()).meanSingularValue();
    checkAll(new double[] {chunks.min(), chunks.mean(), chunks.max()}, key + "chunks32", tolerance);
    assertThat(report.rank()).isEqualTo(64);
    assertThat(report.deadDimensions()).isEmpty();
    assertThat(report.conditionNumberIsLowerBound()).isFalse();
  }

  private static Matrix matrix(String name, ElementType type) {
    float[] values = Embeddings.values(name);
    if (type == ElementType.FLOAT32) {
      return Matrix.of(values, Embeddings.ROWS, Embeddings.COLUMNS);
    }
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return Matrix.of(wide, Embeddings.ROWS, Embeddings.COLUMNS);
  }

  private static void check(double actual, String key, double tolerance) {
    checkAll(new double[] {actual}, key, tolerance);
  }

  private static void checkAll(double[] actual, String key, double tolerance) {
    double[] expected = Embeddings.oracle(key);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i] / expected[i]).as("%s[%d]", key, i).isCloseTo(1, within(tolerance));
    }
  }
}
