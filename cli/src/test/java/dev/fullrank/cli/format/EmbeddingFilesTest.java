package dev.fullrank.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that NumPy, PyArrow and safetensors wrote are read exactly, and what they wrote but is no matrix is refused. */
class EmbeddingFilesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "little-f4.npy, FLOAT32, 1",
    "little-f8.npy, FLOAT64, 1",
    "little-f2.npy, FLOAT16, 1",
    "big-f4.npy, FLOAT32, 1",
    "big-f8.npy, FLOAT64, 1",
    "big-f2.npy, FLOAT16, 1",
    "fortran.npy, FLOAT32, 1",
    "version2.npy, FLOAT32, 1",
    "version3.npy, FLOAT32, 1",
    "stored.npz, FLOAT32, 1",
    "deflated.npz, FLOAT32, 1",
    "stored.npz:embeddings, FLOAT32, 1",
    "deflated.npz:embeddings.npy, FLOAT32, 1",
    "two.npz:first, FLOAT32, 1",
    "two.npz:second, FLOAT64, 2",
    "two.npz:fortran, FLOAT64, 4",
    "one.safetensors, FLOAT32, 1",
    "four.safetensors:f64, FLOAT64, 1",
    "four.safetensors:f32, FLOAT32, 2",
    "four.safetensors:f16, FLOAT16, 4",
    "none.parquet, FLOAT32, 1",
    "snappy.parquet, FLOAT32, 1",
    "gzip.parquet, FLOAT32, 1",
    "gzip.parquet:embedding, FLOAT32, 1",
    "two.parquet:small, FLOAT32, 1",
    "two.parquet:large.list.element, FLOAT64, 2",
    "fixed.parquet, FLOAT32, 1",
  })
  void readsWhatOthersWrote(String location, ElementType type, double factor) throws EmbeddingFileException {
    for (int blockRows : new int[] {1, 2, 3, 100}) {
      try (EmbeddingFile file = EmbeddingFiles.open(absolute(location))) {
        assertThat(file.rows()).isEqualTo(OptionalLong.of(5));
        assertThat(file.columns()).isEqualTo(3);
        assertThat(file.type()).isEqualTo(type);
        List<double[]> rows = Fixtures.readAll(file, blockRows);
        assertThat(rows).hasSize(5);
        for (int i = 0; i < 5; i++) {
          for (int j = 0; j < 3; j++) {
            assertThat(rows.get(i)[j]).isEqualTo(factor * Fixtures.element(i, j));
          }
        }
        assertThat(file.next(1)).isNull();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
    "objects.npy | Python objects | pickled and never loaded",
    "records.npy | array of records | numpy.save(file, array['field'])",
    "integers.npy | integers ('<i8') | astype('float32')",
    "vector.npy | shape [6], not a matrix | reshape",
    "cube.npy | shape [2, 3, 4], not a matrix | reshape",
    "no-rows.npy | 0×4 | at least one row",
    "little-f4.npy:x | no member 'x' | leave out",
    "two.npz | 3 matrices | choose one",
    "two.npz:third | no array 'third' | 'first', 'second', 'fortran'",
    "stored.npz:labels | integers | astype('float32')",
    "four.safetensors | 4 tensors of two dimensions | choose one",
    "four.safetensors:ids | 'I64' | F64, F32, F16 or BF16",
    "four.safetensors:no | no tensor 'no' | choose one of",
    "one.safetensors:bias | shape [3], not a matrix | reshape",
    "zstd.parquet | ZSTD | compression='snappy'",
    "two.parquet | 2 columns | choose one, as in",
    "two.parquet:no | no column 'no' | choose one of 'small', 'large'",
    "no-list.parquet | 0 columns | write the embeddings as one such column",
    "bomb.parquet | claims 25600000 values in a page | use_dictionary=False",
    "ragged.parquet | row 1 has a list of 1 and row 0 one of 2 | filter or pad",
    "missing.parquet | row 1 has no list and row 0 one of 2 | filter or pad",
    "null.parquet | row 1, column 1 is null | drop the row",
  })
  void refusesWithReasonAndRemedy(String location, String reason, String remedy) {
    String path = absolute(location);
    assertThatThrownBy(() -> {
      try (EmbeddingFile file = EmbeddingFiles.open(path)) {
        Fixtures.readAll(file, 100);
      }
    })
        .isInstanceOf(EmbeddingFileException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(reason)
        .hasMessageContaining(remedy)
        .message().doesNotContain("\n");
  }

  @Test
  void readsFvecsInPlace() throws IOException {
    Path file = folder.resolve("a.fvecs");
    byte[] row0 = Fixtures.concat(Fixtures.little(4, 2), floats(1, 2));
    byte[] row1 = Fixtures.concat(Fixtures.little(4, 2), floats(3, 4));
    Files.write(file, Fixtures.concat(row0, row1, row0));
    try (EmbeddingFile fvecs = EmbeddingFiles.open(file.toString())) {
      assertThat(fvecs.rows()).hasValue(3);
      assertThat(Fixtures.readAll(fvecs, 2)).containsExactly(new double[] {1, 2}, new double[] {3, 4}, new double[] {1, 2});
    }
    byte[] short1 = Fixtures.concat(Fixtures.little(4, 1), floats(3, 4));
    Files.write(file, Fixtures.concat(row0, short1, row0));
    assertThatThrownBy(() -> {
      try (EmbeddingFile fvecs = EmbeddingFiles.open(file.toString())) {
        Fixtures.readAll(fvecs, 2);
      }
    }).isInstanceOf(EmbeddingFileException.class).hasMessageContaining("2 columns in row 0 and 1 in row 1");
  }

  @Test
  void readsBfloat16AtAnyOffset() throws IOException {
    // the header's length leaves the tensor at an odd address
    String json = "{\"e\":{\"dtype\":\"BF16\",\"shape\":[2,2],\"data_offsets\":[1,9]}}";
    byte[] data = {0, (byte) 0x80, 0x3f, 0, 0x40, 0x40, 0x40, (byte) 0x80, (byte) 0xbf};
    Path file = folder.resolve("b.safetensors");
    Files.write(file, Fixtures.safetensors(json, data));
    try (EmbeddingFile tensors = EmbeddingFiles.open(file.toString())) {
      assertThat(tensors.type()).isEqualTo(ElementType.BFLOAT16);
      assertThat(Fixtures.readAll(tensors, 9)).containsExactly(new double[] {1, 2}, new double[] {3, -1});
    }
  }

  @Test
  void aColonInAFileNameIsNoMember() throws IOException {
    Path file = folder.resolve("epoch:12.npy");
    Files.copy(Fixtures.path("little-f4.npy"), file);
    try (EmbeddingFile npy = EmbeddingFiles.open(file.toString())) {
      assertThat(npy.rows()).hasValue(5);
    }
  }

  @Test
  void closingTwiceIsHarmless() throws EmbeddingFileException {
    for (String name : new String[] {"little-f4.npy", "deflated.npz", "one.safetensors", "snappy.parquet"}) {
      EmbeddingFile file = EmbeddingFiles.open(absolute(name));
      file.close();
      file.close();
    }
  }

  private static byte[] floats(float... values) {
    byte[][] parts = new byte[values.length][];
    for (int i = 0; i < values.length; i++) {
      parts[i] = Fixtures.little(4, Float.floatToRawIntBits(values[i]));
    }
    return Fixtures.concat(parts);
  }

  private static String absolute(String location) {
    int colon = location.indexOf(':');
    return colon < 0
        ? Fixtures.path(location).toString()
        : Fixtures.path(location.substring(0, colon)) + location.substring(colon);
  }
}
