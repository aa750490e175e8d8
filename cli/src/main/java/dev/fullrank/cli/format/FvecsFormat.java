package dev.fullrank.cli.format;

import dev.fullrank.ElementType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * The {@code .fvecs} files of the texmex corpus (Jégou et al., INRIA): each row is its dimension d as a little-endian int32,
 * then d little-endian float32. Mapped, with a row stride of d+1.
 */
final class FvecsFormat {
  private static final ValueLayout.OfInt DIMENSION = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private FvecsFormat() {}

  static EmbeddingFile open(Source source) throws EmbeddingFileException {
    source.refuseMember();
    try (FileChannel channel = source.open()) {
      ByteBuffer first = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(first, 0);
      if (first.hasRemaining()) {
        throw source.damaged("ends inside the dimension of its first row");
      }
      int columns = first.getInt(0);
      long rowBytes = Integer.BYTES + (long) columns * Float.BYTES;
      if (columns < 1 || rowBytes > source.size()) {
        throw source.damaged("claims " + columns + " columns in its first row and has " + source.size() + " bytes");
      }
      if (source.size() % rowBytes != 0) {
        throw source.damaged(
            "does not hold whole rows of " + columns + " columns: " + source.size() + " bytes are no multiple of " + rowBytes);
      }
      long rows = source.size() / rowBytes;
      Layout layout = new Layout(ElementType.FLOAT32, ByteOrder.LITTLE_ENDIAN, rows, columns, columns + 1L, 1);
      MappedRows.RowCheck sameDimension = (memory, from, count) -> checkDimensions(source, memory, layout, from, count);
      return MappedRows.map(
          source, channel, "fvecs", layout, Integer.BYTES, source.size() - Integer.BYTES, sameDimension);
    } catch (IOException e) {
      throw source.explain(e);
    }
  }

  /** The mapping begins after the first dimension, so that of row i lies one element before row i. */
  private static void checkDimensions(Source source, MemorySegment memory, Layout layout, long from, int count)
      throws EmbeddingFileException {
    for (long row = Math.max(from, 1); row < from + count; row++) {
      int dimension = memory.get(DIMENSION, (row * layout.rowStride() - 1) * Float.BYTES);
      if (dimension != layout.columns()) {
        throw source.damaged(
            "has " + layout.columns() + " columns in row 0 and " + dimension + " in row " + row,
            "all rows need the same length: write the file again");
      }
    }
  }
}
