package dev.fullrank.cli.format;

/** Text of unknown origin, made fit for one line of a terminal or of a page. */
public final class Printable {
  private Printable() {}

  /** The text with control characters, line separators and the marks that reorder text shown as {@code ?}. */
  public static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints().forEach(c -> line.appendCodePoint(isVisible(c) ? c : '?'));
    return line.toString();
  }

  /** At most so many characters, with an ellipsis where some are missing. */
  static String cut(String line, int longest) {
    if (line.length() <= longest) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(longest - 1)) ? longest - 1 : longest;
    return line.substring(0, end) + "…";
  }

  private static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED -> false;
      default -> true;
    };
  }
}
