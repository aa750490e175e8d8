package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("single")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "no POSIX permissions")
class PrivateNativesTest {
  @TempDir private Path temporary = Path.of("");

  @Test
  void areInAFolderThatIsClosedToOthersAndGoesWhenTheyAreLoaded() throws IOException, Refusal {
    try (PrivateNatives natives = unpack(ClassPath.LOADER, Map.of())) {
      assertThat(natives.files()).containsOnlyKeys(JCudaNative.values());
      for (Map.Entry<JCudaNative, Path> each : natives.files().entrySet()) {
        assertThat(Files.readAllBytes(each.getValue())).isEqualTo(original(each.getKey()));
        Path folder = Objects.requireNonNull(each.getValue().getParent());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------");
        assertThat(folder.getParent()).isEqualTo(temporary);
      }
    }
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void twoAtOnceHaveTheirOwn() throws Refusal {
    try (PrivateNatives one = unpack(ClassPath.LOADER, Map.of());
        PrivateNatives two = unpack(ClassPath.LOADER, Map.of())) {
      assertThat(one.files().values()).doesNotContainAnyElementsOf(two.files().values()).allSatisfy(f -> assertThat(f).exists());
    }
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void areRenamedForAnotherGeneration() throws IOException, Refusal {
    try (PrivateNatives natives = unpack(ClassPath.LOADER, CudaGeneration.THIRTEEN.renamed())) {
      Path solver = Objects.requireNonNull(natives.files().get(JCudaNative.SOLVER));
      assertThat(new ElfFile(Files.readAllBytes(solver)).neededLibraries()).contains("libcusolver.so.12", "libcusolverMg.so.12");
    }
  }

  @Test
  void whatIsThereAlreadyIsNeitherUsedNorTouched() throws IOException, Refusal {
    Path planted = Files.writeString(temporary.resolve(JCudaNative.DRIVER.file()), "planted");
    try (PrivateNatives natives = unpack(ClassPath.LOADER, Map.of())) {
      assertThat(natives.files().values()).doesNotContain(planted);
    }
    assertThat(planted).hasContent("planted");
  }

  @Test
  void anotherFileIsRefusedWithItsSum() throws IOException {
    byte[] changed = original(JCudaNative.BLAS);
    changed[changed.length - 1] ^= 1;
    refuses(with(JCudaNative.BLAS, new ByteArrayInputStream(changed)), "JCublas2", "is not that of JCuda 12.6.0: its SHA-256 is ");
  }

  @Test
  void aFileThatIsCutOffIsRefused() throws IOException {
    byte[] half = original(JCudaNative.SOLVER);
    refuses(with(JCudaNative.SOLVER, new ByteArrayInputStream(Arrays.copyOf(half, half.length / 2))), "JCusolver", "SHA-256");
    refuses(with(JCudaNative.SOLVER, InputStream.nullInputStream()), "JCusolver", "SHA-256");
    InputStream broken = InputStream.nullInputStream();
    broken.close();
    refuses(with(JCudaNative.SOLVER, broken), "JCusolver", "cannot be read", "fetch its jar again");
  }

  @Test
  void aFileThatIsNotThereIsRefusedWithTheArtifacts() {
    refuses(with(JCudaNative.DRIVER, null), "libJCudaDriver-12.6.0-linux-x86_64.so", "jcuda-natives:12.6.0", "jcusolver:11.7.0");
  }

  @Test
  void aFolderThatCannotBeMadeIsRefusedWithTheProperty() {
    temporary = temporary.resolve("not").resolve("there");
    assertThatThrownBy(() -> unpack(ClassPath.LOADER, Map.of()))
        .isInstanceOf(Refusal.class)
        .hasMessageContainingAll(temporary.toString(), "-Djava.io.tmpdir");
  }

  @Test
  void interruptionDoesNotDisturbAndIsNotLost() throws IOException, Refusal {
    Thread.currentThread().interrupt();
    boolean kept;
    try (PrivateNatives natives = unpack(ClassPath.LOADER, Map.of())) {
      assertThat(natives.files()).hasSize(JCudaNative.values().length);
    } finally {
      kept = Thread.interrupted();
    }
    assertThat(kept).isTrue();
    assertThat(temporary).isEmptyDirectory();
  }

  private void refuses(ClassLoader classes, String... words) {
    assertThatThrownBy(() -> unpack(classes, Map.of())).isInstanceOf(Refusal.class).hasMessageContainingAll(words);
    assertThat(temporary).isEmptyDirectory();
  }

  private PrivateNatives unpack(ClassLoader classes, Map<String, String> renamed) throws Refusal {
    return PrivateNatives.unpack(
        new CudaEnvironment(CudaEnvironment.LINUX, "libcuda.so.1", List.of(), List.of(), classes, temporary), renamed);
  }

  private static byte[] original(JCudaNative each) throws IOException {
    try (InputStream in = Objects.requireNonNull(ClassPath.LOADER.getResourceAsStream(each.resource()))) {
      return in.readAllBytes();
    }
  }

  /** The class path with another stream for one native, or none. */
  private static ClassLoader with(JCudaNative changed, @Nullable InputStream stream) {
    return new ClassLoader(ClassPath.LOADER) {
      @Override
      public @Nullable InputStream getResourceAsStream(String name) {
        return name.equals(changed.resource()) ? stream : super.getResourceAsStream(name);
      }
    };
  }
}
