package dev.fullrank.kernels.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.cuda.CudaLibrary;
import dev.fullrank.kernels.standin.StandIn;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LaunchesTest {
  private static final Pattern ENTRY = Pattern.compile("\\.entry (\\w+)\\(");
  private static final Pattern FILE = Pattern.compile("\\w+\\.ptx");

  @Test
  void everyKernelIsLaunchedAndNoneFails() throws IOException {
    StandIn standIn = StandIn.fresh();
    Output output = new Output();
    assertThat(OnGpu.run(output.stream(), List.of("launches"), true)).as(output::toString).isZero();
    standIn.expectNoFault();
    Set<String> missing = entries();
    missing.removeAll(standIn.launched());
    // What is double is decomposed in double.
    assertThat(missing).containsExactly("pack_f64_f32");
  }

  private static Set<String> entries() throws IOException {
    Set<String> entries = new HashSet<>();
    for (String file : matches(FILE, resource("SHA256SUMS"), 0)) {
      entries.addAll(matches(ENTRY, resource(file), 1));
    }
    assertThat(entries).hasSizeGreaterThan(50);
    return entries;
  }

  private static List<String> matches(Pattern pattern, String text, int group) {
    return pattern.matcher(text).results().map(match -> match.group(group)).toList();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = CudaLibrary.class.getResourceAsStream("ptx/" + name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
