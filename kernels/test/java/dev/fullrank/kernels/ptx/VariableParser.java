package dev.fullrank.kernels.ptx;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code .shared .align 8 .f64 name[4][5] = {...}} and the like, without the semicolon. */
final class VariableParser {
  private VariableParser() {}

  static Syntax.Variable variable(Tokens tokens) {
    Token space = tokens.take();
    @Nullable Type type = null;
    int alignment = 0;
    while (tokens.peek().isDirective()) {
      String attribute = tokens.peek().text();
      if (attribute.equals(".align")) {
        tokens.take();
        // Behind .ptr it is the alignment of what a parameter points to.
        int stated = tokens.integer();
        alignment = alignment < 0 ? alignment : stated;
      } else if (attribute.equals(".ptr")) {
        tokens.take();
        alignment = -1;
      } else if (alignment < 0 && isPointee(attribute)) {
        tokens.take();
      } else {
        type = Type.named(attribute.substring(1));
        if (type == null || type == Type.PRED) {
          throw tokens.unexpected("not known in the declaration of a variable");
        }
        tokens.take();
      }
    }
    if (type == null) {
      throw tokens.unexpected("the type is missing");
    }
    String name = tokens.word();
    long count = count(tokens);
    List<Long> initial = tokens.takeIf("=") ? initial(tokens) : List.of();
    if (initial.size() > count) {
      throw new PtxSyntaxException(space.line(), name, initial.size() + " initial values for " + count + " elements");
    }
    return new Syntax.Variable(space.text(), type, name, count, alignment <= 0 ? type.bytes() : alignment, initial, space.line());
  }

  private static boolean isPointee(String attribute) {
    return attribute.equals(".global") || attribute.equals(".const") || attribute.equals(".shared") || attribute.equals(".local");
  }

  private static long count(Tokens tokens) {
    long count = 1;
    while (tokens.takeIf("[")) {
      count *= tokens.isNext("]") ? 0 : tokens.number().bits();
      tokens.expect("]");
    }
    return count;
  }

  private static List<Long> initial(Tokens tokens) {
    List<Long> values = new ArrayList<>();
    if (tokens.takeIf("{")) {
      do {
        values.addAll(initial(tokens));
      } while (tokens.takeIf(","));
      tokens.expect("}");
    } else {
      values.add(tokens.number().bits());
    }
    return values;
  }
}
