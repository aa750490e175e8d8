package dev.fullrank.kernels.ptx;

import java.util.ArrayList;
import java.util.List;

/** Cuts PTX into tokens. White space and comments vanish; an opcode with its modifiers is one word. */
final class Lexer {
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) {
    Lexer lexer = new Lexer(text);
    while (lexer.at < text.length()) {
      lexer.next();
    }
    return lexer.tokens;
  }

  private void next() {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      skip(at + 1);
    } else if (text.startsWith("//", at)) {
      int end = text.indexOf('\n', at);
      skip(end < 0 ? text.length() : end);
    } else if (text.startsWith("/*", at)) {
      int end = text.indexOf("*/", at + 2);
      skip(end < 0 ? text.length() : end + 2);
    } else if (c == '"') {
      int end = text.indexOf('"', at + 1);
      add(end < 0 ? text.length() : end + 1);
    } else {
      int end = at;
      while (end < text.length() && inWord(end)) {
        end += text.charAt(end) == ':' ? 2 : 1;
      }
      add(Math.max(end, at + 1));
    }
  }

  /** A pair of colons joins the halves of a modifier, as in {@code .shared::cta}; a single one ends a label. */
  private boolean inWord(int index) {
    char c = text.charAt(index);
    return Character.isLetterOrDigit(c) || "_$%.".indexOf(c) >= 0 || text.startsWith("::", index);
  }

  private void add(int end) {
    tokens.add(new Token(text.substring(at, end), line, at, end));
    skip(end);
  }

  private void skip(int end) {
    for (; at < end; at++) {
      if (text.charAt(at) == '\n') {
        line++;
      }
    }
  }
}
