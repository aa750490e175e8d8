package dev.fullrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static String show(Screen screen, OptionalLong total, Duration patience) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (Progress progress = new Progress(screen, stream, "reading", total, patience)) {
      progress.advance(400);
      progress.advance(600);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void showsRowsASecondToWhoWatches() {
    Screen terminal = new Screen(true, true, true);
    assertThat(show(terminal, OptionalLong.of(1000), Duration.ZERO)).contains("reading", "100%", "1000/1000 rows", "rows/s");
    assertThat(show(terminal, OptionalLong.empty(), Duration.ZERO)).contains("reading", "1000/? rows");
  }

  @Test
  void saysNothingToOthersNorOfShortWork() {
    assertThat(show(Cli.ASCII, OptionalLong.of(1000), Duration.ZERO)).isEmpty();
    assertThat(show(new Screen(true, true, true), OptionalLong.of(1000), Duration.ofDays(1))).isEmpty();
  }
}
