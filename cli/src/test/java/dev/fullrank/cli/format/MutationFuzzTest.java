package dev.fullrank.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Valid files with bytes flipped, overwritten, cut off or put in: they are read or refused, and nothing else happens. */
class MutationFuzzTest {
  private static final long SEED = 20_261_122;
  private static final int MUTANTS = 400;

  /** Far beyond what all mutants of a file take; it tells a hang from a slow machine. */
  private static final Duration HANG = Duration.ofMinutes(2);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {
    "little-f4.npy", "version3.npy", "stored.npz", "deflated.npz", "one.safetensors", "rows.fvecs", "rows.csv", "none.parquet",
    "snappy.parquet", "gzip.parquet", "fixed.parquet",
  })
  void isReadOrRefused(String name) throws IOException {
    byte[] valid = switch (name) {
      case "rows.fvecs" -> Fixtures.concat(Fixtures.little(4, 2), new byte[8], Fixtures.little(4, 2), new byte[8]);
      case "rows.csv" -> "a,b\n1,2.5\n\"3\",4e-1\n# end\n".getBytes(StandardCharsets.UTF_8);
      default -> Files.readAllBytes(Fixtures.path(name));
    };
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    assertTimeoutPreemptively(HANG, () -> {
      for (int mutant = 0; mutant < MUTANTS; mutant++) {
        byte[] mutated = mutate(valid, random);
        Path file = folder.resolve(mutant + "-" + name);
        Files.write(file, mutated);
        try {
          readOrRefuse(file);
        } catch (Throwable e) {
          throw new AssertionError("mutant " + mutant + " of " + name + ", seed " + SEED, e);
        }
        Files.delete(file);
      }
    });
  }

  private static void readOrRefuse(Path path) {
    try (EmbeddingFile file = EmbeddingFiles.open(path.toString())) {
      List<double[]> rows = Fixtures.readAll(file, 2);
      assertThat(rows).isNotEmpty().allSatisfy(row -> assertThat(row).hasSize(file.columns()));
      if (file.rows().isPresent()) {
        assertThat(file.rows()).hasValue(rows.size());
      }
    } catch (EmbeddingFileException e) {
      assertThat(e).hasMessageContaining(path.getFileName().toString()).hasMessageContaining("; ");
      assertThat(e.getMessage()).doesNotContain("\n");
    }
  }

  private static byte[] mutate(byte[] valid, RandomGenerator random) {
    byte[] mutated = valid.clone();
    if (mutated.length < 2 || random.nextInt(8) == 0) {
      return Arrays.copyOf(mutated, random.nextInt(1, valid.length + 1));
    }
    for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(5)) {
        case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutated[at] = (byte) random.nextInt(256);
        case 2 -> mutated[at] = (byte) (random.nextBoolean() ? 0xff : 0x7f);
        case 3 -> Arrays.fill(mutated, at, Math.min(mutated.length, at + random.nextInt(1, 9)), (byte) 0xff);
        default -> {
          byte[] longer = new byte[mutated.length + 1];
          System.arraycopy(mutated, 0, longer, 0, at);
          System.arraycopy(mutated, at, longer, at + 1, mutated.length - at);
          mutated = longer;
        }
      }
    }
    return mutated;
  }
}
