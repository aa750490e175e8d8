package dev.fullrank.kernels.ptx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cursor over tokens, with the complaints that a parser makes of them. */
final class Tokens {
  private final String text;
  private final List<Token> tokens;
  private int at;

  Tokens(String text) {
    this.text = text;
    this.tokens = Lexer.tokens(text);
  }

  boolean atEnd() {
    return at == tokens.size();
  }

  Token peek() {
    if (atEnd()) {
      int line = tokens.isEmpty() ? 1 : tokens.getLast().line();
      throw new PtxSyntaxException(line, "end of the text", "something is missing");
    }
    return tokens.get(at);
  }

  /** The token behind the next one, null at the end. */
  @Nullable Token peekSecond() {
    return at + 1 < tokens.size() ? tokens.get(at + 1) : null;
  }

  boolean isNext(String expected) {
    return !atEnd() && peek().is(expected);
  }

  Token take() {
    Token token = peek();
    at++;
    return token;
  }

  /** Takes the next token if it is the expected one. */
  boolean takeIf(String expected) {
    boolean found = isNext(expected);
    if (found) {
      at++;
    }
    return found;
  }

  void expect(String expected) {
    if (!takeIf(expected)) {
      throw unexpected("expected " + expected);
    }
  }

  String word() {
    if (!peek().isWord()) {
      throw unexpected("expected a name");
    }
    return take().text();
  }

  int integer() {
    return Math.toIntExact(number().bits());
  }

  Operand.Literal number() {
    boolean negative = takeIf("-");
    if (!peek().isNumber()) {
      throw unexpected("expected a number");
    }
    return Literals.number(take(), negative);
  }

  /** An error at the next token. */
  PtxSyntaxException unexpected(String problem) {
    Token token = peek();
    return new PtxSyntaxException(token.line(), token.text(), problem);
  }

  /** The text from a token to the one taken last, on one line. */
  String textSince(Token first) {
    return text.substring(first.start(), tokens.get(at - 1).end()).replaceAll("\\s+", " ");
  }
}
