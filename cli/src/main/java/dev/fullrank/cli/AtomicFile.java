package dev.fullrank.cli;

import dev.fullrank.cli.format.EmbeddingFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/** A text file that appears whole or not at all: it is written under another name in the same folder and then moved. */
final class AtomicFile {
  private final String name;
  private final Path target;

  private AtomicFile(String name, Path target) {
    this.name = name;
    this.target = target;
  }

  /**
   * Checks, before any long work, that a file can be put there.
   *
   * @throws EmbeddingFileException if the folder is missing or read-only, or what is there is no plain file
   */
  static AtomicFile at(String name) throws EmbeddingFileException {
    try {
      Path path = Path.of(name).toAbsolutePath();
      Path target = Files.exists(path) ? path.toRealPath() : path;
      Path folder = target.getParent();
      if (folder == null || Files.isDirectory(target)) {
        throw new EmbeddingFileException(name, "is a directory", "name a file in it");
      }
      if (Files.exists(target) && !Files.isRegularFile(target)) {
        throw new EmbeddingFileException(name, "is a pipe or a device", "name a file to write to");
      }
      if (!Files.isDirectory(folder)) {
        throw new EmbeddingFileException(name, "cannot be written, since there is no folder " + folder, "create it first");
      }
      if (!Files.isWritable(folder)) {
        throw new EmbeddingFileException(name, "cannot be written, permission denied", "choose another folder");
      }
      return new AtomicFile(name, target);
    } catch (InvalidPathException | IOException e) {
      throw e instanceof EmbeddingFileException known
          ? known
          : new EmbeddingFileException(name, "is no file that can be written", "check the path", e);
    }
  }

  /** Where the file will be. */
  Path path() {
    return target;
  }

  /** Whether writing would replace this file. */
  boolean replaces(Path other) {
    try {
      return Files.exists(target) && Files.isSameFile(target, other);
    } catch (IOException e) {
      return false; // what cannot be looked at will not be opened either
    }
  }

  /** Puts the text there, in place of a file of that name. */
  void write(String text) throws EmbeddingFileException {
    Path temporary = target.resolveSibling(
        "." + target.getFileName() + "." + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp");
    try {
      try {
        temporary.toFile().deleteOnExit(); // for a process that is interrupted while it writes
        Files.writeString(temporary, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        move(temporary);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new EmbeddingFileException(
          name, "cannot be written (" + e.getMessage() + ")", "check the free space, or choose another folder", e);
    }
  }

  private void move(Path temporary) throws IOException {
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
