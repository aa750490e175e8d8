package dev.fullrank;

import dev.fullrank.linalg.ColumnOps;
import dev.fullrank.linalg.DenseOps;
import dev.fullrank.linalg.TriangularFactor;
import org.jspecify.annotations.Nullable;

/** The rows of one width that {@link EmbeddingStatistics} has taken in. Not thread-safe. */
final class RowAccumulator {
  /** 2^20 doubles, 8 MiB, of staged rows: enough for the symmetric product to outweigh the update of d²/2 co-moments after it. */
  private static final int STAGED_ENTRIES = 1 << 20;

  /** However large d is, at least so many rows share one update ... */
  private static final int LEAST_STAGED_ROWS = 1024;

  /** ... and however small, no more than this. */
  private static final int MOST_STAGED_ROWS = 4096;

  private final int columns;
  private final StatisticsOptions options;
  private final DenseOps<double[]> ops;
  private final ColumnOps columnOps;
  private final SampleOps sampleOps;
  private final int capacity;
  private final RowStage stage;
  private final SampleMoments sample;
  private ElementType type;
  private @Nullable ChunkSummary chunks;
  private long rows;
  private boolean poisoned;

  RowAccumulator(
      StatisticsState state, StatisticsOptions options, DenseOps<double[]> ops, ColumnOps columnOps, SampleOps sampleOps) {
    this.sample = state.sample();
    this.type = state.type();
    this.rows = state.rows();
    this.poisoned = state.poisoned();
    this.chunks = state.chunks();
    this.columns = sample.moments().columns();
    this.options = options;
    this.ops = ops;
    this.columnOps = columnOps;
    this.sampleOps = sampleOps;
    this.capacity = stagedRows(columns, options.batch());
    this.stage = new RowStage(capacity, columns, options.normalizeRows());
    reconsiderFactor();
  }

  /** What has been collected, as an array; the rows in the stage count, though they stay there. */
  double[] state() {
    return new StatisticsState(rows, type, poisoned, all(), chunks).encode(options);
  }

  /** Whole batches, so that none is split between two stages. */
  private static int stagedRows(int columns, int batch) {
    int rows = Math.clamp(STAGED_ENTRIES / columns, LEAST_STAGED_ROWS, MOST_STAGED_ROWS);
    if (batch > 0) {
      rows = Math.max(1, rows / batch) * batch;
    }
    if ((long) rows * columns > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a batch of " + batch + " rows of " + columns + " columns does not fit in one array; choose a batch of at most "
              + Integer.MAX_VALUE / columns);
    }
    return rows;
  }

  int columns() {
    return columns;
  }

  long rows() {
    return rows;
  }

  ElementType type() {
    return type;
  }

  void add(Matrix block) {
    checkColumns(block.columns());
    widen(block.type());
    int at = 0;
    while (at < block.rows() && !poisoned) {
      int before = stage.count();
      int taken = stage.fill(block, at, ops, columnOps);
      at += taken;
      rows += taken;
      evaluateChunks(before);
      if (stage.isFull()) {
        flush();
      } else if (at < block.rows()) {
        meetNonFinite(block, at);
      }
    }
    rows += block.rows() - at;
  }

  private void meetNonFinite(Matrix block, int i) {
    if (options.nonFinite() == NonFinitePolicy.PROPAGATE) {
      poisoned = true;
      return;
    }
    int column = 0;
    while (Double.isFinite(block.get(i, column))) {
      column++;
    }
    throw new NonFiniteInputException(rows, column, block.get(i, column));
  }

  private void evaluateChunks(int before) {
    if (chunks != null) {
      int batch = chunks.batch();
      for (int first = before - before % batch; first + batch <= stage.count(); first += batch) {
        chunks = chunks.with(sampleOps.chunk(stage.rows(), columns, first, batch, type));
      }
    }
  }

  void merge(RowAccumulator other) {
    checkColumns(other.columns);
    widen(other.type);
    flush();
    sample.merge(other.all());
    rows += other.rows;
    poisoned |= other.poisoned;
    if (chunks != null && other.chunks != null) {
      chunks = chunks.with(other.chunks);
    }
    reconsiderFactor();
  }

  private void flush() {
    if (stage.count() > 0) {
      sample.add(stage.rows(), stage.count(), stage.largest(), sampleOps);
      stage.clear();
      reconsiderFactor();
    }
  }

  private void checkColumns(int given) {
    if (given != columns) {
      throw new IllegalArgumentException("the rows so far have " + columns + " columns, these have " + given);
    }
  }

  private void widen(ElementType given) {
    if (given.epsilon() > type.epsilon()) {
      type = given;
      reconsiderFactor();
    }
  }

  private void reconsiderFactor() {
    if (!options.wantsFactor(sample.moments().count(), columns, type)) {
      sample.dropFactor();
    }
  }

  /** The moments of all rows, with those in the stage. */
  private SampleMoments all() {
    if (stage.count() == 0) {
      return sample;
    }
    SampleMoments all = sample.copy();
    all.add(stage.rows(), stage.count(), stage.largest(), sampleOps);
    return all;
  }

  /** The report; its time is what was spent before plus what has passed since {@code start} of {@link System#nanoTime}. */
  EmbeddingReport report(long start, long nanosecondsBefore) {
    int k = (int) Math.min(rows, columns);
    SampleMoments all = all();
    SpectralSummary spectrum;
    DimensionSummary dimensions;
    ChunkSummary summary = chunks;
    if (poisoned) {
      spectrum = SpectralSummary.undefined(k, all.factor() == null ? Route.TRIDIAGONAL : Route.JACOBI);
      dimensions = DimensionSummary.undefined(columns);
      summary = summary == null ? null : ChunkSummary.empty(summary.batch());
    } else {
      spectrum = spectrum(all, k);
      dimensions = DimensionSummary.of(all, type, options.gamma(), options.epsilon(), options.estimator());
    }
    double seconds = (nanosecondsBefore + System.nanoTime() - start) * 1e-9;
    return new EmbeddingReport(rows, columns, type, options.normalizeRows(), spectrum, dimensions, summary, seconds);
  }

  private SpectralSummary spectrum(SampleMoments all, int k) {
    TriangularFactor factor = all.factor();
    return factor == null
        ? SpectralSummary.ofGram(all, k, Math.ceilDiv(rows, capacity), ops.resize(columns).buffer(0), columnOps)
        : SpectralSummary.ofFactor(all, factor, k, columnOps);
  }
}
