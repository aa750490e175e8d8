package dev.fullrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir Path folder;

  @Test
  void reportsComparesAndNamesThePage() {
    Path page = folder.resolve("demo.html");
    Cli run = Cli.run("demo", "--html", page.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("16.6\u00a0%", "56.0\u00a0%", "B/A", "wrote " + page, "next: fullrank report");
    assertThat(page).content().contains("fashion-mnist-contrastive.npy", "fashion-mnist-svmax.npy");
  }
}
