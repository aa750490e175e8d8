package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a machine without NVIDIA's driver: a reason, a remedy, and no trace. */
@Tag("single")
@Timeout(120)
class WithoutGpuTest {
  private static final String NO_DRIVER = "libcuda-that-is-nowhere.so.1";

  @TempDir private Path folder = Path.of("");

  private Path temporary = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    temporary = Files.createDirectory(folder.resolve("temporary"));
  }

  @Test
  void anotherPlatformIsNamed() {
    assertThat(CudaLoader.load(environment("Mac OS X aarch64")))
        .isEqualTo(
            new CudaAvailability.Missing(
                "CUDA is used on Linux amd64 only, and this is Mac OS X aarch64",
                "run on Linux with an x86-64 processor and an NVIDIA GPU",
                false));
  }

  @Test
  void withoutADriverThereIsAReasonAndARemedy() {
    assertThat(CudaLoader.load(environment(CudaEnvironment.LINUX)))
        .isInstanceOfSatisfying(
            CudaAvailability.Missing.class,
            missing -> {
              assertThat(missing.driver()).isFalse();
              assertThat(missing.reason()).contains("no NVIDIA driver was found (" + NO_DRIVER);
              assertThat(missing.remedy()).contains("install its driver");
              assertThat(missing.explanation()).isEqualTo(missing.reason() + "; " + missing.remedy());
            });
  }

  @Test
  void withoutADriverNoClassOfJCudaIsLoadedAndNoFileIsWritten() throws IOException, InterruptedException {
    Path log = folder.resolve("classes.log");
    FreshJava.Outcome outcome = java().flag("-Xlog:class+load:file=" + log + "::filecount=0").run(LoadsCuda.class);
    assertThat(outcome.out().getFirst()).as(outcome.err()).startsWith("missing: ").contains("no NVIDIA driver");
    assertThat(Files.readAllLines(log))
        .anyMatch(line -> line.contains(" dev.fullrank.cuda.CudaLoader "))
        .noneMatch(line -> line.contains(" jcuda.") || line.contains(" dev.fullrank.cuda.binding."));
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void theLibraryNeedsNoJCudaOnTheClassPath() throws IOException, InterruptedException {
    FreshJava.Outcome outcome = java().classPath(ClassPath.library()).run(LoadsCuda.class);
    assertThat(outcome.out().getFirst()).as(outcome.err()).startsWith("missing: ").contains("no NVIDIA driver");
  }

  @Test
  void deniedNativeAccessIsNamedWithTheFlag() throws IOException, InterruptedException {
    FreshJava.Outcome outcome = java().flag("--illegal-native-access=deny").run(LoadsCuda.class);
    assertThat(outcome.out().getFirst())
        .as(outcome.err())
        .contains("denied access to native libraries", "--enable-native-access=ALL-UNNAMED", "driver=false");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void whatIsFoundIsFoundOnce() {
    assertThat(CudaAvailability.get()).isSameAs(CudaAvailability.get());
  }

  private FreshJava java() {
    return new FreshJava(temporary).flag("-Ddriver=" + NO_DRIVER);
  }

  private CudaEnvironment environment(String platform) {
    return new CudaEnvironment(platform, NO_DRIVER, List.of(), List.of(), ClassPath.LOADER, temporary);
  }
}
