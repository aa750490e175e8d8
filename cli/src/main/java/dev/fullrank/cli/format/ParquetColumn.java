package dev.fullrank.cli.format;

import dev.fullrank.ElementType;
import dev.hardwood.HardwoodContext;
import dev.hardwood.InputFile;
import dev.hardwood.metadata.ColumnMetaData;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The column of a Parquet file that holds the embeddings, chosen and checked, but not read yet.
 *
 * @param name of the column in the file's schema
 * @param meanLength values of the column by rows, rounded up: the length of every list, if all are of one length
 */
record ParquetColumn(
    HardwoodContext context,
    ParquetFileReader file,
    int index,
    String name,
    ElementType type,
    CompressionCodec codec,
    long rows,
    long meanLength) {
  static {
    // Read once by hardwood when it loads: gzip is to be unpacked by the JDK, not by whatever native library is installed.
    System.setProperty("hardwood.uselibdeflate", "false");
  }

  /** One row of doubles then takes 8 MiB. */
  private static final long LONGEST_LIST = 1 << 20;

  /** Two decode a page each while the statistics of the one before are gathered. */
  private static final int DECODER_THREADS = 2;

  /** As many names as a message can usefully list. */
  private static final int LISTED = 8;

  private static final Set<CompressionCodec> CODECS =
      EnumSet.of(CompressionCodec.UNCOMPRESSED, CompressionCodec.SNAPPY, CompressionCodec.GZIP);

  static ParquetColumn open(Source source) throws EmbeddingFileException {
    HardwoodContext context = null;
    ParquetFileReader file = null;
    try (ParquetGuard guard = ParquetGuard.checkFooter(source)) {
      context = HardwoodContext.create(DECODER_THREADS);
      file = ParquetFileReader.open(InputFile.of(source.path()), context);
      return choose(source, guard, context, file);
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      close(context, file);
      throw explain(source, e);
    }
  }

  private static ParquetColumn choose(Source source, ParquetGuard guard, HardwoodContext context, ParquetFileReader file)
      throws EmbeddingFileException {
    ColumnSchema chosen = choose(source, file.getFileSchema().getColumns());
    List<RowGroup> groups = file.getFileMetaData().rowGroups();
    long rows = file.getFileMetaData().numRows();
    if (rows < 1 || groups.isEmpty()) {
      throw source.damaged("holds no rows", "at least one row is needed");
    }
    CompressionCodec codec = groups.getFirst().columns().get(chosen.columnIndex()).metaData().codec();
    long values = 0;
    for (RowGroup group : groups) {
      ColumnMetaData column = group.columns().get(chosen.columnIndex()).metaData();
      if (!CODECS.contains(column.codec())) {
        throw source.damaged(
            "is compressed by " + column.codec() + ", which is not read",
            "write it with Snappy, gzip or none: table.write_parquet(file, compression='snappy')");
      }
      guard.checkChunk(group.columns().get(chosen.columnIndex()));
      values = Math.addExact(values, column.numValues());
    }
    long meanLength = Math.max(1, Math.ceilDiv(values, rows));
    if (meanLength > LONGEST_LIST) {
      throw source.damaged("has lists of " + meanLength + " numbers", "at most " + LONGEST_LIST + " columns are read");
    }
    ElementType type = chosen.type() == PhysicalType.DOUBLE ? ElementType.FLOAT64 : ElementType.FLOAT32;
    return new ParquetColumn(context, file, chosen.columnIndex(), topLevelName(chosen), type, codec, rows, meanLength);
  }

  private static ColumnSchema choose(Source source, List<ColumnSchema> columns) throws EmbeddingFileException {
    List<ColumnSchema> lists = columns.stream().filter(ParquetColumn::isListOfNumbers).toList();
    String wanted = source.member();
    if (wanted == null && lists.size() == 1) {
      return lists.getFirst();
    }
    String listed = listed(lists);
    if (wanted == null) {
      throw source.damaged(
          "has " + lists.size() + " columns of type list<float> or list<double>",
          lists.isEmpty()
              ? "write the embeddings as one such column"
              : "choose one, as in " + source.path() + ":NAME, of " + listed);
    }
    for (ColumnSchema column : lists) {
      if (topLevelName(column).equals(wanted) || column.fieldPath().toString().equals(wanted)) {
        return column;
      }
    }
    throw source.damaged(
        "has no column " + EmbeddingFileException.excerpt(wanted) + " of type list<float> or list<double>",
        lists.isEmpty() ? "write the embeddings as one such column" : "choose one of " + listed);
  }

  private static boolean isListOfNumbers(ColumnSchema column) {
    return column.maxRepetitionLevel() == 1 && (column.type() == PhysicalType.FLOAT || column.type() == PhysicalType.DOUBLE);
  }

  private static String listed(List<ColumnSchema> lists) {
    List<String> names = lists.stream().limit(LISTED).map(c -> EmbeddingFileException.excerpt(topLevelName(c))).toList();
    return String.join(", ", names) + (lists.size() > LISTED ? ", …" : "");
  }

  private static String topLevelName(ColumnSchema column) {
    return column.fieldPath().elements().getFirst();
  }

  /** A reader of this column from its first row. */
  ColumnReader reader(int batchRows) {
    return file.buildColumnReader(index).batchSize(batchRows).build();
  }

  /** What an exception out of hardwood means: that the file is not what it says. Its messages name no remedy. */
  static EmbeddingFileException explain(Source source, Throwable e) {
    if (e instanceof EmbeddingFileException known) {
      return known;
    }
    Throwable root = e;
    while (root.getCause() != null) { // its threads wrap what stops them
      root = root.getCause();
    }
    String reason = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return root instanceof OutOfMemoryError
        ? new EmbeddingFileException(
            source.name(), "asks for more memory than there is (" + reason + ")",
            "give more with -Xmx, or write it with smaller row groups and pages", e)
        : new EmbeddingFileException(
            source.name(), "cannot be read as Parquet (" + reason + ")",
            "the file is damaged or incomplete: write or copy it again", e);
  }

  void close() {
    close(context, file);
  }

  private static void close(@Nullable HardwoodContext context, @Nullable ParquetFileReader file) {
    try (context; file) {
      // closed in this order: the file, then the threads that decode it
    } catch (IOException e) {
      System.getLogger(ParquetColumn.class.getName()).log(Level.DEBUG, "closing a file that was only read", e);
    }
  }
}
