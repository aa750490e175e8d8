package dev.fullrank.cli.format;

import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.ColumnMetaData;
import dev.hardwood.metadata.CompressionCodec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Walks through a Parquet file before hardwood does, which allocates what a length in the file asks for. A file passes if all its
 * lengths lie in it and its pages unpack to no more than a codec can make of their bytes.
 *
 * <p>Source of the structures: {@code parquet.thrift} of apache/parquet-format.
 */
final class ParquetGuard implements AutoCloseable {
  static final int MAGIC = 0x31524150; // "PAR1", little-endian
  private static final int ENCRYPTED_MAGIC = 0x45524150; // "PARE"
  private static final int TRAILER = 2 * Integer.BYTES;

  /** Writers aim at 1 MiB; this leaves room for the widest lists and keeps what one page needs below most heaps. */
  private static final long LARGEST_PAGE = 256L << 20;

  /** Floats of a page and their two levels then take 192 MiB. */
  private static final long MOST_PAGE_VALUES = 16L << 20;

  /** A list of this many equal numbers can be two bytes of run lengths: 2^13 values for each byte. */
  private static final long MOST_VALUES_PER_BYTE = 1 << 13;

  // Fields of PageHeader, as ThriftStruct paths.
  private static final long UNCOMPRESSED_SIZE = 2;
  private static final long COMPRESSED_SIZE = 3;
  private static final long DATA_VALUES = 5 * ThriftStruct.PATH_BASE + 1;
  private static final long DICTIONARY_VALUES = 7 * ThriftStruct.PATH_BASE + 1;
  private static final long DATA_V2_VALUES = 8 * ThriftStruct.PATH_BASE + 1;

  /** The offset of each PageLocation in field 1 of OffsetIndex. */
  private static final long PAGE_OFFSET = ThriftStruct.PATH_BASE + 1;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Source source;
  private final Arena arena;
  private final MemorySegment file;

  private ParquetGuard(Source source, Arena arena, MemorySegment file) {
    this.source = source;
    this.arena = arena;
    this.file = file;
  }

  /** Maps the file and walks through its footer. */
  @SuppressWarnings("MustBeClosed") // closed by close()
  static ParquetGuard checkFooter(Source source) throws EmbeddingFileException {
    Arena arena = Arena.ofConfined();
    try (FileChannel channel = source.open()) {
      ParquetGuard guard = new ParquetGuard(source, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, source.size(), arena));
      guard.checkFooter();
      return guard;
    } catch (IOException e) {
      arena.close();
      throw source.explain(e);
    }
  }

  private void checkFooter() throws EmbeddingFileException {
    long end = file.byteSize() - TRAILER;
    if (end < Integer.BYTES) {
      throw source.damaged("is too short for a Parquet file");
    }
    int magic = file.get(INT, end + Integer.BYTES);
    if (magic == ENCRYPTED_MAGIC) {
      throw source.damaged("is an encrypted Parquet file, which is not read", "decrypt it first");
    }
    if (magic != MAGIC) {
      throw source.damaged("does not end like a Parquet file");
    }
    long footer = Integer.toUnsignedLong(file.get(INT, end));
    if (footer > end - Integer.BYTES) {
      throw source.damaged("claims a footer of " + footer + " bytes in a file of " + file.byteSize());
    }
    walk(end - footer, footer, "footer", (_, _) -> {});
  }

  /** Walks through the pages of a column chunk. */
  void checkChunk(ColumnChunk chunk) throws EmbeddingFileException {
    ColumnMetaData column = chunk.metaData();
    long start = chunk.chunkStartOffset();
    long length = column.totalCompressedSize();
    requireInFile(start, length, "column chunk");
    List<Long> dataPages = new ArrayList<>();
    long values = 0;
    for (long at = start; at < start + length; ) {
      Map<Long, Long> page = new HashMap<>();
      long header = walk(at, start + length - at, "page header", page::put);
      long packed = page.getOrDefault(COMPRESSED_SIZE, -1L);
      if (packed < 0 || packed > start + length - at - header) {
        throw source.damaged("claims a page of " + packed + " bytes that does not lie in its column chunk");
      }
      checkPage(page, packed, column.codec());
      long data = Math.max(page.getOrDefault(DATA_VALUES, 0L), page.getOrDefault(DATA_V2_VALUES, 0L));
      if (page.containsKey(DATA_VALUES) || page.containsKey(DATA_V2_VALUES)) {
        dataPages.add(at);
      }
      values += data;
      at += header + packed;
    }
    if (values != column.numValues()) {
      throw source.damaged("promises " + column.numValues() + " values in a column chunk and holds " + values);
    }
    checkOffsetIndex(chunk, dataPages);
  }

  private void checkPage(Map<Long, Long> page, long packed, CompressionCodec codec) throws EmbeddingFileException {
    long unpacked = page.getOrDefault(UNCOMPRESSED_SIZE, -1L);
    if (unpacked < 0 || unpacked > LARGEST_PAGE || unpacked / bestRatio(codec) > packed) {
      throw source.damaged("claims to unpack a page of " + packed + " bytes into " + unpacked);
    }
    for (long path : new long[] {DATA_VALUES, DATA_V2_VALUES, DICTIONARY_VALUES}) {
      long values = page.getOrDefault(path, 0L);
      if (values < 0 || values > MOST_PAGE_VALUES || values / MOST_VALUES_PER_BYTE > unpacked) {
        throw source.damaged(
            "claims " + values + " values in a page of " + unpacked + " bytes",
            "if that is right, write it with smaller pages and without a dictionary: use_dictionary=False");
      }
    }
  }

  /** The most bytes that a codec can make of one, rounded up: Snappy copies 64 for 3, deflate 258 for two bits. */
  private static long bestRatio(CompressionCodec codec) {
    return switch (codec) {
      case UNCOMPRESSED -> 1;
      case SNAPPY -> 32;
      default -> 1032;
    };
  }

  /** Where there is an offset index, hardwood finds the pages by it: it has to name the pages that were looked at. */
  private void checkOffsetIndex(ColumnChunk chunk, List<Long> dataPages) throws EmbeddingFileException {
    Long offset = chunk.offsetIndexOffset();
    Integer length = chunk.offsetIndexLength();
    if (offset == null || length == null) {
      return;
    }
    requireInFile(offset, length, "offset index");
    List<Long> indexed = new ArrayList<>();
    walk(offset, length, "offset index", (path, value) -> {
      if (path == PAGE_OFFSET) {
        indexed.add(value);
      }
    });
    if (!indexed.equals(dataPages)) {
      throw source.damaged("has an offset index that does not name its pages");
    }
  }

  private long walk(long offset, long length, String what, ThriftStruct.Listener listener) throws EmbeddingFileException {
    try {
      return ThriftStruct.walk(file.asSlice(offset, length), listener);
    } catch (ThriftStruct.MalformedException e) {
      throw source.damaged("has a malformed Parquet " + what + " (" + e.getMessage() + ")");
    }
  }

  private void requireInFile(long offset, long length, String what) throws EmbeddingFileException {
    if (offset < 0 || length < 0 || length > file.byteSize() || offset > file.byteSize() - length) {
      throw source.damaged("has a " + what + " of " + length + " bytes at " + offset + " in a file of " + file.byteSize());
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
