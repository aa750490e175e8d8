package dev.fullrank.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.SvMax;
import dev.fullrank.VarianceHinge;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Every benchmark starts, verifies itself and returns; how fast is no concern here. */
class BenchmarkSmokeTest {
  @ParameterizedTest
  @CsvSource({"9, 7, FLOAT32", "7, 19, FLOAT64"})
  void eachBenchmarkRuns(String b, String d, String type, @TempDir Path folder) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("dev\\.fullrank\\.jmh\\..*")
                    .param("b", b)
                    .param("d", d)
                    .param("type", type)
                    .param("parallelism", "2")
                    .mode(Mode.SingleShotTime)
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(1))
                    .shouldFailOnError(true)
                    .output(folder.resolve("jmh.log").toString())
                    .build())
            .run();
    assertThat(results)
        .extracting(result -> result.getParams().getBenchmark())
        .containsExactlyInAnyOrder(
            "dev.fullrank.jmh.SvMaxBenchmark.forward",
            "dev.fullrank.jmh.SvMaxBenchmark.forwardBackward",
            "dev.fullrank.jmh.VarianceHingeBenchmark.forward",
            "dev.fullrank.jmh.VarianceHingeBenchmark.forwardBackward",
            "dev.fullrank.jmh.bench.ProductBenchmark.gemm",
            "dev.fullrank.jmh.bench.ProductBenchmark.syrk");
  }

  @Test
  void aWrongSvMaxIsNotTimed() {
    Matrix z = Embeddings.normal(ElementType.FLOAT32, 12, 5);
    Matrix gradient = Embeddings.zeros(ElementType.FLOAT32, 12, 5);
    try (SvMax svMax = SvMax.builder().build()) {
      double value = svMax.valueAndGradient(z, gradient);
      SvMaxVerification.verify(z, value, gradient);
      assertThatThrownBy(() -> SvMaxVerification.verify(z, value * (1 + 1e-4), gradient))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("SVMax is");
      gradient.set(11, 4, gradient.get(11, 4) * 1.01);
      assertThatThrownBy(() -> SvMaxVerification.verify(z, value, gradient))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("gradient");
    }
  }

  @Test
  void aWrongPolarFactorIsNotBelieved() {
    double[] y = {3, 0, 0, 0, 2, 1};
    double[] scaled = {1, 0, 0, 0, 2 / Math.sqrt(5) + 1e-4, 1 / Math.sqrt(5)};
    double[] rotated = {0, 2 / Math.sqrt(5), 1 / Math.sqrt(5), -1, 0, 0};
    SvMaxVerification.provePolar(new double[] {1, 0, 0, 0, 2 / Math.sqrt(5), 1 / Math.sqrt(5)}, y, 2, 3);
    assertThatThrownBy(() -> SvMaxVerification.provePolar(scaled, y, 2, 3)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> SvMaxVerification.provePolar(rotated, y, 2, 3)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aWrongHingeIsNotTimed() {
    Matrix z = Embeddings.normal(ElementType.FLOAT64, 12, 5);
    Matrix gradient = Embeddings.zeros(ElementType.FLOAT64, 12, 5);
    try (VarianceHinge hinge = VarianceHinge.builder().build()) {
      double value = hinge.valueAndGradient(z, gradient);
      VarianceHingeVerification.verify(z, value, gradient);
      assertThatThrownBy(() -> VarianceHingeVerification.verify(z, Double.NaN, gradient))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("hinge is NaN");
      Matrix none = Embeddings.zeros(ElementType.FLOAT64, 12, 5);
      assertThatThrownBy(() -> VarianceHingeVerification.verify(z, value, none))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("gradient");
    }
  }
}
