package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every hot method reaches the optimising compiler, and the time is spent in its code: on each set of kernels, read from the
 * compiler events of a fresh virtual machine. A tile that is too large stays in C1 without a word, 100 times slower.
 */
@Tag("single")
@Timeout(600)
class CompilationTest {
  /** Seconds that no machine needs, however busy; the workload ends when all is compiled, after 1 to 3 on an idle core. */
  private static final int PATIENT = 240;

  /** Seconds for a workload that cannot succeed. */
  private static final int SHORT = 3;

  private static final String VECTORS = "--add-modules=jdk.incubator.vector";

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {VECTORS, VECTORS + " -XX:UseAVX=2", VECTORS + " -XX:MaxVectorSize=16", ""})
  void allThatIsHotIsInC2(String flags) throws IOException, InterruptedException {
    assertThat(complaints(PATIENT, flags)).isEmpty();
  }

  @Test
  void aMethodThatIsNeverCalledIsMissed() throws IOException, InterruptedException {
    assertThat(complaints(SHORT, VECTORS, "cpu.VectorKernels.rotate")).contains("cpu.VectorKernels.rotate is not in C2");
  }

  @Test
  void aTileThatStaysInC1IsFoundInEachWay() throws IOException, InterruptedException {
    Path directives =
        Files.writeString(folder.resolve("directives.json"), "[{match: [\"dev/fullrank/cpu/Tile*.*\"], c2: {Exclude: true}}]");
    String flags = VECTORS + " -XX:+UnlockDiagnosticVMOptions -XX:CompilerDirectivesFile=" + directives;
    assertThat(complaints(SHORT, flags))
        .contains("register tile is not in C2")
        .anyMatch(c -> c.matches("dev\\.fullrank\\.cpu\\.Tile\\w+\\.multiply\\w* uses vectors and is left at level [123]"))
        .anyMatch(c -> c.matches("\\d+ of \\d+ samples are outside of C2: .*cpu\\.Tile\\w+\\.multiply.*"));
  }

  /** What a fresh virtual machine with these flags has to complain of when it is done. */
  private List<String> complaints(int seconds, String flags, String... roles) throws IOException, InterruptedException {
    Path complaints = folder.resolve("complaints");
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.addAll(List.of(flags.strip().split(" +")));
    command.removeIf(String::isEmpty);
    Path library = HotMethods.location(Kernels.class);
    Path tests = HotMethods.location(HotWorkload.class);
    command.addAll(List.of("-cp", library + File.pathSeparator + tests));
    command.addAll(List.of(HotWorkload.class.getName(), complaints.toString(), Integer.toString(seconds)));
    command.addAll(List.of(roles));
    Process java = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(java.waitFor()).as(() -> read(log)).isZero();
    } finally {
      java.destroy();
    }
    return Files.readAllLines(complaints);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
