package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * All ways through the loading, with the real JCuda on libraries that only record. Each in a virtual machine of its own, since what is
 * opened stays open. Skipped where these libraries cannot be built.
 */
@Tag("single")
@Timeout(300)
class LoadingTest {
  private static final String DRIVER_ONLY = "driver";
  private static final String TWELVE = "twelve";
  private static final String THIRTEEN = "thirteen";

  @TempDir private static Path built = Path.of("");

  @TempDir private Path folder = Path.of("");

  private Path temporary = Path.of("");

  @BeforeAll
  static void buildLibraries() throws IOException {
    assumeTrue(CudaEnvironment.LINUX.equals(System.getProperty("os.name") + " " + System.getProperty("os.arch")), "another platform");
    assumeTrue(RecordingCuda.canBeBuilt(), "no gcc to build the recording libraries with");
    RecordingCuda.driver(Files.createDirectory(built.resolve(DRIVER_ONLY)));
    RecordingCuda.libraries(Files.createDirectory(built.resolve(TWELVE)), CudaGeneration.TWELVE);
    RecordingCuda.libraries(Files.createDirectory(built.resolve(THIRTEEN)), CudaGeneration.THIRTEEN);
  }

  @BeforeEach
  void makeFolder() throws IOException {
    temporary = Files.createDirectory(folder.resolve("temporary"));
  }

  @Test
  void theLibrariesOfEitherGenerationAreLoaded() throws IOException, InterruptedException {
    isAvailable(java(DRIVER_ONLY, TWELVE), "libcublas.so.12", "libcusolver.so.11", "libcusolverMg.so.11");
    isAvailable(java(DRIVER_ONLY, THIRTEEN), "libcublas.so.13", "libcusolver.so.12", "libcusolverMg.so.12");
  }

  @Test
  void theNewestIsTakenThatTheDriverRuns() throws IOException, InterruptedException {
    isAvailable(java(DRIVER_ONLY, TWELVE, THIRTEEN), "libcublas.so.13");
    isAvailable(java(DRIVER_ONLY, TWELVE, THIRTEEN).variable("RECORDER_VERSION", "12080"), "libcublas.so.12");
  }

  @Test
  void theVariableDoesWhatThePropertyDoes() throws IOException, InterruptedException {
    isAvailable(java().variable("FULLRANK_CUDA_LIBRARIES", path(DRIVER_ONLY, TWELVE)), "libcublas.so.12");
  }

  @Test
  void theDynamicLoaderFindsThem() throws IOException, InterruptedException {
    isAvailable(java().variable("LD_LIBRARY_PATH", path(DRIVER_ONLY, THIRTEEN)), "libcublas.so.13");
  }

  @Test
  void theFolderOfAToolkitIsSearched() throws IOException, InterruptedException {
    Path libraries = Files.createDirectories(folder.resolve("toolkit/lib64"));
    for (String name : CudaGeneration.TWELVE.required()) {
      Files.copy(built.resolve(TWELVE).resolve(name), libraries.resolve(name));
    }
    // A toolkit of the machine that runs the tests, found by the dynamic loader, would come first.
    FreshJava java = java().variable("LD_LIBRARY_PATH", path(DRIVER_ONLY)).variable("CUDA_HOME", folder.resolve("toolkit").toString());
    isAvailable(java, "libJCublas2-12.6.0-linux-x86_64.so");
  }

  @Test
  void aDriverThatSeesNoDevice() throws IOException, InterruptedException {
    isMissing(java(DRIVER_ONLY).variable("RECORDER_DEVICES", "0"), "the NVIDIA driver sees no GPU", "nvidia-smi", "driver=true");
    isMissing(
        java(DRIVER_ONLY).variable("RECORDER_FAILS", "cuInit:100"),
        "cuInit reported CUDA_ERROR_OF_THE_RECORDER (100)",
        "CUDA_VISIBLE_DEVICES",
        "driver=true");
  }

