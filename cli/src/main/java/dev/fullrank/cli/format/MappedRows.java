package dev.fullrank.cli.format;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A matrix that lies in a file as it will be used: the file is mapped, and blocks are views of the mapping. */
final class MappedRows implements EmbeddingFile {
  /** Looks at the rows of a block before they are handed out. */
  interface RowCheck {
    void check(MemorySegment memory, long firstRow, int count) throws EmbeddingFileException;

    /** For formats whose rows carry nothing but their numbers. */
    RowCheck NONE = (_, _, _) -> {};
  }

  private final Source source;
  private final String format;
  private final Layout layout;
  private final RowCheck rowCheck;
  private final Arena arena;
  private final MemorySegment memory;
  private long position;
  private boolean closed;

  private MappedRows(
      Source source, String format, Layout layout, RowCheck rowCheck, Arena arena, MemorySegment memory) {
    this.source = source;
    this.format = format;
    this.layout = layout;
    this.rowCheck = rowCheck;
    this.arena = arena;
    this.memory = memory;
  }

  /**
   * Maps {@code length} bytes from {@code offset}, which the caller has checked to lie in the file.
   *
   * @param layout how the matrix lies in these bytes
   */
  @SuppressWarnings("MustBeClosed") // closed by close()
  static MappedRows map(
      Source source, FileChannel channel, String format, Layout layout, long offset, long length, RowCheck rowCheck)
      throws EmbeddingFileException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment memory = channel.map(FileChannel.MapMode.READ_ONLY, offset, length, arena);
      return new MappedRows(source, format, layout, rowCheck, arena, memory);
    } catch (IOException e) {
      arena.close();
      throw source.explain(e);
    }
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public String format() {
    return format;
  }

  @Override
  public OptionalLong rows() {
    return OptionalLong.of(layout.rows());
  }

  @Override
  public int columns() {
    return layout.columns();
  }

  @Override
  public ElementType type() {
    return layout.type();
  }

  @Override
  public @Nullable Matrix next(int maxRows) throws EmbeddingFileException {
    int count = (int) Math.min(maxRows, layout.rows() - position);
    if (count <= 0) {
      return null;
    }
    rowCheck.check(memory, position, count);
    Matrix block = layout.rows(memory, position, count);
    position += count;
    return block;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      arena.close();
    }
  }
}
