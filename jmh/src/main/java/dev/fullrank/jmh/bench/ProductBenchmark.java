package dev.fullrank.jmh.bench;

import dev.fullrank.ElementType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The two products that s_μ with its gradient cannot do without, across b and d; each is verified before it is timed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--sun-misc-unsafe-memory-access=allow"})
@SuppressWarnings("NullAway.Init") // JMH calls the method annotated with @Setup before any other.
public class ProductBenchmark {
  /** Rows of E. */
  @Param({"64", "128", "256", "512", "1024"})
  public int b;

  /** Columns of E. */
  @Param({"128", "512", "1024", "2048"})
  public int d;

  /** How E and the product of a GEMM are stored. */
  @Param({"FLOAT32", "FLOAT64"})
  public ElementType type;

  /** Threads. */
  @Param({"1", "2"})
  public int parallelism;

  private Task gemm;
  private Task syrk;

  /** Makes the data and verifies what is about to be timed. */
  @Setup(Level.Trial)
  public void verify() {
    gemm = verified(Operation.GEMM);
    syrk = verified(Operation.SYRK);
  }

  private Task verified(Operation operation) {
    Problem problem = new Problem(operation, Direction.FORWARD, type, b, d, parallelism, 0);
    Task task = new FullrankProduct(problem);
    task.run();
    Accuracy accuracy = Accuracy.of(problem, task, null);
    if (!accuracy.agrees(problem.isFloat())) {
      throw new IllegalStateException(problem + " is off by " + accuracy.value());
    }
    return task;
  }

  /** M·E. */
  @Benchmark
  public void gemm() {
    gemm.run();
  }

  /** E·Eᵀ or EᵀE, the smaller. */
  @Benchmark
  public void syrk() {
    syrk.run();
  }
}
