package dev.fullrank.cli.format;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Python dictionary as .npy headers write it: keys are strings; values are strings, {@code True}, {@code False}, or tuples of
 * non-negative integers. Anything else is refused; nothing is evaluated.
 */
final class PythonDictionary {
  /** NumPy stops at 64 dimensions. */
  private static final int MOST_DIMENSIONS = 64;

  private final Source source;
  private final Map<String, Object> values = new HashMap<>();
  private final String text;
  private int at;

  private PythonDictionary(String text, Source source) {
    this.text = text;
    this.source = source;
  }

  static PythonDictionary parse(String text, Source source) throws EmbeddingFileException {
    PythonDictionary dictionary = new PythonDictionary(text, source);
    dictionary.parse();
    return dictionary;
  }

  String string(String key) throws EmbeddingFileException {
    return get(key, String.class);
  }

  boolean bool(String key) throws EmbeddingFileException {
    return get(key, Boolean.class);
  }

  @SuppressWarnings("unchecked") // the parser puts no other kind of list
  List<Long> tuple(String key) throws EmbeddingFileException {
    return get(key, List.class);
  }

  private <T> T get(String key, Class<T> kind) throws EmbeddingFileException {
    Object value = values.get(key);
    if (!kind.isInstance(value)) {
      throw source.damaged("has a .npy header without a usable '" + key + "'");
    }
    return kind.cast(value);
  }

  private void parse() throws EmbeddingFileException {
    expect('{');
    while (peek() != '}') {
      String key = quoted();
      expect(':');
      if (values.put(key, value(key)) != null) {
        throw malformed();
      }
      if (peek() != '}') {
        expect(',');
      }
    }
    expect('}');
    if (peek() != '\0') {
      throw malformed();
    }
  }

  private Object value(String key) throws EmbeddingFileException {
    char c = peek();
    if (c == '\'' || c == '"') {
      return quoted();
    }
    if (c == '(') {
      return integers();
    }
    if (text.startsWith("True", at)) {
      at += 4;
      return true;
    }
    if (text.startsWith("False", at)) {
      at += 5;
      return false;
    }
    if (c == '[' && key.equals("descr")) {
      throw source.damaged("is an array of records", "save one field of it: numpy.save(file, array['field'])");
    }
    throw malformed();
  }

  private List<Long> integers() throws EmbeddingFileException {
    List<Long> integers = new ArrayList<>();
    expect('(');
    while (peek() != ')') {
      integers.add(integer());
      if (integers.size() > MOST_DIMENSIONS) {
        throw malformed();
      }
      if (peek() != ')') {
        expect(',');
      }
    }
    expect(')');
    return integers;
  }

  private long integer() throws EmbeddingFileException {
    if (peek() == '-') {
      throw source.damaged("has a negative number in its shape");
    }
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    try {
      long value = Long.parseLong(text, start, at, 10);
      if (at < text.length() && text.charAt(at) == 'L') { // Python 2 wrote long integers so
        at++;
      }
      return value;
    } catch (NumberFormatException e) {
      throw malformed();
    }
  }

  private String quoted() throws EmbeddingFileException {
    char quote = peek();
    int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
    if (end < 0) {
      throw malformed();
    }
    String content = text.substring(at + 1, end);
    at = end + 1;
    return content;
  }

  private void expect(char c) throws EmbeddingFileException {
    if (peek() != c) {
      throw malformed();
    }
    at++;
  }

  /** The next character that is no blank, or NUL at the end. */
  private char peek() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private EmbeddingFileException malformed() {
    return source.damaged("has a malformed .npy header");
  }
}
