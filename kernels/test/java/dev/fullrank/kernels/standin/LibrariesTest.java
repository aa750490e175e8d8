package dev.fullrank.kernels.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that the build makes, and what another process sees of them. */
class LibrariesTest {
  private static final int RTLD_NOW = 2;

  /** A symbol of each library with a version, which JCuda's natives ask for by the library's name. */
  private static final Map<String, String> SYMBOLS_12 =
      Map.of(
          "libcublas.so.12", "cublasDgemm_v2", "libcusolver.so.11", "cusolverDnDgesvdj", "libcusolverMg.so.11", "cusolverMgCreate");

  private static final Map<String, String> SYMBOLS_13 =
      Map.of(
          "libcublas.so.13", "cublasDgemm_v2", "libcusolver.so.12", "cusolverDnDgesvdj", "libcusolverMg.so.12", "cusolverMgCreate");

  @Test
  void symbolsCarryTheVersionsThatJCudaAsksFor() throws Throwable {
    StandIn.fresh();
    expectVersions(StandIn.folder(12), SYMBOLS_12);
    expectVersions(StandIn.folder(13), SYMBOLS_13);
  }

  private static void expectVersions(Path folder, Map<String, String> symbols) throws Throwable {
    for (Map.Entry<String, String> symbol : symbols.entrySet()) {
      String library = symbol.getKey();
      assertThat(versioned(folder.resolve(library), symbol.getValue(), library)).as(library).isTrue();
      assertThat(versioned(folder.resolve(library), symbol.getValue(), "other")).as(library).isFalse();
    }
  }

  private static boolean versioned(Path library, String symbol, String version) throws Throwable {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor open = FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    FunctionDescriptor find = FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle =
          (MemorySegment)
              linker.downcallHandle(linker.defaultLookup().findOrThrow("dlopen"), open).invokeExact(
                  arena.allocateFrom(library.toString()), RTLD_NOW);
      assertThat(handle).as(library.toString()).isNotEqualTo(MemorySegment.NULL);
      MemorySegment found =
          (MemorySegment)
              linker.downcallHandle(linker.defaultLookup().findOrThrow("dlvsym"), find).invokeExact(
                  handle, arena.allocateFrom(symbol), arena.allocateFrom(version));
      return !found.equals(MemorySegment.NULL);
    }
  }

  @Test
  void anotherProcessIsSetUpByTheVariable() throws IOException, InterruptedException {
    Path folder = StandIn.folder(13);
    assertThat(probe(folder, "")).isEqualTo("cuInit 0 version 13000 devices 1 cuBLAS 130000");
    assertThat(probe(folder, "devices=0")).isEqualTo("cuInit 100 version 13000 devices -3 cuBLAS -1");
    assertThat(probe(folder, "devices=3,driver=12040,fail=cublasGetVersion:1:7")).isEqualTo("cuInit 0 version 12040 devices 3 cuBLAS -7");
    assertThat(probe(folder, "nonsense=1")).contains("cannot apply nonsense");
  }

  private static String probe(Path folder, String settings) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), DriverProbe.class.getName(), folder.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(StandIn.VARIABLE, settings);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.lines().filter(line -> line.startsWith("cuInit") || line.contains("cannot apply")).findFirst().orElse(output);
  }

  @Test
  void aMissingCompilerIsNamed(@TempDir Path empty) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(StandInBuild.script().toString(), empty.toString()).redirectErrorStream(true);
    builder.environment().put("CC", "no-such-compiler");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isNotZero();
    assertThat(output).contains("no-such-compiler").contains("apt install gcc");
  }
}
