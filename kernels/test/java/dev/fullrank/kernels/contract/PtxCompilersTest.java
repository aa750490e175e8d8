package dev.fullrank.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** NVIDIA's own compilers take the committed PTX, for the oldest device that is supported and for newer ones. */
class PtxCompilersTest {
  private static final List<String> ARCHITECTURES = List.of("sm_75", "sm_80", "sm_90");
  private static final String NATIVE = "libJNvPTXCompiler-12.6.0-linux-x86_64.so";

  @TempDir private Path folder = Path.of("");

  @Test
  void ptxasTakesIt() throws IOException, InterruptedException {
    assumeThat(Commands.exists("ptxas")).as("ptxas is on the path").isTrue();
    for (String file : files()) {
      List<List<String>> commands = ARCHITECTURES.stream().map(a -> List.of("ptxas", "-arch=" + a, file, "-o", "/dev/null")).toList();
      assertThat(Commands.run(folder, commands)).as(file).containsOnly(new Commands.Outcome(0, ""));
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void theCompilerInJCudaTakesIt() throws IOException, InterruptedException {
    List<List<String>> commands = new ArrayList<>();
    for (String architecture : ARCHITECTURES) {
      commands.add(jcuda(architecture, files()));
    }
    assertThat(Commands.run(folder, commands)).containsOnly(new Commands.Outcome(0, ""));
  }

  /** Otherwise the test above would say nothing. */
  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void theCompilerInJCudaRefusesWhatIsNewerThanItsVersionSays() throws IOException, InterruptedException {
    String text = Objects.requireNonNull(KernelFolder.ptx().get("pairs"));
    String newer = text.replaceFirst("\tret;", "\tredux.sync.add.s32 \t%r1, %r1, -1;\n\tret;");
    Path file = Files.writeString(folder.resolve("newer.ptx"), newer);
    Commands.Outcome outcome = Commands.run(folder, List.of(jcuda("sm_75", List.of(file.toString())))).getFirst();
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).contains("newer.ptx for sm_75").contains("redux");
  }

  private static List<String> files() {
    return KernelFolder.ptx().keySet().stream().map(name -> KernelFolder.path().resolve("ptx/" + name + ".ptx").toString()).toList();
  }

  /**
   * A Java of its own: JCuda looks for its natives where java.library.path says, and would unpack them to java.io.tmpdir, which other
   * users can write to.
   */
  private List<String> jcuda(String architecture, List<String> files) throws IOException {
    Path natives = folder.resolve("natives");
    if (!Files.exists(natives)) {
      Files.createDirectory(natives);
      try (InputStream in = Objects.requireNonNull(JCudaPtxCompiler.class.getResourceAsStream("/lib/" + NATIVE))) {
        Files.copy(in, natives.resolve(NATIVE));
      }
    }
    String classPath = Stream.of(JCudaPtxCompiler.class, JNvPTXCompiler.class).map(PtxCompilersTest::origin).collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.library.path=" + natives,
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            classPath,
            JCudaPtxCompiler.class.getName(),
            architecture));
    command.addAll(files);
    return command;
  }

  private static String origin(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
