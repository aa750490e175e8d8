package dev.fullrank.cli.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Cuts delimited text into cells, one at a time, in constant memory. Cells may be in double quotes; lines end with LF, CR or
 * both; blank lines and lines that begin with {@code #} are skipped, as {@code numpy.loadtxt} does.
 *
 * <p>Not a CSV library: those build a string for every cell and a list for every line, know escapes that numbers never need, and
 * hold a line of any length. A matrix needs the position of the first cell that is no number, and a bound on the memory.
 */
final class CsvScanner {
  /** The longest decimal expansion of a double has 1075 digits behind the point; nobody writes a longer number by accident. */
  static final int LONGEST_CELL = 1100;

  private static final int BUFFER = 1 << 16;
  private static final int END = -1;
  private static final int UTF8_MARK_LENGTH = 3;

  private final InputStream in;
  private final Source source;
  private final byte[] buffer = new byte[BUFFER];
  private final byte[] cell = new byte[LONGEST_CELL];
  private int filled;
  private int at;
  private char delimiter;
  private int cellLength;
  private long line = 1;
  private int column;

  CsvScanner(InputStream in, Source source) throws IOException {
    this.in = in;
    this.source = source;
    if (peek() == 0xef && filled > UTF8_MARK_LENGTH && (buffer[1] & 0xff) == 0xbb && (buffer[2] & 0xff) == 0xbf) {
      at = UTF8_MARK_LENGTH;
    }
    this.delimiter = guessDelimiter();
  }

  /** The first of tab, semicolon, comma and blank that the first line holds, as far as the buffer shows it. */
  private char guessDelimiter() throws IOException {
    skipToContent();
    int end = at;
    while (end < filled && buffer[end] != '\n' && buffer[end] != '\r') {
      end++;
    }
    String first = new String(buffer, at, end - at, StandardCharsets.ISO_8859_1);
    for (char candidate : new char[] {'\t', ';', ',', ' '}) {
      if (first.indexOf(candidate) >= 0) {
        return candidate;
      }
    }
    return ',';
  }

  /** Goes to the next line with content. */
  boolean nextLine() throws IOException {
    skipToContent();
    column = 0;
    return peek() != END;
  }

  private void skipToContent() throws IOException {
    while (true) {
      int c = peek();
      if (c == '#') {
        while (peek() != END && peek() != '\n' && peek() != '\r') {
          at++;
        }
      } else if (c == '\n' || c == '\r') {
        endLine();
      } else {
        return;
      }
    }
  }

  /** Reads one cell of the line; false if the line has no more. */
  boolean nextCell() throws IOException {
    int c = peek();
    if (c == END || c == '\n' || c == '\r') {
      if (c != END) {
        endLine();
      }
      return false;
    }
    if (column > 0) {
      at++; // the delimiter at which the cell before ended
    }
    column++;
    readCell();
    return true;
  }

  private void readCell() throws IOException {
    boolean quoted = false;
    cellLength = 0;
    while (true) {
      int c = peek();
      boolean lineEnds = c == END || c == '\n' || c == '\r';
      if (lineEnds && quoted) {
        throw wrong("has an unclosed quotation mark", "close it");
      }
      if (lineEnds || (c == delimiter && !quoted)) {
        return;
      }
      at++;
      if (c == 0) {
        throw wrong("holds a NUL byte", "this is binary data or UTF-16: save it as UTF-8 text");
      }
      if (c == '"') {
        quoted = !quoted;
      } else if (cellLength == LONGEST_CELL) {
        throw wrong("is longer than " + LONGEST_CELL + " characters", "separate the numbers by commas, semicolons or tabs");
      } else {
        cell[cellLength++] = (byte) c;
      }
    }
  }

  /** The cell that was read last, as text. */
  String text() {
    return new String(cell, 0, cellLength, StandardCharsets.UTF_8).strip();
  }

  /**
   * The cell that was read last, as a number; {@code nan} and {@code inf} are some.
   *
   * @throws NumberFormatException if it is none
   */
  double number() {
    for (int i = 0; i < cellLength; i++) {
      byte c = cell[i];
      boolean plain = (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E' || c == ' ';
      if (!plain) {
        return named(text());
      }
    }
    return Double.parseDouble(new String(cell, 0, cellLength, StandardCharsets.ISO_8859_1));
  }

  /** Double.parseDouble knows these names only as Java spells them, and accepts suffixes and hexadecimals that are no data. */
  private static double named(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "nan", "+nan", "-nan" -> Double.NaN;
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw new NumberFormatException(text);
    };
  }

  /** The line of the cell that was read last, from 1. */
  long line() {
    return line;
  }

  /** An exception that names the line and the column of the cell that was read last. */
  EmbeddingFileException wrong(String problem, String remedy) {
    return source.damaged("line " + line + ", column " + column + " " + problem, remedy);
  }

  private void endLine() throws IOException {
    int c = peek();
    at++;
    if (c == '\r' && peek() == '\n') {
      at++;
    }
    line++;
  }

  private int peek() throws IOException {
    if (at == filled) {
      filled = Math.max(0, in.readNBytes(buffer, 0, BUFFER));
      at = 0;
    }
    return filled == 0 ? END : buffer[at] & 0xff;
  }
}
