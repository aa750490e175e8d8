package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fullrank.ChunkSummary;
import dev.fullrank.EmbeddingReport;
import dev.fullrank.EmbeddingStatistics;
import dev.fullrank.Matrix;
import dev.fullrank.kernels.standin.Figure;
import dev.fullrank.kernels.standin.StandIn;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statistics whose products are made on the device. */
class StatisticsOnCudaTest {
  private static final int ROWS = 90;
  private static final int COLUMNS = 11;

  private final StandIn standIn = StandIn.fresh();

  private static float[] rows(double scale) {
    Random random = new Random(8);
    float[] rows = new float[ROWS * COLUMNS];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) (scale * (random.nextGaussian() + i % COLUMNS));
    }
    return rows;
  }

  private static EmbeddingStatistics.Builder options(boolean normalize) {
    return EmbeddingStatistics.builder().normalizeRows(normalize).batch(8);
  }

  private static EmbeddingReport report(EmbeddingStatistics statistics, float[] rows) {
    statistics.add(Matrix.of(rows, 0, 50, COLUMNS, COLUMNS));
    statistics.add(Matrix.of(rows, 50 * COLUMNS, ROWS - 50, COLUMNS, COLUMNS));
    return statistics.report();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theReportIsThatOfTheCpu(boolean normalize) {
    standIn.deferred(true);
    try (EmbeddingStatistics there = options(normalize).device(GPU).build(); EmbeddingStatistics here = options(normalize).build()) {
      EmbeddingReport actual = report(there, rows(1));
      EmbeddingReport expected = report(here, rows(1));
      assertThat(actual.meanSingularValue()).isCloseTo(expected.meanSingularValue(), within(1e-12));
      assertThat(actual.utilisation()).isCloseTo(expected.utilisation(), within(1e-12));
      ChunkSummary chunks = Objects.requireNonNull(actual.chunks());
      ChunkSummary expectedChunks = Objects.requireNonNull(expected.chunks());
      assertThat(chunks.count()).isEqualTo(expectedChunks.count());
      assertThat(chunks.meanSingularValue().mean()).isCloseTo(expectedChunks.meanSingularValue().mean(), within(1e-6));
      assertThat(chunks.utilisation().min()).isCloseTo(expectedChunks.utilisation().min(), within(1e-6));
    }
    standIn.expectNoFault();
  }

  @Test
  void extremesArePutIntoUnitsThatFit() {
    float[] small = rows(1e-30);
    double[] tiny = new double[small.length];
    for (int i = 0; i < tiny.length; i++) {
      tiny[i] = small[i] * 0x1p-500;
    }
    Matrix z = Matrix.of(tiny, ROWS, COLUMNS);
    try (EmbeddingStatistics there = options(false).device(GPU).build(); EmbeddingStatistics here = options(false).build()) {
      there.add(z);
      here.add(z);
      double expected = here.report().meanSingularValue();
      assertThat(there.report().meanSingularValue()).isCloseTo(expected, within(1e-12 * expected));
    }
    standIn.expectNoFault();
  }

  @Test
  void closingGivesTheMemoryBack() {
    long before = standIn.figure(Figure.DEVICE_ALLOCATIONS);
    try (EmbeddingStatistics statistics = options(false).device(GPU).build()) {
      report(statistics, rows(1));
      assertThat(standIn.figure(Figure.DEVICE_ALLOCATIONS)).isGreaterThan(before);
    }
    assertThat(standIn.figure(Figure.DEVICE_ALLOCATIONS)).isEqualTo(before);
  }
}
