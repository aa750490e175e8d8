package dev.fullrank.cli.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file on disk and, optionally, the member of it that is wanted: {@code file}, {@code file.npz:member},
 * {@code file.safetensors:tensor}, {@code file.parquet:column}.
 *
 * @param name what the user typed
 * @param path the file
 * @param member the part after the last colon, or null
 * @param size in bytes, at least 1
 */
record Source(String name, Path path, @Nullable String member, long size) {
  /** Finds the file that {@code location} names; a file whose own name holds a colon wins over a member. */
  static Source locate(String location) throws EmbeddingFileException {
    try {
      Path whole = Path.of(location);
      int colon = location.lastIndexOf(':');
      if (!Files.exists(whole) && colon > 0 && colon < location.length() - 1) {
        Path file = Path.of(location.substring(0, colon));
        if (Files.exists(file)) {
          return of(location, file, location.substring(colon + 1));
        }
      }
      return of(location, whole, null);
    } catch (InvalidPathException e) {
      throw new EmbeddingFileException(location, "is no file name", "check the spelling", e);
    }
  }

  private static Source of(String name, Path path, @Nullable String member) throws EmbeddingFileException {
    try {
      if (Files.isDirectory(path)) {
        throw new EmbeddingFileException(name, "is a directory", "name a file in it");
      }
      long size = Files.size(path);
      if (!Files.isRegularFile(path)) {
        throw new EmbeddingFileException(name, "is a pipe or a device", "save the data to a file first");
      }
      if (size == 0) {
        throw new EmbeddingFileException(name, "is empty", "write the embeddings again");
      }
      return new Source(name, path, member, size);
    } catch (IOException e) {
      throw explain(name, e);
    }
  }

  /** Opens the file for reading. */
  FileChannel open() throws EmbeddingFileException {
    try {
      return FileChannel.open(path, StandardOpenOption.READ);
    } catch (IOException e) {
      throw explain(name, e);
    }
  }

  /** The exception that tells a user what an {@link IOException} on this file means. */
  EmbeddingFileException explain(IOException e) {
    return explain(name, e);
  }

  /** As {@link #explain(IOException)}, for a file that is named otherwise. */
  static EmbeddingFileException explain(String name, IOException e) {
    return switch (e) {
      case EmbeddingFileException known -> known;
      case NoSuchFileException _ -> new EmbeddingFileException(name, "no such file", "check the path", e);
      case AccessDeniedException _ -> new EmbeddingFileException(
          name, "permission denied", "make the file readable for this user", e);
      default -> new EmbeddingFileException(
          name, "cannot be read (" + e.getMessage() + ")", "check the disk, or copy the file and try again", e);
    };
  }

  /** Refuses a member where the format holds a single matrix. */
  void refuseMember() throws EmbeddingFileException {
    if (member != null) {
      throw damaged(
          "holds one matrix and no member " + EmbeddingFileException.excerpt(member), "leave out what follows the colon");
    }
  }

  /** An exception on this file. */
  EmbeddingFileException damaged(String problem, String remedy) {
    return new EmbeddingFileException(name, problem, remedy);
  }

  /** An exception on this file, which is cut short or has been overwritten. */
  EmbeddingFileException damaged(String problem) {
    return damaged(problem, "the file is damaged or incomplete: write or copy it again");
  }
}
