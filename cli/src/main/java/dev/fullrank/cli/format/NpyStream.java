package dev.fullrank.cli.format;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A .npy file in C order that comes as a stream, such as a resource of a jar. */
final class NpyStream implements EmbeddingFile {
  private final Source source;
  private final InputStream in;
  private final NpyHeader header;
  private final StreamedRows rows;
  private boolean closed;

  private NpyStream(Source source, InputStream in) throws IOException {
    this.source = source;
    this.in = in;
    this.header = NpyHeader.read(in, source);
    if (!header.layout().isRowMajor()) {
      throw source.damaged("is in Fortran order, which a stream cannot give row by row", "save it in C order");
    }
    this.rows = new StreamedRows(in, header.layout());
  }

  static EmbeddingFile open(InputStream in, String name) throws EmbeddingFileException {
    Source source = new Source(name, Path.of(name), null, Long.MAX_VALUE);
    try {
      return new NpyStream(source, in);
    } catch (IOException e) {
      throw source.explain(e);
    }
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public String format() {
    return header.describe("NumPy .npy");
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
      return rows.next(maxRows);
    } catch (EOFException e) {
      throw source.damaged("ends before its last row");
    } catch (IOException e) {
      throw source.explain(e);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      rows.close();
      try {
        in.close();
      } catch (IOException e) {
        System.getLogger(NpyStream.class.getName()).log(Level.DEBUG, "closing a stream that was only read", e);
      }
    }
  }
}