  @Test
  void aDriverThatDoesNotWork() throws IOException, InterruptedException {
    isMissing(java(DRIVER_ONLY).variable("RECORDER_FAILS", "cuInit:803"), "(803)", "restart after an update");
    isMissing(java(DRIVER_ONLY).variable("RECORDER_FAILS", "cuInit:802"), "(802)", "nvidia-fabricmanager");
    isMissing(java(DRIVER_ONLY).variable("RECORDER_FAILS", "cuInit:34"), "(34)", "stubs");
    isMissing(java(DRIVER_ONLY).variable("RECORDER_FAILS", "cuDeviceGetCount:999"), "cuDeviceGetCount reported", "nvidia-smi works");
    Files.createFile(folder.resolve("libcuda.so.1"));
    isMissing(java().flag("-Dfullrank.cuda.libraries=" + folder), "libcuda.so.1 cannot be opened", "ldd", "driver=false");
  }

  @Test
  void aDriverThatIsTooOld() throws IOException, InterruptedException {
    isMissing(java(DRIVER_ONLY, TWELVE).variable("RECORDER_VERSION", "11080"), "CUDA up to 11.8", "one for CUDA 12.0 or newer");
  }

  @Test
  void aDeviceWithoutCublas() throws IOException, InterruptedException {
    isMissing(java(DRIVER_ONLY), "cuBLAS and cuSOLVER not found in", "FULLRANK_CUDA_LIBRARIES", "driver=true");
  }

  @Test
  void theWrongMajorVersion() throws IOException, InterruptedException {
    Files.createFile(folder.resolve("libcublas.so.11"));
    isMissing(
        java().flag("-Dfullrank.cuda.libraries=" + path(DRIVER_ONLY) + ":" + folder), "libcublas.so.11", "is not of CUDA 13 or 12");
    isMissing(java(DRIVER_ONLY, THIRTEEN).variable("RECORDER_VERSION", "12080"), "need a newer NVIDIA driver", "of CUDA 12");
  }

  @Test
  void withoutJCudaOnTheClassPath() throws IOException, InterruptedException {
    isMissing(java(DRIVER_ONLY, TWELVE).classPath(ClassPath.library()), "no jcuda/driver/JCudaDriver.class", "jcusolver:11.7.0");
    List<Path> onlyClasses = Stream.of(ClassPath.library(), ClassPath.jcuda()).flatMap(List::stream).toList();
    isMissing(java(DRIVER_ONLY, TWELVE).classPath(onlyClasses), "no lib/libJCudaDriver-12.6.0-linux-x86_64.so", "jcuda-natives:12.6.0");
  }

