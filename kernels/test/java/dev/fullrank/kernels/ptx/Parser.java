package dev.fullrank.kernels.ptx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The grammar of modules, without the meaning of any opcode. Bodies are {@link BodyParser}'s, variables {@link VariableParser}'s. */
final class Parser {
  private final Tokens tokens;
  private final List<Syntax.Variable> variables = new ArrayList<>();
  private final List<Syntax.Function> functions = new ArrayList<>();

  private Parser(String text) {
    tokens = new Tokens(text);
  }

  static Syntax.Module parse(String text) {
    Parser parser = new Parser(text);
    while (!parser.tokens.atEnd()) {
      parser.item();
    }
    return new Syntax.Module(parser.variables, parser.functions);
  }

  private void item() {
    Token first = tokens.peek();
    switch (first.text()) {
      case ".version", ".address_size" -> {
        tokens.take();
        tokens.take();
      }
      case ".target" -> {
        tokens.take();
        do {
          tokens.take();
        } while (tokens.takeIf(","));
      }
      case ".visible", ".extern", ".weak" -> tokens.take();
      case ".entry" -> functions.add(function(true));
      case ".func" -> functions.add(function(false));
      case ".global", ".const", ".shared" -> {
        variables.add(VariableParser.variable(tokens));
        tokens.expect(";");
      }
      default -> throw tokens.unexpected("not known at the top of a module");
    }
  }

  private Syntax.Function function(boolean entry) {
    int line = tokens.take().line();
    List<Syntax.Variable> results = entry ? List.of() : parameters();
    String name = tokens.word();
    List<Syntax.Variable> parameters = parameters();
    Map<String, List<Integer>> limits = new LinkedHashMap<>();
    while (!tokens.isNext("{") && !tokens.isNext(";")) {
      limits.put(limit(), numbers());
    }
    @Nullable List<Syntax.Statement> body = tokens.takeIf(";") ? null : new BodyParser(tokens).braces();
    return new Syntax.Function(entry, name, results, parameters, limits, body, line);
  }

  private String limit() {
    return switch (tokens.peek().text()) {
      case ".maxntid", ".reqntid", ".minnctapersm", ".maxnreg", ".noreturn" -> tokens.take().text();
      default -> throw tokens.unexpected("not known in the header of a function");
    };
  }

  private List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>();
    if (tokens.peek().isNumber()) {
      do {
        numbers.add(tokens.integer());
      } while (tokens.takeIf(","));
    }
    return numbers;
  }

  private List<Syntax.Variable> parameters() {
    List<Syntax.Variable> parameters = new ArrayList<>();
    if (tokens.takeIf("(") && !tokens.takeIf(")")) {
      do {
        if (!tokens.isNext(".param")) {
          throw tokens.unexpected("expected .param");
        }
        parameters.add(VariableParser.variable(tokens));
      } while (tokens.takeIf(","));
      tokens.expect(")");
    }
    return parameters;
  }
}
