package dev.fullrank.cli.format;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file that cannot be read as embeddings. The message is one line: the file, what is wrong, what to do. */
public final class EmbeddingFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Longer excerpts of a file would bury the sentence that they stand in. */
  private static final int LONGEST_EXCERPT = 60;

  /** Parsers below quote what they stumble over; three lines of a terminal are enough of it. */
  private static final int LONGEST_PROBLEM = 300;

  /** As the sentence "{@code file: problem; remedy}". */
  public EmbeddingFileException(String file, String problem, String remedy) {
    this(file, problem, remedy, null);
  }

  /** As the sentence "{@code file: problem; remedy}", with what gave rise to it. */
  public EmbeddingFileException(String file, String problem, String remedy, @Nullable Throwable cause) {
    super(
        Printable.oneLine(file) + ": " + Printable.cut(Printable.oneLine(problem), LONGEST_PROBLEM) + "; "
            + Printable.oneLine(remedy),
        cause);
  }

  /** A part of the file's content, shortened and without control characters, to be named in a message. */
  static String excerpt(String content) {
    return "'" + Printable.cut(Printable.oneLine(content), LONGEST_EXCERPT) + "'";
  }
}
