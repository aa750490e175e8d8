package dev.fullrank.cli.format;

import com.fasterxml.jackson.core.JacksonException;
import dev.fullrank.ElementType;
import java.io.CharConversionException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.List;

/** Hugging Face's {@code .safetensors}: a length, a JSON header, and little-endian tensors, one of which is mapped. */
final class SafetensorsFormat {
  /** The header's length, a little-endian uint64. */
  private static final int PREFIX = Long.BYTES;

  private SafetensorsFormat() {}

  /** Whether the first bytes of a file can be the length of a header that lies in the file, and its opening brace. */
  static boolean matches(ByteBuffer first, long fileSize) {
    if (first.remaining() <= PREFIX || first.get(first.position() + PREFIX) != '{') {
      return false;
    }
    long length = first.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(first.position());
    return length > 0 && length <= SafetensorsHeader.LONGEST && length <= fileSize - PREFIX;
  }

  static EmbeddingFile open(Source source) throws EmbeddingFileException {
    try (FileChannel channel = source.open()) {
      ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(prefix, 0);
      if (prefix.hasRemaining()) {
        throw source.damaged("is too short for a safetensors file");
      }
      long headerLength = prefix.getLong(0);
      if (headerLength < 2 || headerLength > SafetensorsHeader.LONGEST || headerLength > source.size() - PREFIX) {
        throw source.damaged(
            "claims a header of " + Long.toUnsignedString(headerLength) + " bytes in a file of " + source.size());
      }
      return map(source, channel, PREFIX + headerLength, header(source, channel, headerLength));
    } catch (IOException e) {
      throw source.explain(e);
    }
  }

  private static SafetensorsHeader.Tensor header(Source source, FileChannel channel, long length) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      // Mapped, since a large model's header would otherwise lie on the heap twice.
      ByteBuffer json = channel.map(FileChannel.MapMode.READ_ONLY, PREFIX, length, arena).asByteBuffer();
      return SafetensorsHeader.choose(new BufferInputStream(json), source);
    } catch (JacksonException | CharConversionException e) {
      String reason = e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
      throw new EmbeddingFileException(
          source.name(), "has a safetensors header that is not valid JSON (" + reason + ")",
          "the file is damaged or incomplete: write or copy it again", e);
    }
  }

  private static EmbeddingFile map(Source source, FileChannel channel, long dataStart, SafetensorsHeader.Tensor tensor)
      throws EmbeddingFileException {
    ElementType type = switch (tensor.dtype()) {
      case "F64" -> ElementType.FLOAT64;
      case "F32" -> ElementType.FLOAT32;
      case "F16" -> ElementType.FLOAT16;
      case "BF16" -> ElementType.BFLOAT16;
      default -> throw source.damaged(
          "stores " + EmbeddingFileException.excerpt(tensor.name()) + " as " + EmbeddingFileException.excerpt(tensor.dtype()),
          "save it as F64, F32, F16 or BF16");
    };
    List<Long> shape = tensor.shape();
    if (shape.size() != 2) {
      throw source.damaged(
          "holds " + EmbeddingFileException.excerpt(tensor.name()) + " of shape " + shape + ", not a matrix",
          "reshape it to (rows, columns)");
    }
    long rows = shape.get(0);
    long columns = shape.get(1);
    if (rows < 1 || columns < 1 || columns > Integer.MAX_VALUE) {
      throw source.damaged("holds a " + rows + "×" + columns + " tensor", "at least one row and one column are needed");
    }
    long bytes = Layout.denseBytes(type, rows, columns);
    if (bytes < 0 || tensor.end() - tensor.begin() != bytes || tensor.end() > source.size() - dataStart) {
      throw source.damaged(
          "promises " + rows + "×" + columns + " " + type + " in bytes " + tensor.begin() + " to " + tensor.end() + " of the "
              + (source.size() - dataStart) + " that it holds");
    }
    Layout layout = Layout.rowMajor(type, ByteOrder.LITTLE_ENDIAN, rows, (int) columns);
    return MappedRows.map(
        source, channel, "safetensors " + tensor.dtype(), layout, dataStart + tensor.begin(), bytes, MappedRows.RowCheck.NONE);
  }
}
