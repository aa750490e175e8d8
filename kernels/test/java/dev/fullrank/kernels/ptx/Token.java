package dev.fullrank.kernels.ptx;

/**
 * A word, a number, a string or one punctuation mark.
 *
 * @param line in the text, from 1
 * @param start index of its first character in the text
 * @param end index behind its last character
 */
record Token(String text, int line, int start, int end) {
  boolean is(String other) {
    return text.equals(other);
  }

  /** Whether it begins like {@code .reg}. */
  boolean isDirective() {
    return text.length() > 1 && text.charAt(0) == '.';
  }

  boolean isNumber() {
    return Character.isDigit(text.charAt(0));
  }

  boolean isWord() {
    char first = text.charAt(0);
    return Character.isLetter(first) || first == '_' || first == '$' || first == '%';
  }
}
