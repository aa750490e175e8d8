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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * NVIDIA's compilers: the sources give the committed PTX, and the PTX is taken for the oldest device that is supported and for newer ones.
 * They take their time, side by side.
 */
class CompilersTest {
  private static final List<String> ARCHITECTURES = List.of("sm_75", "sm_80", "sm_90");
  private static final String NATIVE = "libJNvPTXCompiler-12.6.0-linux-x86_64.so";

  /** For each file: ptxas takes one at a time. */
  private static final String EACH = "for file; do ptxas -arch=\"$0\" \"$file\" -o /dev/null || exit; done";

  private enum Compiler {
    /** nvcc, by the script that made the PTX. */
    NVCC,
    PTXAS,
    /** The one in JCuda's natives. */
    JCUDA,
    /** The same, on PTX that is newer than it says. */
    JCUDA_ON_NEWER
  }

  @TempDir private static Path folder = Path.of("");

  private static final Map<Compiler, Commands> RUNNING = new EnumMap<>(Compiler.class);

  @BeforeAll
  static void startAll() throws IOException {
    if (Commands.exists("nvcc")) {
      start(Compiler.NVCC, List.of(List.of(KernelFolder.script().toString(), "--check")));
    }
    if (Commands.exists("ptxas")) {
      start(Compiler.PTXAS, ARCHITECTURES.stream().map(a -> concat(List.of("sh", "-c", EACH, a), files(a))).toList());
    }
    if (System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64")) {
      Path natives = Files.createDirectory(folder.resolve("natives"));
      try (InputStream in = Objects.requireNonNull(JCudaPtxCompiler.class.getResourceAsStream("/lib/" + NATIVE))) {
        Files.copy(in, natives.resolve(NATIVE));
      }
      start(Compiler.JCUDA, ARCHITECTURES.stream().map(a -> concat(jcuda(natives, a), files(a))).toList());
      String text = Objects.requireNonNull(KernelFolder.ptx().get("pairs"));
      String newer = text.replaceFirst("\tret;", "\tredux.sync.add.s32 \t%r1, %r1, -1;\n\tret;");
      Path file = Files.writeString(folder.resolve("newer.ptx"), newer);
      start(Compiler.JCUDA_ON_NEWER, List.of(concat(jcuda(natives, "sm_75"), List.of(file.toString()))));
    }
  }

  @AfterAll
  static void endAll() {
    RUNNING.values().forEach(Commands::close);
    RUNNING.clear();
  }

  private static void start(Compiler compiler, List<List<String>> commands) throws IOException {
    RUNNING.put(compiler, Commands.start(folder, commands));
  }

  private static List<Commands.Outcome> outcomes(Compiler compiler) throws IOException, InterruptedException {
    Commands commands = RUNNING.get(compiler);
    assumeThat(commands).as("%s is here", compiler).isNotNull();
    return Objects.requireNonNull(commands).await();
  }

  @Test
  void theSourcesGiveTheCommittedPtx() throws IOException, InterruptedException {
    Commands.Outcome outcome = outcomes(Compiler.NVCC).getFirst();
    assertThat(outcome.status()).as(outcome.output()).isZero();
  }

  @Test
  void ptxasTakesThePtx() throws IOException, InterruptedException {
    assertThat(outcomes(Compiler.PTXAS)).containsOnly(new Commands.Outcome(0, ""));
  }

  @Test
  void theCompilerInJCudaTakesThePtx() throws IOException, InterruptedException {
    assertThat(outcomes(Compiler.JCUDA)).containsOnly(new Commands.Outcome(0, ""));
    assertThat(folder).isDirectoryNotContaining("glob:**.so"); // JCuda unpacked none of its own
  }

  /** Otherwise the test above would say nothing. */
  @Test
  void theCompilerInJCudaRefusesPtxThatIsNewerThanItSays() throws IOException, InterruptedException {
    Commands.Outcome outcome = outcomes(Compiler.JCUDA_ON_NEWER).getFirst();
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).contains("newer.ptx for sm_75").contains("redux");
  }

  /** Those that are made for that device or older ones. */
  private static List<String> files(String architecture) {
    return KernelFolder.ptx().entrySet().stream()
        .filter(ptx -> target(ptx.getValue()).compareTo(architecture) <= 0)
        .map(ptx -> KernelFolder.path().resolve("ptx/" + ptx.getKey() + ".ptx").toString())
        .toList();
  }

  private static String target(String ptx) {
    return ptx.lines().filter(line -> line.startsWith(".target ")).findFirst().orElseThrow().substring(".target ".length());
  }

  /**
   * A Java of its own: JCuda looks for its natives where java.library.path says, and would unpack them to java.io.tmpdir, which other
   * users can write to.
   */
  private static List<String> jcuda(Path natives, String architecture) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-Djava.library.path=" + natives,
        "-Djava.io.tmpdir=" + folder,
        "-cp",
        Stream.of(JCudaPtxCompiler.class, JNvPTXCompiler.class).map(CompilersTest::origin).collect(Collectors.joining(File.pathSeparator)),
        JCudaPtxCompiler.class.getName(),
        architecture);
  }

  private static List<String> concat(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static String origin(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
