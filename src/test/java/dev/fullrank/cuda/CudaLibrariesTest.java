package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of folders that do not hold what is needed; empty files stand for libraries. */
@Tag("single")
class CudaLibrariesTest {
  private static final int DRIVER_12 = 12_060;
  private static final int DRIVER_13 = 13_000;

  @TempDir private Path temporary = Path.of("");

  private Path one = Path.of("");
  private Path two = Path.of("");

  @BeforeEach
  void makeFolders() throws IOException {
    one = Files.createDirectory(temporary.resolve("one"));
    two = Files.createDirectory(temporary.resolve("two"));
  }

  @Test
  void anEmptyFolder() {
    assertThatThrownBy(() -> open(DRIVER_13))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("cuBLAS and cuSOLVER not found in " + one + ", " + two)
        .hasMessageContaining("install the toolkit of CUDA 13 or 12, or set FULLRANK_CUDA_LIBRARIES or -Dfullrank.cuda.libraries");
    assertThatThrownBy(() -> open(DRIVER_12)).hasMessageContaining("install the toolkit of CUDA 12, or");
  }

  @Test
  void aFolderThatIsNotThere() throws IOException {
    Files.delete(one);
    assertThatThrownBy(() -> open(DRIVER_13)).isInstanceOf(Refusal.class).hasMessageContaining("not found in " + one);
  }

  @Test
  void theWrongMajorVersion() throws IOException {
    put(one, "libcublas.so.11", "libcublas.so", "libcublas.so.11.5.2", "libcusolver.so.11");
    assertThatThrownBy(() -> open(DRIVER_13))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("libcublas.so.11 in " + one + ", " + two + " is not of CUDA 13 or 12");
  }

  @Test
  void librariesThatAreNewerThanTheDriver() throws IOException {
    put(one, "libcublas.so.13", "libcusolver.so.12", "libcusolverMg.so.12");
    assertThatThrownBy(() -> open(DRIVER_12))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("CUDA 13 in " + one + ", " + two + " need a newer NVIDIA driver")
        .hasMessageContaining("update the driver, or install the libraries of CUDA 12");
  }

  @Test
  void onlyOneOfTheLibraries() throws IOException {
    put(two, "libcublas.so.12");
    assertThatThrownBy(() -> open(DRIVER_12))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("libcusolver.so.11 and libcusolverMg.so.11 of CUDA 12 not found in");
  }

  @Test
  void aFileThatIsNoLibrary() throws IOException {
    put(one, "libcublas.so.12");
    put(two, "libcusolver.so.11", "libcusolverMg.so.11");
    assertThatThrownBy(() -> open(DRIVER_12))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(one.resolve("libcublas.so.12") + " cannot be opened")
        .hasMessageContaining("ldd");
  }

  private void open(int driverVersion) throws Refusal {
    CudaEnvironment environment =
        new CudaEnvironment(CudaEnvironment.LINUX, "libcuda.so.1", List.of(one, two), List.of(), ClassPath.LOADER, temporary);
    CudaLibraries.open(environment, driverVersion);
  }

  private static void put(Path folder, String... names) throws IOException {
    for (String name : names) {
      Files.createFile(folder.resolve(name));
    }
  }
}
