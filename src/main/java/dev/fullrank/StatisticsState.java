package dev.fullrank;

import dev.fullrank.linalg.CoMoment;
import dev.fullrank.linalg.ColumnOps;
import dev.fullrank.linalg.TriangularFactor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has been collected of rows of one width, as it travels between processes.
 *
 * @param rows number of rows; more than the moments have if a row was not finite
 * @param poisoned whether a row was not finite
 */
record StatisticsState(long rows, ElementType type, boolean poisoned, SampleMoments sample, @Nullable ChunkSummary chunks) {
  /** Changes with the layout, so that an array of another version is recognised. */
  private static final double LAYOUT = 1;

  /** Types and routes are written as their places in these lists. */
  private static final List<ElementType> TYPES =
      List.of(ElementType.FLOAT64, ElementType.FLOAT32, ElementType.BFLOAT16, ElementType.FLOAT16);

  private static final List<Route> ROUTES = List.of(Route.AUTO, Route.TRIDIAGONAL, Route.JACOBI);

  // Places in the head of the array; the mean, the co-moments and the factor follow.
  private static final int VERSION = 0;
  private static final int COLUMNS = 1;
  private static final int ROWS = 2;
  private static final int TYPE = 3;
  private static final int NORMALIZED = 4;
  private static final int POISONED = 5;
  private static final int HAS_FACTOR = 6;
  private static final int EXPONENT = 7;
  private static final int MOMENT_ROWS = 8;
  private static final int BATCH = 9;
  private static final int BATCHES = 10;
  private static final int MEAN_SINGULAR_VALUE = 11;
  private static final int UTILISATION = 14;
  private static final int ROUTE = 17;
  private static final int HEAD = 18;

  /** No rows yet of the given width and type. */
  static StatisticsState empty(int columns, ElementType type, StatisticsOptions options, ColumnOps ops) {
    TriangularFactor factor = options.wantsFactor(0, columns, type) ? new TriangularFactor(columns, ops) : null;
    ChunkSummary chunks = options.batch() == 0 ? null : ChunkSummary.empty(options.batch());
    return new StatisticsState(0, type, false, new SampleMoments(new CoMoment(columns), factor), chunks);
  }

  /** Of no rows of no known width. */
  static double[] encodeNothing(StatisticsOptions options) {
    return head(0, 0, options);
  }

  private static double[] head(long size, int columns, StatisticsOptions options) {
    if (size > Integer.MAX_VALUE - HEAD) {
      throw new IllegalStateException("the state of " + columns + " columns has " + size + " numbers, more than one array holds");
    }
    double[] state = new double[HEAD + (int) size];
    state[VERSION] = LAYOUT;
    state[COLUMNS] = columns;
    state[NORMALIZED] = options.normalizeRows() ? 1 : 0;
    state[BATCH] = options.batch();
    state[ROUTE] = ROUTES.indexOf(options.route());
    return state;
  }

  double[] encode(StatisticsOptions options) {
    CoMoment moments = sample.moments();
    TriangularFactor factor = sample.factor();
    int d = moments.columns();
    long packed = moments.upper().length;
    double[] state = head(d + packed + (factor == null ? 0 : packed), d, options);
    state[ROWS] = rows;
    state[TYPE] = TYPES.indexOf(type);
    state[POISONED] = poisoned ? 1 : 0;
    state[HAS_FACTOR] = factor == null ? 0 : 1;
    state[EXPONENT] = sample.exponent();
    state[MOMENT_ROWS] = moments.count();
    if (chunks != null) {
      state[BATCHES] = chunks.count();
      put(chunks.meanSingularValue(), state, MEAN_SINGULAR_VALUE);
      put(chunks.utilisation(), state, UTILISATION);
    }
    System.arraycopy(moments.mean(), 0, state, HEAD, d);
    System.arraycopy(moments.upper(), 0, state, HEAD + d, (int) packed);
    if (factor != null) {
      factor.pack(state, HEAD + d + (int) packed);
    }
    return state;
  }

  /**
   * Reads an array that {@link #encode} made under options that are the same where it matters.
   *
   * @return null if it tells of no rows
   */
  static @Nullable StatisticsState decode(double[] state, StatisticsOptions options, ColumnOps ops) {
    if (state.length < HEAD || state[VERSION] != LAYOUT) {
      throw new IllegalArgumentException(
          "an array of " + state.length + " numbers is no state of statistics, or one of another version of the library");
    }
    Route route = ROUTES.get((int) whole(state, ROUTE, ROUTES.size() - 1));
    options.checkMergeable(whole(state, NORMALIZED, 1) == 1, (int) whole(state, BATCH, Integer.MAX_VALUE), route);
    int d = (int) whole(state, COLUMNS, CoMoment.MOST_COLUMNS);
    if (d == 0) {
      return null;
    }
    int packed = CoMoment.packedSize(d);
    boolean hasFactor = whole(state, HAS_FACTOR, 1) == 1;
    if (state.length != HEAD + (long) d + packed + (hasFactor ? packed : 0)) {
      throw new IllegalArgumentException("a state of " + d + " columns does not have " + state.length + " numbers");
    }
    long rows = whole(state, ROWS, 1L << 53);
    boolean poisoned = whole(state, POISONED, 1) == 1;
    double[] mean = new double[d];
    double[] upper = new double[packed];
    System.arraycopy(state, HEAD, mean, 0, d);
    System.arraycopy(state, HEAD + d, upper, 0, packed);
    TriangularFactor factor = hasFactor ? TriangularFactor.unpack(state, HEAD + d + packed, d, ops) : null;
    for (int at = HEAD; at < state.length; at++) {
      if (!Double.isFinite(state[at])) {
        throw new IllegalArgumentException("the state holds " + state[at] + " among its moments");
      }
    }
    SampleMoments sample =
        new SampleMoments(new CoMoment(whole(state, MOMENT_ROWS, rows), mean, upper), factor, exponent(state));
    ElementType type = TYPES.get((int) whole(state, TYPE, TYPES.size() - 1));
    return new StatisticsState(rows, type, poisoned, sample, chunks(state, rows));
  }

  private static @Nullable ChunkSummary chunks(double[] state, long rows) {
    int batch = (int) whole(state, BATCH, Integer.MAX_VALUE);
    return batch == 0
        ? null
        : new ChunkSummary(
            batch, whole(state, BATCHES, rows / batch), range(state, MEAN_SINGULAR_VALUE), range(state, UTILISATION));
  }

  private static void put(ChunkSummary.Range range, double[] state, int at) {
    state[at] = range.min();
    state[at + 1] = range.mean();
    state[at + 2] = range.max();
  }

  private static ChunkSummary.Range range(double[] state, int at) {
    return new ChunkSummary.Range(state[at], state[at + 1], state[at + 2]);
  }

  private static int exponent(double[] state) {
    double e = state[EXPONENT];
    if (e != Math.rint(e) || Math.abs(e) > Double.MAX_EXPONENT) {
      throw new IllegalArgumentException("the state holds " + e + " where an exponent belongs");
    }
    return (int) e;
  }

  private static long whole(double[] state, int at, long most) {
    double value = state[at];
    if (!(value >= 0 && value <= most && value == Math.rint(value))) {
      throw new IllegalArgumentException("the state holds " + value + " at " + at + ", where a number from 0 to " + most + " belongs");
    }
    return (long) value;
  }
}
