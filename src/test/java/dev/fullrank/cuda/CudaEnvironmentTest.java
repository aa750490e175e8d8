package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("single")
class CudaEnvironmentTest {
  private final Map<String, String> properties =
      new HashMap<>(Map.of("os.name", "Linux", "os.arch", "amd64", "java.io.tmpdir", "/temporary"));
  private final Map<String, String> variables = new HashMap<>();

  @Test
  void thePropertyIsTakenBeforeTheVariable() {
    variables.put("FULLRANK_CUDA_LIBRARIES", "/of/variable");
    assertThat(environment().folders()).containsExactly(Path.of("/of/variable"));
    properties.put("fullrank.cuda.libraries", " ");
    assertThat(environment().folders()).containsExactly(Path.of("/of/variable"));
    properties.put("fullrank.cuda.libraries", "/of/property");
    assertThat(environment().folders()).containsExactly(Path.of("/of/property"));
  }

  @Test
  void severalFoldersAreSeparatedByColonsAndAnEmptyOneIsNotTheCurrentFolder() {
    properties.put("fullrank.cuda.libraries", ":/one::two:");
    assertThat(environment().folders()).containsExactly(Path.of("/one"), Path.of("two").toAbsolutePath());
  }

  @Test
  void installedToolkitsComeBeforeTheUsualOne() {
    assertThat(environment().toolkits())
        .containsExactly(Path.of("/usr/local/cuda/lib64"), Path.of("/usr/local/cuda/targets/x86_64-linux/lib"));
    variables.put("CUDA_PATH", "/path");
    variables.put("CUDA_HOME", "/usr/local/cuda");
    assertThat(environment().toolkits())
        .containsExactly(
            Path.of("/usr/local/cuda/lib64"),
            Path.of("/usr/local/cuda/targets/x86_64-linux/lib"),
            Path.of("/path/lib64"),
            Path.of("/path/targets/x86_64-linux/lib"));
  }

  @Test
  void namesPlatformDriverAndFolderForTemporaryFiles() {
    assertThat(environment().platform()).isEqualTo(CudaEnvironment.LINUX);
    assertThat(environment().driver()).isEqualTo("libcuda.so.1");
    assertThat(environment().temporary()).isEqualTo(Path.of("/temporary"));
    properties.put("os.arch", "aarch64");
    assertThat(environment().platform()).isEqualTo("Linux aarch64");
  }

  private CudaEnvironment environment() {
    return CudaEnvironment.of(properties::get, variables::get, ClassPath.LOADER);
  }
}
