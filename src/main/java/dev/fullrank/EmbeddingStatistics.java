package dev.fullrank;

import dev.fullrank.cpu.CpuOps;
import dev.fullrank.cuda.CudaSession;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects the rows of a matrix of embeddings, of any number, and reports what they are worth ({@link EmbeddingReport}).
 *
 * <pre>{@code
 * EmbeddingStatistics statistics = EmbeddingStatistics.builder().normalizeRows(true).build();
 * statistics.add(block);                         // as often as there are blocks
 * EmbeddingReport report = statistics.report();  // at any time; more rows may follow
 * }</pre>
 *
 * <p>Memory: the rows are not kept. There is one staging block of about 8 MiB (at least 1024 rows, or one batch if that is larger),
 * d²/2 numbers of co-moments, as many of a triangular factor where one is kept, and d² and workspace of the symmetric product.
 *
 * <p>Reproducible: every row goes through the staging block and sums are in a fixed order, so the result depends, to the last bit,
 * on the options and the sequence of rows alone, not on how it was cut into blocks, on strides or on the number of threads.
 * {@link #merge} closes the staging block: it gives the statistics of all rows up to rounding, and the same bits for the same tree
 * of merges.
 *
 * <p>The singular values come from the Gram matrix in double ({@link Route#TRIDIAGONAL}), which for data of 24 significant bits or
 * fewer is as good as they are. Rows of {@link ElementType#FLOAT64}, while they are cheap to factor (d ≤ 256 and n·d² ≤ 2^31), are
 * also reduced to a triangular factor, from which {@link Route#JACOBI} finds even the smallest ones.
 *
 * <p>Not thread-safe: one instance a thread, merged in the end.
 */
public final class EmbeddingStatistics implements AutoCloseable {
  private final StatisticsOptions options;
  private @Nullable RowAccumulator accumulator;
  private @Nullable SampleOps sampleOps;
  private boolean closed;
  private long nanoseconds;

  private EmbeddingStatistics(StatisticsOptions options) {
    this.options = options;
    if (options.device().isCuda()) {
      CudaSession.of(options.device());
    }
  }

  private EmbeddingStatistics(StatisticsOptions options, double[] encoded) {
    this(options);
    CpuOps ops = CpuOps.create(options.parallelism());
    StatisticsState state = StatisticsState.decode(encoded, options, ops.kernels());
    accumulator = state == null ? null : accumulator(state, ops);
  }

  /** A builder with all options at their defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Takes in the rows of a block, which may be of any element type and layout and may be changed afterwards.
   *
   * @throws IllegalArgumentException if earlier rows had another number of columns, or there are too many columns to correlate
   * @throws IllegalStateException if these statistics are closed
   * @throws NonFiniteInputException if an element is NaN or infinite and the policy is to throw; its row counts from the first row
   *     of all blocks. Rows before it have been taken in, so that it is row number {@link #rows}; it and later ones have not
   */
  public void add(Matrix block) {
    requireOpen();
    long start = System.nanoTime();
    if (accumulator == null) {
      accumulator = accumulator(block.columns(), block.type());
    }
    try {
      accumulator.add(block);
    } finally {
      nanoseconds += System.nanoTime() - start;
    }
  }

  /**
   * Takes in all rows that the other statistics have seen, as if they came after those seen here; the other ones are left alone
   * and must not be in use meanwhile. Batches do not reach across the seam: rows that fill no batch on their side are left out of
   * {@link EmbeddingReport#chunks}.
   *
   * @throws IllegalStateException if one of them is closed
   * @throws IllegalArgumentException if the other statistics are these, or their options or number of columns differ
   */
  public void merge(EmbeddingStatistics other) {
    if (other == this) {
      throw new IllegalArgumentException("statistics cannot be merged into themselves");
    }
    requireOpen();
    other.requireOpen();
    options.checkMergeable(other.options.normalizeRows(), other.options.batch(), other.options.route());
    RowAccumulator source = other.accumulator;
    if (source == null) {
      return;
    }
    long start = System.nanoTime();
    if (accumulator == null) {
      accumulator = accumulator(source.columns(), source.type());
    }
    accumulator.merge(source);
    nanoseconds += System.nanoTime() - start + other.nanoseconds;
  }

  /**
   * Everything collected so far, for another process: about d² / 2 numbers, all finite, to be given to {@link Builder#restore} of
   * the same version of the library. Changes nothing: rows may follow.
   *
   * <p>To merge what was restored from it is to merge these statistics. The time spent is not part of it.
   *
   * @throws IllegalStateException if it has more numbers than an array holds, or these statistics are closed
   */
  public double[] state() {
    requireOpen();
    return accumulator == null ? StatisticsState.encodeNothing(options) : accumulator.state();
  }

  private RowAccumulator accumulator(int columns, ElementType type) {
    CpuOps ops = CpuOps.create(options.parallelism());
    return accumulator(StatisticsState.empty(columns, type, options, ops.kernels()), ops);
  }

  private RowAccumulator accumulator(StatisticsState state, CpuOps ops) {
    SampleOps products = sampleOps;
    if (products == null) {
      products =
          options.device().isCuda()
              ? new CudaSampleOps(options.device(), options.parallelism())
              : new CpuSampleOps(ops, ops.kernels());
      sampleOps = products;
    }
    return new RowAccumulator(state, options, ops, ops.kernels(), products);
  }

  /** Gives back memory of the device. Then these statistics take no rows and say nothing; closing them again does nothing. */
  @Override
  public void close() {
    SampleOps products = sampleOps;
    closed = true;
    sampleOps = null;
    if (products != null) {
      products.close();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("these statistics are closed");
    }
  }

  /** Number of rows taken in. */
  public long rows() {
    return accumulator == null ? 0 : accumulator.rows();
  }

  /** Number of columns, 0 before the first block. */
  public int columns() {
    return accumulator == null ? 0 : accumulator.columns();
  }

  /**
   * The report on the rows so far. Changes nothing: rows may follow.
   *
   * @throws IllegalStateException if there are no rows, or these statistics are closed
   */
  public EmbeddingReport report() {
    requireOpen();
    long start = System.nanoTime();
    if (accumulator == null || accumulator.rows() == 0) {
      throw new IllegalStateException("no rows have been added, so there is nothing to report");
    }
    return accumulator.report(start, nanoseconds);
  }

  /** Options of the statistics; every method returns this builder. */
  public static final class Builder {
    private boolean normalizeRows;
    private int batch;
    private double gamma = 1;
    private double epsilon = 1e-4;
    private VarianceEstimator estimator = VarianceEstimator.UNBIASED;
    private int parallelism;
    private NonFinitePolicy nonFinite = NonFinitePolicy.THROW;
    private Route route = Route.AUTO;
    private Device device = Device.cpu();

    private Builder() {}

    /** Whether each row is divided by its Euclidean norm first; zero rows stay zero. Default: no. */
    public Builder normalizeRows(boolean value) {
      normalizeRows = value;
      return this;
    }

    /**
     * Also summarises s_μ of each b consecutive rows, {@link EmbeddingReport#chunks}. Default: 0, no batches.
     *
     * @throws IllegalArgumentException if negative
     */
    public Builder batch(int rows) {
      if (rows < 0) {
        throw new IllegalArgumentException("batch must be 0 (none) or a number of rows, not " + rows);
      }
      batch = rows;
      return this;
    }

    /**
     * The target γ of the variance hinge. Default: 1; for unit rows 1/√d is the standard deviation of isotropic ones.
     *
     * @throws IllegalArgumentException unless finite and positive
     */
    public Builder gamma(double value) {
      if (!(value > 0 && value <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException("gamma must be finite and > 0, not " + value);
      }
      gamma = value;
      return this;
    }

    /**
     * What the variance hinge adds to a variance under the root. Default: 1e-4.
     *
     * @throws IllegalArgumentException unless finite and not negative
     */
    public Builder epsilon(double value) {
      if (!(value >= 0 && value <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException("epsilon must be finite and ≥ 0, not " + value);
      }
      epsilon = value;
      return this;
    }

    /** The divisor of variances and covariances, by default {@link VarianceEstimator#UNBIASED}. */
    public Builder estimator(VarianceEstimator value) {
      estimator = Objects.requireNonNull(value, "estimator");
      return this;
    }

    /**
     * Threads that one call may use. Default: 0, the caller's alone for small matrices and all cores for large ones.
     *
     * @throws IllegalArgumentException if negative
     */
    public Builder parallelism(int threads) {
      parallelism = Checks.parallelism(threads);
      return this;
    }

    /** What happens at NaN and infinities. Default: an exception. */
    public Builder nonFinite(NonFinitePolicy policy) {
      nonFinite = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * How singular values are found: {@link Route#TRIDIAGONAL} from the Gram matrix, {@link Route#JACOBI} from a triangular factor
     * that is kept whatever it costs. Default: {@link Route#AUTO}, as the class says.
     *
     * @throws IllegalArgumentException if it is another route
     */
    public Builder route(Route value) {
      if (value != Route.AUTO && value != Route.TRIDIAGONAL && value != Route.JACOBI) {
        throw new IllegalArgumentException("the statistics know the routes AUTO, TRIDIAGONAL and JACOBI, not " + value);
      }
      route = value;
      return this;
    }

    /**
     * Where products of rows, and s_μ of batches, are computed; the spectrum is found on the host. Default: the CPU. On a GPU
     * memory is held from the first rows on until {@link EmbeddingStatistics#close}; blocks are in memory of the host in any case.
     */
    public Builder device(Device value) {
      device = Objects.requireNonNull(value, "device");
      return this;
    }

    /**
     * Statistics of no rows yet.
     *
     * @throws DeviceException if the device cannot be used
     */
    public EmbeddingStatistics build() {
      return new EmbeddingStatistics(options());
    }

    /**
     * Statistics of the rows that {@link EmbeddingStatistics#state} was taken of.
     *
     * @throws IllegalArgumentException if the array is no such state, or these options would have collected another one
     */
    public EmbeddingStatistics restore(double[] state) {
      return new EmbeddingStatistics(options(), state);
    }

    private StatisticsOptions options() {
      return new StatisticsOptions(normalizeRows, batch, gamma, epsilon, estimator, parallelism, nonFinite, route, device);
    }
  }
}
