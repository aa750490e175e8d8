package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** JCuda's natives, made for CUDA 12, renamed for CUDA 13. */
@Tag("single")
class ElfVersionsTest {
  private static final Map<String, String> RENAMED = CudaGeneration.THIRTEEN.renamed();

  @ParameterizedTest
  @EnumSource
  void allNamesAndVersionsAreRenamedAndNothingElse(JCudaNative each) throws IOException {
    byte[] before = image(each);
    byte[] after = before.clone();
    int renamed = ElfVersions.rename(after, RENAMED);

    List<ElfFile.Version> expected =
        new ElfFile(before)
            .neededVersions().stream()
                .map(v -> new ElfFile.Version(renamed(v.library()), renamed(v.name()), elfHash(renamed(v.name())), v.position()))
                .toList();
    assertThat(new ElfFile(after).neededVersions()).isEqualTo(expected);
    assertThat(new ElfFile(after).neededLibraries())
        .isEqualTo(new ElfFile(before).neededLibraries().stream().map(ElfVersionsTest::renamed).toList())
        .doesNotContainAnyElementsOf(RENAMED.keySet());

    Set<Integer> mayDiffer = new HashSet<>();
    for (ElfFile.Version version : new ElfFile(before).neededVersions()) {
      if (RENAMED.containsKey(version.name())) {
        List.of(0, 1, 2, 3).forEach(i -> mayDiffer.add(version.position() + i));
      }
    }
    assertThat(renamed).isEqualTo(mayDiffer.size() / 4).isEqualTo(
            switch (each) {
              case DRIVER -> 0;
              case BLAS -> 1;
              case SOLVER -> 2;
            });
    RENAMED.keySet().forEach(name -> mayDiffer.addAll(occurrences(before, name)));
    for (int i = 0; i < before.length; i++) {
      if (before[i] != after[i]) {
        assertThat(mayDiffer).contains(i);
      }
    }
    assertThat(new ElfFile(after).definedSymbols()).isEqualTo(new ElfFile(before).definedSymbols());
  }

  @ParameterizedTest
  @EnumSource
  void aSecondTimeChangesNothing(JCudaNative each) throws IOException {
    byte[] once = image(each);
    ElfVersions.rename(once, RENAMED);
    byte[] twice = once.clone();
    assertThat(ElfVersions.rename(twice, RENAMED)).isZero();
    assertThat(twice).isEqualTo(once);
  }

  @Test
  void withoutNewNamesNothingChanges() throws IOException {
    byte[] image = image(JCudaNative.BLAS);
    assertThat(ElfVersions.rename(image, Map.of())).isZero();
    assertThat(image).isEqualTo(image(JCudaNative.BLAS));
  }

  @Test
  void whatIsNotUnderstoodIsRefusedUnchanged() throws IOException {
    byte[] blas = image(JCudaNative.BLAS);
    refuses("not an ELF file", "no ELF file at all".getBytes(StandardCharsets.US_ASCII), RENAMED);
    refuses("outside of itself", new byte[3], RENAMED);
    refuses("outside of itself", Arrays.copyOf(blas, 100), RENAMED);
    refuses("not of the same length", blas, Map.of("libcublas.so.12", "libcublas.so"));

    byte[] big = blas.clone();
    big[5] = 2;
    refuses("least significant byte first", big, RENAMED);

    byte[] otherHash = blas.clone();
    ElfFile.Version version =
        new ElfFile(blas).neededVersions().stream().filter(v -> RENAMED.containsKey(v.name())).findFirst().orElseThrow();
    otherHash[version.position()] ^= 1;
    refuses("hash", otherHash, RENAMED);

    byte[] sharedEnd = blas.clone();
    sharedEnd[occurrences(blas, "libcublas.so.12").getFirst() - 1] = 'x';
    refuses("the end of another name", sharedEnd, RENAMED);
  }

  @Test
  void theHashIsThatOfTheSystemFiveAbi() {
    // As readelf --hash and every linker compute it: GLIBC_2.2.5 is 0x09691A75 in all programs for x86-64.
    assertThat(ElfVersions.hash("GLIBC_2.2.5")).isEqualTo(0x09691A75);
    assertThat(ElfVersions.hash("")).isZero();
  }

  private static void refuses(String reason, byte[] image, Map<String, String> names) {
    byte[] before = image.clone();
    assertThatThrownBy(() -> ElfVersions.rename(image, names))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
    assertThat(image).isEqualTo(before);
  }

  private static byte[] image(JCudaNative each) throws IOException {
    try (InputStream in = Objects.requireNonNull(ClassPath.LOADER.getResourceAsStream(each.resource()))) {
      return in.readAllBytes();
    }
  }

  private static String renamed(String name) {
    return RENAMED.getOrDefault(name, name);
  }

  /** Written as in the ABI's text, with 64 bits where it has unsigned long. */
  private static int elfHash(String name) {
    long h = 0;
    for (int i = 0; i < name.length(); i++) {
      h = ((h << 4) + name.charAt(i)) & 0xFFFFFFFFL;
      long g = h & 0xF0000000L;
      if (g != 0) {
        h ^= g >> 24;
      }
      h &= ~g;
    }
    return (int) h;
  }

  /** The positions of all bytes of a name, wherever it is. */
  private static List<Integer> occurrences(byte[] image, String name) {
    String text = new String(image, StandardCharsets.ISO_8859_1);
    List<Integer> positions = new ArrayList<>();
    for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      for (int i = 0; i < name.length(); i++) {
        positions.add(at + i);
      }
    }
    return positions;
  }
}
