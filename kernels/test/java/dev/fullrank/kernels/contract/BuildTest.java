package dev.fullrank.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sources give the committed PTX. */
class BuildTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void theScriptFindsNoDifference() throws IOException, InterruptedException {
    assumeThat(Commands.exists("nvcc")).as("nvcc is on the path").isTrue();
    Commands.Outcome outcome = Commands.run(folder, List.of(List.of(KernelFolder.script().toString(), "--check"))).getFirst();
    assertThat(outcome.status()).as(outcome.output()).isZero();
  }
}
