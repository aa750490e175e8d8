package dev.fullrank.cli;

import java.io.Console;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * What the terminal, or whatever stands in its place, can show.
 *
 * @param unicode whether blocks and lines can be drawn
 * @param colour whether escape sequences are welcome
 * @param interactive whether a person is watching
 */
record Screen(boolean unicode, boolean colour, boolean interactive) {
  private static final String GLYPHS = "█▏░┄·";

  /** The screen of this process: colours only on a terminal, and none if {@code NO_COLOR} is set (no-color.org). */
  @SuppressWarnings("SystemConsoleNull") // it was never null from JDK 22 to 24, and is again in 25
  static Screen detect(Charset output, Map<String, String> environment) {
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    boolean dumb = "dumb".equals(environment.get("TERM"));
    boolean noColour = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Screen(output.newEncoder().canEncode(GLYPHS), terminal && !dumb && !noColour, terminal && !dumb);
  }

  String bold(String text) {
    return styled("1", text);
  }

  String faint(String text) {
    return styled("2", text);
  }

  String accent(String text) {
    return styled("36", text);
  }

  String warning(String text) {
    return styled("33", text);
  }

  String good(String text) {
    return styled("32", text);
  }

  private String styled(String code, String text) {
    return colour && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** The text with every sign that this screen cannot show replaced by one of ASCII. */
  String plain(String text) {
    if (unicode) {
      return text;
    }
    StringBuilder ascii = new StringBuilder(text.length());
    text.codePoints().forEach(c -> ascii.append(switch (c) {
      case '×' -> "x";
      case '−', '–', '┄', '─' -> "-";
      case '·', '░' -> ".";
      case '█', '▇', '▆', '▅' -> "#";
      case '▄', '▃', '▂', '▁' -> "_";
      case '▏', '│', '▎', '▍', '▌' -> "|";
      case '▋', '▊', '▉' -> "#";
      case '∞' -> "inf";
      case 'σ' -> "s";
      case 'μ' -> "mu";
      case 'α' -> "alpha";
      case 'γ' -> "gamma";
      case 'ε' -> "epsilon";
      case '√' -> "sqrt";
      case '✓' -> "+";
      case '✗' -> "!";
      case '→' -> "->";
      case '…' -> "...";
      case '₁' -> "1";
      case '²' -> "2";
      case '⁴' -> "4";
      case 'Σ' -> "S";
      case '‖' -> "|";
      case '≥' -> ">=";
      case '\u00a0' -> " ";
      default -> c < 128 ? Character.toString(c) : "?";
    }));
    return ascii.toString();
  }
}
