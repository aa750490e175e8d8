package dev.fullrank.cli.format;

import dev.fullrank.Matrix;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Files made by other people's libraries (see {@code make_fixtures.py}), and bytes of files made here. */
final class Fixtures {
  private Fixtures() {}

  /** The path of a committed file. */
  static Path path(String name) {
    URL url = Objects.requireNonNull(Fixtures.class.getResource(name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Element (i, j) of the matrix that all committed files hold. */
  static double element(int i, int j) {
    return (3 * i + j + 1) / 8.0;
  }

  /** All rows of a file, read in blocks of at most {@code blockRows}. */
  static List<double[]> readAll(EmbeddingFile file, int blockRows) throws EmbeddingFileException {
    List<double[]> rows = new ArrayList<>();
    for (Matrix block = file.next(blockRows); block != null; block = file.next(blockRows)) {
      for (int i = 0; i < block.rows(); i++) {
        double[] row = new double[block.columns()];
        for (int j = 0; j < row.length; j++) {
          row[j] = block.get(i, j);
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** A .npy file of version 1 with this dictionary and this data. */
  static byte[] npy(String dictionary, byte[] data) {
    byte[] text = dictionary.getBytes(StandardCharsets.ISO_8859_1);
    return concat(NpyHeader.MAGIC, new byte[] {1, 0, (byte) text.length, (byte) (text.length >>> 8)}, text, data);
  }

  /** A .safetensors file with this header and this data. */
  static byte[] safetensors(String json, byte[] data) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    return concat(little(8, text.length), text, data);
  }

  /** A number of 4 or 8 bytes, little-endian. */
  static byte[] little(int bytes, long value) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return (bytes == Integer.BYTES ? buffer.putInt((int) value) : buffer.putLong(value)).array();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      try {
        all.write(part);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all.toByteArray();
  }
}
