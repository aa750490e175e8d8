package dev.fullrank.cli.format;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * NumPy's {@code .npz}: a zip of .npy members, stored or deflated, one of which is streamed. The memory it takes depends on the
 * block, not on what the zip claims to unpack to.
 */
final class NpzFile implements EmbeddingFile {
  /** Deflate cannot do better: 258 bytes for each two bits, and a zip that claims to is lying (zlib technical details). */
  private static final long BEST_DEFLATE = 1032;

  /** Looking into each member to find the only matrix is for archives of arrays, not for thousands of them. */
  private static final int MOST_MEMBERS = 1000;

  /** As many names as a message can usefully list. */
  private static final int LISTED = 8;

  private final Source source;
  private final ZipFile zip;
  private final ZipEntry entry;
  private final NpyHeader header;
  private final CheckedInputStream in;
  private final StreamedRows rows;
  private boolean closed;

  private NpzFile(Source source, ZipFile zip, ZipEntry entry) throws IOException {
    this.source = source;
    this.zip = zip;
    this.entry = entry;
    this.in = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
    this.header = NpyHeader.read(in, source);
    checkSizes();
    this.rows = new StreamedRows(in, header.layout());
  }

  static EmbeddingFile open(Source source) throws EmbeddingFileException {
    ZipFile zip = null;
    try {
      zip = new ZipFile(source.path().toFile());
      return new NpzFile(source, zip, choose(source, zip));
    } catch (ZipException | EOFException e) {
      closeQuietly(zip);
      throw damaged(source, e);
    } catch (IOException e) {
      closeQuietly(zip);
      throw source.explain(e);
    }
  }

  private static EmbeddingFileException damaged(Source source, IOException e) {
    return new EmbeddingFileException(
        source.name(), "is no readable zip archive (" + e.getMessage() + ")",
        "the file is damaged or incomplete: write or copy it again", e);
  }

  private static ZipEntry choose(Source source, ZipFile zip) throws IOException {
    if (source.member() != null) {
      for (String name : List.of(source.member(), source.member() + ".npy")) {
        ZipEntry named = zip.getEntry(name);
        if (named != null && !named.isDirectory()) {
          return named;
        }
      }
      throw source.damaged(
          "holds no array " + EmbeddingFileException.excerpt(source.member()), "choose one of " + listed(arrays(zip)));
    }
    List<? extends ZipEntry> arrays = arrays(zip);
    if (arrays.isEmpty()) {
      boolean torch = zip.stream().anyMatch(e -> e.getName().endsWith("data.pkl"));
      throw torch
          ? source.damaged("is a PyTorch checkpoint, a pickle, which is never loaded", "save the tensor with safetensors")
          : source.damaged("is a zip archive without .npy members", "save it with numpy.savez(file, embeddings=array)");
    }
    if (arrays.size() > MOST_MEMBERS) {
      throw source.damaged("holds " + arrays.size() + " arrays", "choose one: " + source.path() + ":NAME");
    }
    List<ZipEntry> matrices = new ArrayList<>();
    for (ZipEntry array : arrays) {
      if (isMatrix(source, zip, array)) {
        matrices.add(array);
      }
    }
    if (matrices.isEmpty() && arrays.size() == 1) {
      return arrays.getFirst(); // opening it says what is wrong with it
    }
    if (matrices.size() != 1) {
      throw source.damaged(
          "holds " + matrices.size() + " matrices of floating-point numbers among " + arrays.size() + " arrays",
          "choose one, as in " + source.path() + ":NAME, of " + listed(arrays));
    }
    return matrices.getFirst();
  }

  private static List<? extends ZipEntry> arrays(ZipFile zip) {
    return zip.stream().filter(e -> e.getName().endsWith(".npy")).toList();
  }

  private static boolean isMatrix(Source source, ZipFile zip, ZipEntry array) throws IOException {
    try (InputStream in = zip.getInputStream(array)) {
      NpyHeader.read(in, source);
      return true;
    } catch (EmbeddingFileException e) {
      return false;
    }
  }

  private static String listed(List<? extends ZipEntry> arrays) {
    List<String> names = arrays.stream()
        .limit(LISTED)
        .map(e -> EmbeddingFileException.excerpt(e.getName().replaceAll("\\.npy$", "")))
        .toList();
    return String.join(", ", names) + (arrays.size() > LISTED ? ", …" : "");
  }

  private void checkSizes() throws EmbeddingFileException {
    long unpacked = entry.getSize();
    long packed = entry.getCompressedSize();
    if (unpacked - header.length() != header.dataLength()) {
      throw source.damaged(
          "promises " + header.layout().rows() + "×" + header.layout().columns() + " " + header.layout().type() + " in "
              + header.dataLength() + " bytes and holds " + (unpacked - header.length()));
    }
    if (packed < 0 || packed > source.size() || unpacked / BEST_DEFLATE > packed) {
      throw source.damaged("claims to unpack " + packed + " bytes into " + unpacked);
    }
    long block = header.layout().isRowMajor() ? header.dataLength() / header.layout().rows() : header.dataLength();
    long limit = header.layout().isRowMajor() ? StreamedRows.LARGEST_BLOCK : Runtime.getRuntime().maxMemory() / 2;
    if (block > limit) {
      throw header.layout().isRowMajor()
          ? source.damaged("has rows of " + header.layout().columns() + " columns", "save it as .npy, which is read in place")
          : source.damaged(
              "holds " + block + " bytes in Fortran order, which a zip cannot give row by row",
              "save it as .npy, or in C order: numpy.ascontiguousarray(array)");
    }
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public String format() {
    String kind = entry.getMethod() == ZipEntry.STORED ? "NumPy .npz, stored" : "NumPy .npz, deflated";
    return header.describe(kind);
  }

  @Override
  public OptionalLong rows() {
    return OptionalLong.of(header.layout().rows());
  }

  @Override
  public int columns() {
    return header.layout().columns();
  }

  @Override
  public ElementType type() {
    return header.layout().type();
  }

  @Override
  public @Nullable Matrix next(int maxRows) throws EmbeddingFileException {
    try {
      Matrix block = rows.next(maxRows);
      if (block == null && in.getChecksum().getValue() != entry.getCrc()) {
        throw source.damaged("does not have the checksum that the zip archive gives");
      }
      return block;
    } catch (ZipException | EOFException e) {
      throw damaged(source, e);
    } catch (IOException e) {
      throw source.explain(e);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      rows.close();
      closeQuietly(zip);
    }
  }

  private static void closeQuietly(@Nullable ZipFile zip) {
    if (zip != null) {
      try {
        zip.close();
      } catch (IOException e) {
        System.getLogger(NpzFile.class.getName()).log(System.Logger.Level.DEBUG, "closing a zip that was only read", e);
      }
    }
  }
}
