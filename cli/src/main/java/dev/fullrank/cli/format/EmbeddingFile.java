package dev.fullrank.cli.format;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an embedding file, read once from the first to the last.
 *
 * <p>What a file holds in place is mapped, not copied, so it may be larger than the memory and than 2 GiB; what has to be
 * decompressed or parsed is held one block at a time. Use from one thread; the blocks themselves may be read by any.
 */
public interface EmbeddingFile extends AutoCloseable {
  /** The name that the user gave, with the member where one was chosen. */
  String name();

  /** The format and what the file says of its storage, for people: {@code NumPy .npy, Fortran order}. */
  String format();

  /** Number of rows, or empty where only reading to the end can tell (CSV). */
  OptionalLong rows();

  /** Number of columns, at least 1. */
  int columns();

  /** How the blocks are stored. */
  ElementType type();

  /**
   * The next rows, as a view that is valid until the next call or {@link #close}.
   *
   * @param maxRows the most rows wanted, at least 1; a block may be shorter before the end of the file too
   * @return the rows, or null at the end of the file
   * @throws EmbeddingFileException if the file is damaged, or cannot be read further
   */
  @Nullable Matrix next(int maxRows) throws EmbeddingFileException;

  /** Unmaps and closes the file; blocks may no longer be used. Twice is harmless. */
  @Override
  void close();
}
