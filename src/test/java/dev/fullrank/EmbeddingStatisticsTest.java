package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How rows come in: blocks, layouts, merges, threads, bad input. */
class EmbeddingStatisticsTest {
  /** More rows than a stage of 4096 holds, so that two are filled and one is begun. */
  private static final int LONG = 8300;

  private static final double GAMMA = 1;

  @ParameterizedTest
  @CsvSource({"2,1", "2,3", "3,7", "9,9", "40,13", "13,40", "150,33"})
  void equalsTheNaiveTwin(int n, int d) {
    double[] rows = random(n, d);
    NaiveReport naive = new NaiveReport(rows, n, d);
    for (Route route : new Route[] {Route.JACOBI, Route.TRIDIAGONAL}) {
      EmbeddingStatistics statistics = EmbeddingStatistics.builder().route(route).build();
      statistics.add(Matrix.of(rows, n, d));
      EmbeddingReport report = statistics.report();
      // The Gram matrix squares the condition number, so half of the digits are left of a small value.
      double tolerance = (route == Route.JACOBI ? 0x1p-52 : 0x1p-26) * 8 * naive.singularValues[0];
      assertThat(report.route()).isEqualTo(route);
      assertThat(report.singularValues()).hasSize(Math.min(n, d));
      for (int i = 0; i < Math.min(n, d); i++) {
        assertThat(Math.abs(report.singularValues()[i] - naive.singularValues[i])).isLessThanOrEqualTo(tolerance);
      }
      assertThat(Math.abs(report.meanSingularValue() - naive.meanSingularValue())).isLessThanOrEqualTo(tolerance);
      int k = Math.min(n, d);
      assertClose(report.lowerBound(), naive.norm / k);
      assertClose(report.upperBound(), naive.norm / Math.sqrt(k));
      assertClose(report.varianceHinge(), naive.varianceHinge);
      assertClose(report.covariancePenalty(), naive.covariancePenalty);
      if (d > 1) {
        assertClose(report.maxAbsOffDiagonalCorrelation(), naive.maxAbsCorrelation);
      } else {
        assertThat(report.maxAbsOffDiagonalCorrelation()).isNaN();
      }
      for (int j = 0; j < d; j++) {
        assertClose(report.mean()[j], naive.mean[j]);
        assertClose(report.std()[j], naive.std[j]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void bitsDoNotDependOnHowRowsAreCutIntoBlocks(ElementType type) {
    Matrix rows = stored(random(LONG, 5), LONG, 5, type);
    double[] whole = bits(cut(rows, LONG));
    assertThat(bits(cut(rows, 1))).isEqualTo(whole);
    assertThat(bits(cut(rows, 1000))).isEqualTo(whole);
    assertThat(bits(cut(rows, 4097))).isEqualTo(whole);
  }

  @Test
  void bitsDoNotDependOnThreads() {
    int d = 130;
    Matrix rows = Matrix.of(random(5000, d), 5000, d);
    double[] alone = null;
    for (int threads : new int[] {1, 2, 3, 7}) {
      EmbeddingStatistics statistics = builder().batch(1000).parallelism(threads).route(Route.TRIDIAGONAL).build();
      statistics.add(rows);
      double[] bits = bits(statistics);
      alone = alone == null ? bits : alone;
      assertThat(bits).as("%d threads", threads).isEqualTo(alone);
    }
  }

  @Test
  void reportingAndSavingDisturbNothing() {
    Matrix rows = Matrix.of(random(LONG, 4), LONG, 4);
    EmbeddingStatistics disturbed = builder().build();
    for (int from = 0; from < LONG; from += 830) {
      disturbed.add(rows.rows(from, from + 830));
      disturbed.report();
      disturbed.state();
    }
    assertThat(bits(disturbed)).isEqualTo(bits(cut(rows, LONG)));
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void layoutsOfTheSameRowsGiveTheSameBits(ElementType type) {
    int n = 37;
    int d = 11;
    double[] values = random(n, d);
    Matrix dense = stored(values, n, d, type);
    double[] expected = bits(cut(dense, n));

    int bytes = type.bytes();
    Matrix padded = Matrix.of(poisoned(new byte[(3 + n * (d + 5)) * bytes]), type, 3, n, d, d + 5);
    Matrix spread = Matrix.strided(poisoned(new byte[n * d * 6 * bytes]), type, ByteOrder.nativeOrder(), 1, n, d, d * 3L, 3);
    Matrix columnMajor = Matrix.columnMajor(poisoned(new byte[n * d * bytes]), type, n, d);
    ByteOrder other = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    Matrix swapped = Matrix.of(ByteBuffer.allocateDirect(n * d * bytes).order(other), type, n, d);
    try (Arena arena = Arena.ofConfined()) {
      Matrix confined = Matrix.of(arena.allocate((long) n * d * bytes), type, n, d);
      for (Matrix view : new Matrix[] {padded, spread, columnMajor, swapped, confined}) {
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < d; j++) {
            view.set(i, j, values[i * d + j]);
          }
        }
        assertThat(bits(cut(view, 10))).as("%s", view).isEqualTo(expected);
      }
    }
  }

  @Test
  void mergesInAnyTreeAsIfInOneStream() {
    int n = 4500;
    int d = 6;
    double[] rows = random(n, d);
    EmbeddingReport whole = plain(Matrix.of(rows, n, d)).report();
    Random random = new Random(1);
    for (int trial = 0; trial < 5; trial++) {
      Deque<EmbeddingStatistics> parts = new ArrayDeque<>();
      parts.add(EmbeddingStatistics.builder().build());
      for (int from = 0; from < n; ) {
        int to = Math.min(n, from + 1 + random.nextInt(1500));
        parts.add(plain(Matrix.of(rows, n, d).rows(from, to)));
        from = to;
      }
      while (parts.size() > 1) {
        EmbeddingStatistics into = random.nextBoolean() ? parts.pollFirst() : parts.pollLast();
        EmbeddingStatistics from = random.nextBoolean() ? parts.pollFirst() : parts.pollLast();
        double[] before = from.state();
        into.merge(from);
        assertThat(from.state()).isEqualTo(before);
        parts.addLast(into);
      }
      assertSameUpToRounding(parts.getFirst().report(), whole);
    }
  }

  @Test
  void rowsMayFollowAMerge() {
    Matrix rows = Matrix.of(random(100, 3), 100, 3);
    EmbeddingStatistics first = plain(rows.rows(0, 30));
    EmbeddingStatistics second = plain(rows.rows(30, 60));
    first.merge(second);
    first.add(rows.rows(60, 100));
    assertThat(first.rows()).isEqualTo(100);
    assertThat(second.rows()).isEqualTo(30);
    assertSameUpToRounding(first.report(), plain(rows).report());
  }

  @ParameterizedTest
  @EnumSource(value = Route.class, names = {"AUTO", "JACOBI", "TRIDIAGONAL"})
  void aStateStandsForItsRows(Route route) {
    Matrix rows = Matrix.of(random(90, 7), 90, 7);
    EmbeddingStatistics.Builder builder = EmbeddingStatistics.builder().route(route).batch(20).normalizeRows(true);
    EmbeddingStatistics original = builder.build();
    original.add(rows.rows(0, 50));
    EmbeddingStatistics restored = builder.restore(original.state());
    assertThat(bits(restored)).isEqualTo(bits(original));

    EmbeddingStatistics rest = builder.build();
    rest.add(rows.rows(50, 90));
    EmbeddingStatistics other = builder.restore(rest.state());
    restored.merge(other);
    original.merge(rest);
    assertThat(bits(restored)).isEqualTo(bits(original));
    assertThat(restored.rows()).isEqualTo(90);
    assertThat(builder.restore(builder.build().state()).rows()).isZero();
  }

  @Test
  void statesThatAreNoneAreRefused() {
    EmbeddingStatistics statistics = EmbeddingStatistics.builder().build();
    statistics.add(Matrix.of(new double[] {1, 2, 3, 4}, 2, 2));
    double[] state = statistics.state();
    for (int at = 0; at < state.length; at++) {
      double[] broken = state.clone();
      broken[at] = Double.NaN;
      // from 10 to 16 it tells of batches, of which there are none
      if (at < 10 || at > 16) {
        assertThatRefused(broken, at);
      }
    }
    assertThatRefused(new double[0], 0);
    assertThatRefused(Arrays.copyOf(state, state.length - 1), 0);
    double[] huge = state.clone();
    huge[1] = 40000;
    assertThatRefused(huge, 1);
    assertThatThrownBy(() -> EmbeddingStatistics.builder().normalizeRows(true).restore(state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("normalizeRows true");
  }

  private static void assertThatRefused(double[] state, int at) {
    assertThatThrownBy(() -> EmbeddingStatistics.builder().restore(state)).as("number %d", at).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void theFirstBadElementIsNamedByItsPlaceInTheStream(double bad) {
    double[] rows = random(6000, 3);
    rows[3 * 4500 + 1] = bad;
    rows[3 * 4500 + 2] = Double.NaN;
    Matrix all = Matrix.of(rows, 6000, 3);
    EmbeddingStatistics statistics = builder().build();
    statistics.add(all.rows(0, 4200));
    assertThatThrownBy(() -> statistics.add(all.rows(4200, 6000)))
        .isInstanceOfSatisfying(NonFiniteInputException.class, e -> {
          assertThat(e.row()).isEqualTo(4500);
          assertThat(e.column()).isEqualTo(1);
        })
        .hasMessageContaining("row 4500, column 1");
    assertThat(statistics.rows()).isEqualTo(4500);
    statistics.add(all.rows(4501, 6000));

    EmbeddingStatistics without = builder().build();
    without.add(all.rows(0, 4500));
    without.add(all.rows(4501, 6000));
    assertThat(bits(statistics)).isEqualTo(bits(without));
  }

  @Test
  void aBadElementMakesEverythingNaNByOption() {
    double[] rows = random(100, 3);
    rows[77] = Double.NEGATIVE_INFINITY;
    EmbeddingStatistics.Builder propagating = builder().nonFinite(NonFinitePolicy.PROPAGATE);
    EmbeddingStatistics poisoned = propagating.build();
    poisoned.add(Matrix.of(rows, 100, 3));
    assertAllNaN(poisoned.report(), 100);

    EmbeddingStatistics sound = propagating.build();
    sound.add(Matrix.of(random(50, 3), 50, 3));
    assertThat(sound.report().meanSingularValue()).isPositive();
    sound.merge(propagating.restore(poisoned.state()));
    assertAllNaN(sound.report(), 150);
  }

  private static void assertAllNaN(EmbeddingReport report, long rows) {
    assertThat(report.rows()).isEqualTo(rows);
    assertThat(report.rank()).isZero();
    assertThat(report.conditionNumberIsLowerBound()).isFalse();
    assertThat(Arrays.stream(bitsOf(report)).filter(x -> !Double.isNaN(x)).toArray()).isEmpty();
  }

  @Test
  void whatCannotBeDoneIsRefused() {
    EmbeddingStatistics empty = EmbeddingStatistics.builder().build();
    assertThatThrownBy(empty::report).isInstanceOf(IllegalStateException.class).hasMessageContaining("no rows");
    assertThat(empty.rows()).isZero();
    assertThat(empty.columns()).isZero();
    EmbeddingStatistics other = EmbeddingStatistics.builder().build();
    empty.merge(other);
    assertThat(empty.rows()).isZero();

    EmbeddingStatistics three = EmbeddingStatistics.builder().build();
    three.add(Matrix.of(new double[6], 2, 3));
    assertThatThrownBy(() -> three.add(Matrix.of(new double[4], 1, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("have 3 columns, these have 4");
    other.add(Matrix.of(new double[4], 1, 4));
    assertThatThrownBy(() -> three.merge(other)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3 columns");
    assertThatThrownBy(() -> three.merge(three)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("themselves");
    assertThatThrownBy(() -> three.merge(EmbeddingStatistics.builder().batch(5).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch 5");
    assertThat(three.rows()).isEqualTo(2);
    assertThatThrownBy(() -> EmbeddingStatistics.builder().build().add(Matrix.of(new float[50_000], 1, 50_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("50000 columns");
    assertThatThrownBy(() -> EmbeddingStatistics.builder().batch(1 << 30).build().add(Matrix.of(new float[4], 1, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("choose a batch");
  }

  @Test
  void optionsAreChecked() {
    EmbeddingStatistics.Builder builder = EmbeddingStatistics.builder();
    assertThatThrownBy(() -> builder.batch(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> builder.gamma(0)).hasMessageContaining("0.0");
    assertThatThrownBy(() -> builder.gamma(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> builder.epsilon(-1e-9)).hasMessageContaining("-1.0E-9");
    assertThatThrownBy(() -> builder.epsilon(Double.POSITIVE_INFINITY)).hasMessageContaining("Infinity");
    assertThatThrownBy(() -> builder.parallelism(-2)).hasMessageContaining("-2");
    assertThatThrownBy(() -> builder.route(Route.GRAM_POLAR)).hasMessageContaining("GRAM_POLAR");
  }

  private static EmbeddingStatistics.Builder builder() {
    return EmbeddingStatistics.builder().batch(50).normalizeRows(true);
  }

  private static EmbeddingStatistics cut(Matrix rows, int block) {
    EmbeddingStatistics statistics = builder().build();
    for (int from = 0; from < rows.rows(); from += block) {
      statistics.add(rows.rows(from, Math.min(rows.rows(), from + block)));
    }
    assertThat(statistics.rows()).isEqualTo(rows.rows());
    return statistics;
  }

  private static EmbeddingStatistics plain(Matrix rows) {
    EmbeddingStatistics statistics = EmbeddingStatistics.builder().build();
    statistics.add(rows);
    return statistics;
  }

  private static double[] bits(EmbeddingStatistics statistics) {
    return bitsOf(statistics.report());
  }

  /** Every floating-point number of a report but the time. */
  private static double[] bitsOf(EmbeddingReport r) {
    ChunkSummary chunks = Objects.requireNonNull(r.chunks());
    ChunkSummary.Range s = chunks.meanSingularValue();
    ChunkSummary.Range u = chunks.utilisation();
    double[] scalars = {
      r.meanSingularValue(), r.lowerBound(), r.upperBound(), r.utilisation(), r.resolution(), r.conditionNumber(),
      r.effectiveRank(), r.rankMe(), r.stableRank(), r.participationRatio(), r.alphaReQ(), r.varianceHinge(),
      r.covariancePenalty(), r.maxAbsOffDiagonalCorrelation(), s.min(), s.mean(), s.max(), u.min(), u.mean(), u.max()
    };
    int d = r.columns();
    double[] all = Arrays.copyOf(scalars, scalars.length + 2 * d + r.singularValues().length);
    System.arraycopy(r.mean(), 0, all, scalars.length, d);
    System.arraycopy(r.std(), 0, all, scalars.length + d, d);
    System.arraycopy(r.singularValues(), 0, all, scalars.length + 2 * d, r.singularValues().length);
    return all;
  }

  private static void assertSameUpToRounding(EmbeddingReport actual, EmbeddingReport expected) {
    assertThat(actual.rows()).isEqualTo(expected.rows());
    assertThat(actual.route()).isEqualTo(expected.route());
    assertClose(actual.meanSingularValue(), expected.meanSingularValue());
    assertClose(actual.lowerBound(), expected.lowerBound());
    assertClose(actual.conditionNumber(), expected.conditionNumber());
    assertClose(actual.effectiveRank(), expected.effectiveRank());
    assertClose(actual.covariancePenalty(), expected.covariancePenalty());
    assertClose(GAMMA + actual.varianceHinge(), GAMMA + expected.varianceHinge()); // the hinge is a difference from γ
    for (int j = 0; j < actual.columns(); j++) {
      assertClose(actual.mean()[j], expected.mean()[j]);
      assertClose(actual.std()[j], expected.std()[j]);
    }
  }

  /** Rows here number some thousands and are well conditioned: a few hundred roundings' worth, relative. */
  private static void assertClose(double actual, double expected) {
    assertThat(Math.abs(actual - expected)).isLessThanOrEqualTo(256 * 0x1p-52 * Math.abs(expected));
  }

  private static Matrix stored(double[] values, int n, int d, ElementType type) {
    Matrix m = Matrix.of(MemorySegment.ofArray(new byte[n * d * type.bytes()]), type, n, d);
    for (int i = 0; i < values.length; i++) {
      m.set(i / d, i % d, values[i]);
    }
    return m;
  }

  /** Bytes of all ones are a NaN in every element type. */
  private static MemorySegment poisoned(byte[] bytes) {
    Arrays.fill(bytes, (byte) 0xff);
    return MemorySegment.ofArray(bytes);
  }

  private static double[] random(int n, int d) {
    Random random = new Random(n + 1000L * d);
    double[] rows = new double[n * d];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (1 + i % d) * (0.5 + random.nextGaussian());
    }
    return rows;
  }
}
