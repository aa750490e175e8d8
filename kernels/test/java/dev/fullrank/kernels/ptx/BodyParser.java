package dev.fullrank.kernels.ptx;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The grammar of the bodies of functions. */
final class BodyParser {
  private final Tokens tokens;

  BodyParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Statements in braces. */
  List<Syntax.Statement> braces() {
    List<Syntax.Statement> statements = new ArrayList<>();
    tokens.expect("{");
    while (!tokens.takeIf("}")) {
      statement(statements);
    }
    return statements;
  }

  private void statement(List<Syntax.Statement> statements) {
    Token first = tokens.peek();
    @Nullable Token second = tokens.peekSecond();
    if (first.is("{")) {
      statements.add(new Syntax.Braces(braces()));
    } else if (second != null && second.is(":") && first.isWord()) {
      statements.add(new Syntax.Label(tokens.word()));
      tokens.expect(":");
    } else if (first.isDirective()) {
      directive(statements);
    } else {
      statements.add(code());
    }
  }

  private void directive(List<Syntax.Statement> statements) {
    switch (tokens.peek().text()) {
      case ".reg" -> statements.add(registers());
      case ".shared", ".local", ".param" -> statements.add(VariableParser.variable(tokens));
      case ".pragma" -> {
        tokens.take();
        tokens.take();
      }
      default -> throw tokens.unexpected("not known in the body of a function");
    }
    tokens.expect(";");
  }

  private Syntax.Registers registers() {
    tokens.take();
    @Nullable Type type = Type.named(tokens.peek().text().substring(1));
    if (type == null) {
      throw tokens.unexpected("not a type of registers");
    }
    tokens.take();
    List<String> names = new ArrayList<>();
    do {
      String name = tokens.word();
      if (tokens.takeIf("<")) {
        int count = tokens.integer();
        for (int i = 0; i < count; i++) {
          names.add(name + i);
        }
        tokens.expect(">");
      } else {
        names.add(name);
      }
    } while (tokens.takeIf(","));
    return new Syntax.Registers(type, names);
  }

  private Syntax.Code code() {
    Token first = tokens.peek();
    @Nullable String guard = null;
    boolean negated = false;
    if (tokens.takeIf("@")) {
      negated = tokens.takeIf("!");
      guard = tokens.word();
    }
    String opcode = tokens.word();
    List<Operand> operands = new ArrayList<>();
    if (!tokens.isNext(";")) {
      operands.addAll(operands());
    }
    tokens.expect(";");
    return new Syntax.Code(guard, negated, opcode, operands, tokens.textSince(first), first.line());
  }

  private List<Operand> operands() {
    List<Operand> operands = new ArrayList<>();
    do {
      operands.add(operand());
    } while (tokens.takeIf(","));
    return operands;
  }

  private Operand operand() {
    if (tokens.takeIf("[")) {
      return address();
    }
    if (tokens.takeIf("{")) {
      List<Operand> elements = operands();
      tokens.expect("}");
      return new Operand.Vector(elements);
    }
    if (tokens.takeIf("(")) {
      List<Operand> elements = tokens.isNext(")") ? List.of() : operands();
      tokens.expect(")");
      return new Operand.Arguments(elements);
    }
    if (tokens.takeIf("!")) {
      return new Operand.Not(tokens.word());
    }
    Operand simple = simple();
    return tokens.takeIf("|") ? new Operand.Pair(simple, simple()) : simple;
  }

  private Operand address() {
    Operand base = simple();
    long offset = 0;
    if (tokens.takeIf("+") || tokens.isNext("-")) {
      offset = tokens.number().bits();
    }
    tokens.expect("]");
    return new Operand.Address(base, offset);
  }

  private Operand simple() {
    return tokens.peek().isWord() ? new Operand.Name(tokens.word()) : tokens.number();
  }
}
