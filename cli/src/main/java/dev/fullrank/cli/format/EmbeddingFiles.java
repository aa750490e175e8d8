package dev.fullrank.cli.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;

/** Opens embedding files of any known format. */
public final class EmbeddingFiles {
  /** Enough for every magic below and for the brace behind a safetensors length. */
  private static final int SNIFFED = 16;

  private static final String KNOWN = ".npy, .npz, .safetensors, .fvecs, .csv and .parquet";

  private static final int ZIP = 0x504b0304;
  private static final int PARQUET = 0x50415231;
  private static final int HDF5 = 0x89484446;
  private static final int ARROW = 0x4152524f;
  private static final int GZIP = 0x1f8b;
  private static final int PICKLE = 0x80;

  private EmbeddingFiles() {}

  /**
   * Opens a file; its first bytes tell the format, and where the format has no such mark (fvecs, CSV) the ending of its name.
   *
   * @param location a path, or {@code path:member} for a .npz array, a safetensors tensor or a Parquet column
   * @throws EmbeddingFileException if there is no such file, or it holds no matrix that can be read
   */
  public static EmbeddingFile open(String location) throws EmbeddingFileException {
    Source source = Source.locate(location);
    ByteBuffer first = firstBytes(source);
    int magic = first.remaining() >= Integer.BYTES ? first.getInt(0) : 0;
    String name = source.path().toString().toLowerCase(Locale.ROOT);
    if (startsWith(first, NpyHeader.MAGIC)) {
      return NpyFormat.open(source);
    } else if (magic == ZIP) {
      return NpzFile.open(source);
    } else if (magic == PARQUET) {
      return ParquetFile.open(source);
    }
    if (name.endsWith(".fvecs")) {
      return FvecsFormat.open(source);
    } else if (name.endsWith(".safetensors") || SafetensorsFormat.matches(first, source.size())) {
      return SafetensorsFormat.open(source);
    }
    refuseForeign(source, magic, first); // the lengths that begin fvecs and safetensors may look like these marks
    if (name.endsWith(".csv") || name.endsWith(".tsv") || name.endsWith(".txt")) {
      return CsvFile.open(source);
    }
    throw damagedOrUnknown(source, name);
  }

  /**
   * The file that a location names, without its member.
   *
   * @throws EmbeddingFileException if there is no such file
   */
  public static Path path(String location) throws EmbeddingFileException {
    return Source.locate(location).path();
  }

  /**
   * Opens a .npy file that comes as a stream, which the result closes.
   *
   * @param name how messages are to call it
   * @throws EmbeddingFileException if it holds no matrix in C order
   */
  public static EmbeddingFile openNpy(InputStream in, String name) throws EmbeddingFileException {
    return NpyStream.open(in, name);
  }

  private static ByteBuffer firstBytes(Source source) throws EmbeddingFileException {
    ByteBuffer first = ByteBuffer.allocate(SNIFFED).order(ByteOrder.BIG_ENDIAN);
    try (FileChannel channel = source.open()) {
      channel.read(first, 0);
      return first.flip();
    } catch (IOException e) {
      throw source.explain(e);
    }
  }

  private static boolean startsWith(ByteBuffer bytes, byte[] magic) {
    return bytes.remaining() >= magic.length && bytes.slice(0, magic.length).equals(ByteBuffer.wrap(magic));
  }

  private static void refuseForeign(Source source, int magic, ByteBuffer first) throws EmbeddingFileException {
    if (magic == HDF5) {
      throw source.damaged("is HDF5, which is not read", "save the data set with numpy.save");
    } else if (magic == ARROW) {
      throw source.damaged("is an Arrow or Feather file, which is not read", "save it as Parquet");
    } else if (magic >>> 16 == GZIP) {
      throw source.damaged("is compressed by gzip", "unpack it first: gunzip -k FILE");
    } else if (first.get(0) == (byte) PICKLE && first.remaining() > 1 && first.get(1) >= 2 && first.get(1) <= 5) {
      throw source.damaged("is a Python pickle, which is never loaded since it could run code", "save the array with numpy.save");
    }
  }

  private static EmbeddingFileException damagedOrUnknown(Source source, String name) {
    for (String ending : new String[] {".npy", ".npz", ".parquet"}) {
      if (name.endsWith(ending)) {
        return source.damaged("does not begin like a " + ending + " file");
      }
    }
    return source.damaged("is of no known format", "give one of " + KNOWN);
  }
}
