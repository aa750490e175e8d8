package dev.fullrank.jmh;

import dev.fullrank.Device;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A regularizer across b and d, forward and forward with backward; the result is verified before it is timed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"
    })
@SuppressWarnings("NullAway.Init") // JMH calls the method annotated with @Setup before any other.
public abstract class RegularizerBenchmark {
  /** Rows: samples of a batch. */
  @Param({"32", "64", "128", "256", "512", "1024"})
  public int b;

  /** Columns: features. */
  @Param({"64", "128", "512", "2048", "8192"})
  public int d;

  /** How input and gradient are stored. */
  @Param({"FLOAT32", "FLOAT64"})
  public ElementType type;

  /** Where it is computed, {@code cpu} or {@code cuda:0}. The data are on the heap: a GPU's times include the copies there and back. */
  @Param("cpu")
  public String device;

  /** Threads; 0 leaves the number to the library. */
  @Param({"1", "2"})
  public int parallelism;

  private Regularizer regularizer;
  private Matrix z;
  private Matrix gradient;

  /** The regularizer with its defaults. */
  abstract Regularizer create(Device where, int threads);

  /** Throws if value or gradient are wrong. */
  abstract void check(Matrix embeddings, double value, Matrix result);

  /** Makes the data and verifies the result that is about to be timed. */
  @Setup
  public void verify() {
    regularizer = create(Device.of(device), parallelism);
    z = Embeddings.normal(type, b, d);
    gradient = Embeddings.zeros(type, b, d);
    check(z, forwardBackward(), gradient);
    check(z, forward(), gradient);
  }

  /** Gives the workspaces back. */
  @TearDown
  public void close() {
    regularizer.close();
  }

  /** The value, ready for a gradient that is not asked for. */
  @Benchmark
  public double forward() {
    try (Evaluation evaluation = regularizer.forward(z)) {
      return evaluation.value();
    }
  }

  /** Value and gradient, as in a training step. */
  @Benchmark
  public double forwardBackward() {
    return regularizer.valueAndGradient(z, gradient);
  }
}
