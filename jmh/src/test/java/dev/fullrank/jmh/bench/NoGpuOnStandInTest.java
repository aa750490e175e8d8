package dev.fullrank.jmh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.kernels.standin.StandIn;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver without a device; what it says once counts for the whole process, which this class has for itself. */
class NoGpuOnStandInTest {
  @Test
  void theReasonAndTheRemedyAreOneLineAndNothingIsMeasured(@TempDir Path folder) {
    StandIn.fresh().devices(0);
    Path json = folder.resolve("out.json");
    Bench bench = Bench.run("--device", "cuda", "--json", json.toString());
    assertThat(bench.code()).isEqualTo(2);
    assertThat(bench.out()).isEmpty();
    assertThat(bench.err()).startsWith("fullrank: cuda:0 cannot be used: ").contains("nvidia-smi").hasLineCount(1);
    assertThat(json).doesNotExist();
    assertThat(Bench.run("--device", "cuda", "--op", "gemm").err()).contains("unknown value 'gemm'");
  }
}
