package dev.fullrank.cli.format;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.LayerKind;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A column of Parquet that holds a list of float or double in each row, decoded batch by batch by hardwood. */
final class ParquetFile implements EmbeddingFile {
  /** A batch has to be decoded before it can be used; this many bytes keep the threads of the decoder busy. */
  private static final long BATCH_BYTES = 8L << 20;

  private final Source source;
  private final ParquetColumn column;
  private final ColumnReader reader;
  private int columns;

  /** Rows of the current batch that have been handed out. */
  private int given;

  private int batchRows;

  /** Rows in the batches before the current one. */
  private long before;

  private boolean closed;

  private ParquetFile(Source source, ParquetColumn column) throws IOException {
    this.source = source;
    this.column = column;
    long inBatch = BATCH_BYTES / (column.meanLength() * column.type().bytes());
    this.reader = column.reader((int) Math.clamp(inBatch, 1, column.rows()));
  }

  static EmbeddingFile open(Source source) throws EmbeddingFileException {
    ParquetColumn column = ParquetColumn.open(source);
    try {
      ParquetFile file = new ParquetFile(source, column);
      file.readBatch();
      return file;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      column.close();
      throw ParquetColumn.explain(source, e);
    }
  }

  /** Decodes the next batch, of which all rows must be lists of as many numbers as the first row of the file. */
  private void readBatch() throws EmbeddingFileException {
    before += batchRows;
    given = 0;
    batchRows = reader.nextBatch() ? reader.getRecordCount() : 0;
    if (batchRows == 0) {
      if (before != column.rows()) {
        throw source.damaged("promises " + column.rows() + " rows and holds " + before);
      }
      return;
    }
    if (reader.getLayerCount() != 1 || reader.getLayerKind(0) != LayerKind.REPEATED) {
      throw source.damaged("holds a column that is no plain list", "choose a column of type list<float> or list<double>");
    }
    if (before == 0) {
      columns = reader.getLayerOffsets(0)[1];
    }
    checkLengths();
  }

  private void checkLengths() throws EmbeddingFileException {
    int[] offsets = reader.getLayerOffsets(0);
    for (int row = 0; row < batchRows; row++) {
      int length = offsets[row + 1] - offsets[row];
      boolean missing = reader.getLayerValidity(0).isNull(row);
      if (missing || length == 0 || length != columns) {
        String has = missing ? "has no list" : "has a list of " + length;
        throw source.damaged(
            "row " + (before + row) + " " + has + (before + row == 0 ? "" : " and row 0 one of " + columns),
            "all rows need lists of the same length: filter or pad them");
      }
    }
    if (reader.getLeafValidity().hasNulls()) {
      int at = reader.getLeafValidity().nextNull(0, batchRows * columns);
      throw source.damaged(
          "row " + (before + at / columns) + ", column " + at % columns + " is null", "drop the row or write a number");
    }
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public String format() {
    return "Parquet, column " + column.name() + ", " + column.codec();
  }

  @Override
  public OptionalLong rows() {
    return OptionalLong.of(column.rows());
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public ElementType type() {
    return column.type();
  }

  @Override
  public @Nullable Matrix next(int maxRows) throws EmbeddingFileException {
    try {
      if (given == batchRows) {
        readBatch();
      }
      int count = Math.min(maxRows, batchRows - given);
      if (count == 0) {
        return null;
      }
      int offset = given * columns;
      given += count;
      return column.type() == ElementType.FLOAT64
          ? Matrix.of(reader.getDoubles(), offset, count, columns, columns)
          : Matrix.of(reader.getFloats(), offset, count, columns, columns);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw ParquetColumn.explain(source, e);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      reader.close();
      column.close();
    }
  }
}
