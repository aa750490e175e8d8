package dev.fullrank.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that lie about themselves are refused with one line, before anything of the size that they claim is allocated. */
class HostileFileTest {
  private static final byte[] NONE = {};

  @TempDir Path folder;

  private static Arguments npy(String shape, String reason) {
    return npyHeader("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }", reason);
  }

  private static Arguments npyHeader(String dictionary, String reason) {
    return Arguments.of("a.npy", Fixtures.npy(dictionary, new byte[64]), reason);
  }

  private static Arguments tensor(String json, String reason) {
    return Arguments.of("a.safetensors", Fixtures.safetensors(json, new byte[64]), reason);
  }

  private static Arguments bytes(String name, String reason, byte[]... parts) {
    return Arguments.of(name, Fixtures.concat(parts), reason);
  }

  static Stream<Arguments> npyFiles() {
    byte[] magic = NpyHeader.MAGIC;
    return Stream.of(
        npy("(4, 5)", "in 80 bytes and holds 64"),
        npy("(4, 3)", "in 48 bytes and holds 64"),
        npy("(1000000000, 1000)", "4000000000000 bytes and holds 64"),
        npy("(4294967296, 1073741824)", "which no file can hold"),
        npy("(3037000500, 3037000500)", "holds a 3037000500×3037000500 matrix"),
        npy("(9223372036854775807, 2)", "which no file can hold"),
        npy("(99999999999999999999, 2)", "malformed"),
        npy("(-4, -4)", "negative"),
        npy("(4, -4)", "negative"),
        npy("(16,)", "not a matrix"),
        npy("()", "not a matrix"),
        npy("4", "malformed"),
        npy("(4, 4", "malformed"),
        npy("(4, 4.0)", "malformed"),
        npy("(" + "1, ".repeat(80) + ")", "malformed"),
        npy("__import__('os')", "malformed"),
        npyHeader("{'descr': '|O', 'fortran_order': False, 'shape': (4, 4), }", "never loaded"),
        npyHeader("{'descr': 'f4', 'fortran_order': False, 'shape': (4, 4), }", "element type 'f4'"),
        npyHeader("{'descr': '', 'fortran_order': False, 'shape': (4, 4), }", "element type ''"),
        npyHeader("{'descr': '<f16', 'fortran_order': False, 'shape': (4, 4), }", "element type '<f16'"),
        npyHeader("{'descr': '<c8', 'fortran_order': False, 'shape': (4, 4), }", "complex"),
        npyHeader("{'descr': '|b1', 'fortran_order': False, 'shape': (4, 4), }", "booleans"),
        npyHeader("{'descr': '<f4', 'fortran_order': 0, 'shape': (4, 4), }", "malformed"),
        npyHeader("{'descr': '<f4', 'shape': (4, 4), }", "without a usable 'fortran_order'"),
        npyHeader("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (4, 4)}", "malformed"),
        npyHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 4), } garbage", "malformed"),
        npyHeader("{" + "{".repeat(50_000), "malformed"),
        npyHeader("", "malformed"),
        bytes("a.npy", "ends inside its header", magic),
        bytes("a.npy", "ends inside its header", magic, new byte[] {1, 0}),
        bytes("a.npy", "ends inside its header", magic, new byte[] {1, 0, 100, 0}, new byte[50]),
        bytes("a.npy", "claims a header of 4294967295 bytes", magic, new byte[] {2, 0, -1, -1, -1, -1}, new byte[300]),
        bytes("a.npy", "claims a header of 2147483647 bytes", magic, new byte[] {3, 0, -1, -1, -1, 127}, new byte[300]),
        bytes("a.npy", "version 9.0", magic, new byte[] {9, 0, 10, 0}, new byte[50]),
        bytes("a.npy", "does not begin like a .npy file", new byte[300]));
  }

  static Stream<Arguments> safetensorsFiles() {
    return Stream.of(
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[4,5],\"data_offsets\":[0,80]}}", "bytes 0 to 80 of the 64"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[4,4],\"data_offsets\":[8,72]}}", "bytes 8 to 72 of the 64"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[4,4],\"data_offsets\":[0,60]}}", "bytes 0 to 60"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[4,4],\"data_offsets\":[64,0]}}", "bytes 64 to 0"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[4,4],\"data_offsets\":[-64,0]}}", "malformed"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", "4294967296×4294967296"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}", "bytes 0 to 0"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999,4],\"data_offsets\":[0,0]}}", "not valid JSON"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[4,4.5],\"data_offsets\":[0,64]}}", "malformed"),
        tensor("{\"e\":{\"dtype\":\"F8_E4M3\",\"shape\":[4,4],\"data_offsets\":[0,16]}}", "'F8_E4M3'"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[0,4],\"data_offsets\":[0,0]}}", "0×4"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[4,4]}}", "malformed"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[4,4],\"data_offsets\":[0]}}", "malformed"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[" + "1,".repeat(50) + "1],\"data_offsets\":[0,4]}}", "malformed"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"dtype\":\"F64\",\"shape\":[4,4],\"data_offsets\":[0,64]}}", "malformed"),
        tensor("{\"e\":[]}", "malformed"),
        tensor("{}", "0 tensors"),
        tensor("{\"__metadata__\":" + "{\"a\":".repeat(100_000), "not valid JSON"),
        tensor("{\"e\":" + "[".repeat(100_000), "malformed"),
        tensor("{\"" + "x".repeat(2_000_000) + "\":{}}", "not valid JSON"),
        tensor("{\"e\":{\"dtype\":\"F32\",\"shape\":[4,4],\"data_offsets\":[0,64]}} 1", "malformed"),
        tensor("{\"e\":{\"dtype\":\"F32\"", "not valid JSON"),
        bytes("a.safetensors", "not valid JSON", Fixtures.little(8, 6), new byte[] {'{', '"', (byte) 0xc3, 0x28, '"', '}'}),
        bytes("a.safetensors", "claims a header of 18446744073709551615 bytes", Fixtures.little(8, -1), new byte[] {'{', '}'}),
        bytes("a.safetensors", "claims a header of 9223372036854775807 bytes", Fixtures.little(8, Long.MAX_VALUE), new byte[300]),
        bytes("a.safetensors", "claims a header of 0 bytes", Fixtures.little(8, 0), new byte[300]),
        bytes("a.safetensors", "too short", new byte[] {1, 2, 3}));
  }

  static Stream<Arguments> otherFiles() {
    byte[] matrix = Fixtures.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 4), }", new byte[64]);
    byte[] huge = Fixtures.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000), }", new byte[64]);
    byte[] wide = Fixtures.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1000000000), }", new byte[64]);
    return Stream.of(
        bytes("a.fvecs", "claims 2147483647 columns", Fixtures.little(4, Integer.MAX_VALUE), new byte[60]),
        bytes("a.fvecs", "claims -1 columns", Fixtures.little(4, -1), new byte[60]),
        bytes("a.fvecs", "claims 0 columns", new byte[64]),
        bytes("a.fvecs", "62 bytes are no multiple of 12", Fixtures.little(4, 2), new byte[58]),
        bytes("a.fvecs", "ends inside", new byte[3]),
        bytes("a.npz", "in 4000000000 bytes and holds 64", zip("e.npy", huge)),
        bytes("a.npz", "in 4000000000 bytes and holds 64", zip("e.npy", wide)),
        bytes("a.npz", "PyTorch checkpoint", zip("archive/data.pkl", new byte[10])),
        bytes("a.npz", "without .npy members", zip("a.txt", new byte[10])),
        bytes("a.npz", "does not begin like a .npy file", zip("e.npy", new byte[64])),
        bytes("a.npz", "no readable zip", Arrays.copyOf(zip("e.npy", matrix), 60)),
        bytes("a.npz", "no readable zip", new byte[] {'P', 'K', 3, 4}),
        bytes("a.parquet", "too short", "PAR1".getBytes(StandardCharsets.US_ASCII)),
        bytes("a.parquet", "does not end like a Parquet file", "PAR1".getBytes(StandardCharsets.US_ASCII), new byte[300]),
        bytes("a.parquet", "encrypted", new byte[] {'P', 'A', 'R', '1'}, new byte[300], new byte[] {'P', 'A', 'R', 'E'}),
        bytes("a.parquet", "claims a footer of 4294967295 bytes", parquet(NONE, -1)),
        bytes("a.parquet", "claims a footer of 2147483647 bytes", parquet(NONE, Integer.MAX_VALUE)),
        bytes("a.parquet", "footer (a length of 2147483647", parquet(new byte[] {0x68, -1, -1, -1, -1, 7, 0}, 7)),
        bytes("a.parquet", "footer (a length of 2147483647", parquet(new byte[] {0x29, (byte) 0xfc, -1, -1, -1, -1, 7, 0}, 8)),
        bytes("a.parquet", "malformed Parquet footer (nested too deeply", parquet(repeated((byte) 0x1c, 5000), 5000)),
        bytes("a.parquet", "malformed Parquet footer (nested too deeply", parquet(repeated((byte) 0x19, 5000), 5000)),
        bytes("a.parquet", "cannot be read as Parquet", parquet(new byte[] {0}, 1)),
        bytes("a.h5", "HDF5", new byte[] {(byte) 0x89, 'H', 'D', 'F', 13, 10, 26, 10}),
        bytes("a.feather", "Arrow", "ARROW1\0\0".getBytes(StandardCharsets.US_ASCII)),
        bytes("a.csv.gz", "gunzip", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0}),
        bytes("a.pkl", "could run code", new byte[] {(byte) 0x80, 4, (byte) 0x95, 0}),
        bytes("a.bin", "no known format", new byte[] {1, 2, 3, 4}),
        bytes("a.csv", "NUL", new byte[1000]),
        bytes("a.npy", "is empty", NONE));
  }

  @ParameterizedTest
  @MethodSource({"npyFiles", "safetensorsFiles", "otherFiles"})
  void isRefused(String name, byte[] content, String reason) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, content);
    refused(file.toString(), reason);
  }

  @Test
  void whatIsNoFileIsRefused() throws IOException {
    refused(folder.toString(), "is a directory");
    refused(folder.resolve("none.npy").toString(), "no such file");
    refused(folder.resolve("none.npy:member").toString(), "no such file");
    refused("a\0b.npy", "is no file name");
    if (Files.exists(Path.of("/dev/zero"))) {
      refused("/dev/zero", "");
    }
  }

  @Test
  void aFileNameCannotSteerTheTerminal() {
    refused("\u001b[2J\u202efvecs\n.npy", "?[2J?fvecs?.npy: no such file");
  }

  @Test
  void aZipThatUnpacksToMoreThanDeflateCanIsRefused() throws IOException {
    byte[] zip = zip("e.npy", Fixtures.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 4), }", new byte[64]));
    // the central directory's uncompressed size, 24 bytes behind its signature
    int at = new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK\1\2") + 24;
    byte[] lie = Fixtures.little(4, 2_000_000_000);
    System.arraycopy(lie, 0, zip, at, 4);
    Path file = folder.resolve("bomb.npz");
    Files.write(file, zip);
    refused(file.toString(), "holds 19999999");
  }

  @Test
  void aZipOfZerosIsReadInTheMemoryOfABlock() throws IOException {
    // 256 MiB of zeros in 256 kB: read to the end through blocks of 1 MiB, without the memory of a whole
    int rows = 1 << 20;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("e.npy"));
      zip.write(Fixtures.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1048576, 64), }", NONE));
      byte[] megabyte = new byte[1 << 20];
      for (int i = 0; i < 256; i++) {
        zip.write(megabyte);
      }
      zip.closeEntry();
    }
    Path file = folder.resolve("zeros.npz");
    Files.write(file, out.toByteArray());
    assertThat(out.size()).isLessThan(1 << 19);
    try (EmbeddingFile npz = EmbeddingFiles.open(file.toString())) {
      long read = 0;
      for (var block = npz.next(4096); block != null; block = npz.next(4096)) {
        read += block.rows();
        assertThat(block.segment().byteSize()).isLessThanOrEqualTo(1 << 20);
      }
      assertThat(read).isEqualTo(rows);
    }
  }

  @Test
  void aFlippedByteInAZipIsFoundByItsChecksum() throws IOException {
    byte[] stored = Files.readAllBytes(Fixtures.path("stored.npz"));
    int data = new String(stored, StandardCharsets.ISO_8859_1).indexOf("}") + 80;
    stored[data] ^= 1;
    Path file = folder.resolve("flipped.npz");
    Files.write(file, stored);
    assertThatThrownBy(() -> {
      try (EmbeddingFile npz = EmbeddingFiles.open(file + ":embeddings")) {
        Fixtures.readAll(npz, 100);
      }
    }).isInstanceOf(EmbeddingFileException.class).hasMessageContaining("checksum");
  }

  private static void refused(String location, String reason) {
    assertThatThrownBy(() -> {
      try (EmbeddingFile file = EmbeddingFiles.open(location)) {
        Fixtures.readAll(file, 100);
      }
    })
        .isInstanceOf(EmbeddingFileException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("; ")
        .message().doesNotContain("\n").hasSizeLessThan(700);
  }

  private static byte[] zip(String member, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(member));
      zip.write(content);
      zip.closeEntry();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static byte[] parquet(byte[] footer, int claimedLength) {
    byte[] magic = "PAR1".getBytes(StandardCharsets.US_ASCII);
    return Fixtures.concat(magic, footer, Fixtures.little(4, claimedLength), magic);
  }

  private static byte[] repeated(byte value, int times) {
    byte[] bytes = new byte[times];
    Arrays.fill(bytes, value);
    return bytes;
  }
}
