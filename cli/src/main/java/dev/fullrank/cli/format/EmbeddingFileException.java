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
    super(oneLine(file) + ": " + cut(oneLine(problem), LONGEST_PROBLEM) + "; " + oneLine(remedy), cause);
  }

  /** A part of the file's content, shortened and without control characters, to be named in a message. */
  static String excerpt(String content) {
    return "'" + cut(oneLine(content), LONGEST_EXCERPT) + "'";
  }

  private static String cut(String line, int longest) {
    if (line.length() <= longest) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(longest - 1)) ? longest - 1 : longest;
    return line.substring(0, end) + "…";
  }

  /** Control characters, line separators and the marks that reorder text are shown as {@code ?}: a file must not steer a terminal. */
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().forEach(c -> line.appendCodePoint(isVisible(c) ? c : '?'));
    return line.toString();
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED -> false;
      default -> true;
    };
  }
}