  @Test
  void classesOfAnotherJCudaAreRefused() throws IOException, InterruptedException {
    Path source = Files.createDirectories(folder.resolve("other/jcuda")).resolve("JCudaVersion.java");
    Files.writeString(source, "package jcuda; public class JCudaVersion { public static String get() { return \"11.7.0\"; } }");
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString())).isZero();
    List<Path> elements = new ArrayList<>(ClassPath.all());
    elements.addFirst(folder.resolve("other"));
    isMissing(
        java(DRIVER_ONLY, TWELVE).classPath(elements), "classes of JCuda are of version 11.7.0, the natives of 12.6.0", "jcuda:12.6.0");
  }

  @Test
  void plantedNativesAreIgnored() throws IOException, InterruptedException {
    for (JCudaNative each : JCudaNative.values()) {
      Files.writeString(temporary.resolve(each.file()), "planted");
    }
    FreshJava.Outcome outcome = java(DRIVER_ONLY, TWELVE).run(LoadsCuda.class);
    assertThat(outcome.out()).as(outcome.err()).contains("available: Recorder 0");
    for (JCudaNative each : JCudaNative.values()) {
      assertThat(temporary.resolve(each.file())).hasContent("planted");
    }
    assertThat(temporary).isDirectoryNotContaining(file -> file.toString().contains("fullrank"));
  }

  @Test
  void nativesThatAreCutOffInTheirJarAreRefused() throws IOException, InterruptedException {
    Path jar = ClassPath.natives().getFirst();
    Path cut = folder.resolve("cut.jar");
    Files.copy(jar, cut);
    try (FileSystem inside = FileSystems.newFileSystem(URI.create("jar:" + cut.toUri()), Map.of())) {
      Path entry = inside.getPath(JCudaNative.DRIVER.resource());
      byte[] whole = Files.readAllBytes(entry);
      Files.write(entry, Arrays.copyOf(whole, whole.length / 2));
    }
    List<Path> elements = new ArrayList<>(ClassPath.all());
    elements.set(elements.indexOf(jar), cut);
    isMissing(java(DRIVER_ONLY, TWELVE).classPath(elements), "libJCudaDriver-12.6.0-linux-x86_64.so", "SHA-256", "fetch the jar again");
  }

  @Test
  void fourProcessesAtOnceDoNotMeet() throws IOException, InterruptedException {
    List<FreshJava.Running> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(java(DRIVER_ONLY, THIRTEEN).start(LoadsCuda.class));
    }
    for (FreshJava.Running each : all) {
      FreshJava.Outcome outcome = each.await();
      assertThat(outcome.out()).as(outcome.err()).contains("available: Recorder 0");
    }
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void anInterruptedThreadLoadsCudaAndStaysInterrupted() throws IOException, InterruptedException {
    FreshJava.Outcome outcome = java(DRIVER_ONLY, THIRTEEN).flag("-Dinterrupted=true").run(LoadsCuda.class);
    assertThat(outcome.out()).as(outcome.err()).contains("available: Recorder 0", "interrupted: true");
  }

  @Test
  void oneJarThatHoldsAllWillDo() throws IOException, InterruptedException {
    Path fat = folder.resolve("fat.jar");
    Set<String> names = new HashSet<>();
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(fat))) {
      for (Path element : ClassPath.all()) {
        if (Files.isDirectory(element)) {
          copy(element, out, names);
        } else {
          try (FileSystem jar = FileSystems.newFileSystem(element)) {
            copy(jar.getPath("/"), out, names);
          }
        }
      }
    }
    isAvailable(java(DRIVER_ONLY, THIRTEEN).classPath(List.of(fat)), "libcublas.so.13");
  }

  private static void copy(Path root, JarOutputStream out, Set<String> names) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        if (names.add(name)) {
          out.putNextEntry(new JarEntry(name));
          Files.copy(file, out);
        }
      }
    }
  }

  private void isAvailable(FreshJava java, String... libraries) throws IOException, InterruptedException {
    FreshJava.Outcome outcome = java.run(LoadsCuda.class);
    assertThat(outcome.out()).as(outcome.err()).contains("available: Recorder 0", "interrupted: false");
    assertThat(outcome.out().getLast()).contains(libraries);
    assertThat(outcome.err()).doesNotContain("WARNING");
    assertThat(temporary).isEmptyDirectory();
  }

  private void isMissing(FreshJava java, String... words) throws IOException, InterruptedException {
    FreshJava.Outcome outcome = java.run(LoadsCuda.class);
    assertThat(outcome.out()).as(outcome.err()).anySatisfy(line -> assertThat(line).startsWith("missing: ").contains(words));
    assertThat(temporary).isEmptyDirectory();
  }

  private FreshJava java(String... libraries) {
    FreshJava java = new FreshJava(temporary).flag("--enable-native-access=ALL-UNNAMED");
    return libraries.length == 0 ? java : java.flag("-Dfullrank.cuda.libraries=" + path(libraries));
  }

  private static String path(String... names) {
    return ClassPath.join(Stream.of(names).map(built::resolve).toList());
  }
}
