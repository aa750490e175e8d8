package dev.fullrank.kernels.ptx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the body of an entry into instructions. Functions are put in place of their calls: arguments, which PTX passes through variables in
 * {@code .param} space, become local memory that caller and callee share.
 */
final class Assembler {
  /** Above all dynamic shared memory, which begins at 0. */
  private static final long STATIC_SHARED = 1 << 20;

  /** Bytes between shared variables; more than any vector access is long. */
  private static final int SHARED_GAP = 128;

  /** Label number of the end of an entry, where a return is an exit. */
  private static final int NO_LABEL = -1;

  private final Map<String, Syntax.Function> functions;
  private final Scope module;
  private final RegisterTable registers = new RegisterTable();
  private final List<Instruction> code = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private final MemoryLayout shared = new MemoryLayout(STATIC_SHARED, SHARED_GAP);
  private final MemoryLayout local = new MemoryLayout(0, 0);
  private final Deque<String> calls = new ArrayDeque<>();

  Assembler(Map<String, Syntax.Function> functions, Scope module) {
    this.functions = functions;
    this.module = module;
  }

  /** The program of an entry, given the shared variables of the module. */
  Program assemble(Syntax.Function entry, List<Syntax.Variable> sharedVariables) {
    Scope scope = new Scope(module);
    for (Syntax.Variable variable : sharedVariables) {
      declare(variable, scope);
    }
    MemoryLayout parameters = new MemoryLayout(0, 0);
    for (Syntax.Variable variable : entry.parameters()) {
      MemoryLayout.Place place = parameters.add(variable);
      scope.declare(variable.name(), new Scope.Memory(Space.PARAM, place.address(), place.bytes()), variable.line());
    }
    body(entry.body() == null ? List.of() : entry.body(), new Scope(scope), NO_LABEL);
    int always = registers.truth(1);
    code.add(new Instruction(new Operation.Exit(), always, List.of(), List.of(), "the end of " + entry.name(), entry.line()));
    int localBytes = Math.toIntExact(local.end());
    return new Program(entry.name(), code, labels, registers, parameters.places(), shared.places(), localBytes);
  }

  private void body(List<Syntax.Statement> statements, Scope scope, int returnTo) {
    for (Syntax.Statement statement : statements) {
      if (statement instanceof Syntax.Label label) {
        scope.declare(label.name(), new Scope.Label(newLabel()), 0);
      }
    }
    for (Syntax.Statement statement : statements) {
      switch (statement) {
        case Syntax.Registers declared -> {
          for (String name : declared.names()) {
            scope.declare(name, new Scope.Register(registers.add(name), declared.type()), 0);
          }
        }
        case Syntax.Variable variable -> declare(variable, scope);
        case Syntax.Label label -> place(label(label.name(), scope));
        case Syntax.Braces braces -> body(braces.statements(), new Scope(scope), returnTo);
        case Syntax.Code instruction -> code(instruction, scope, returnTo);
      }
    }
  }

  private void declare(Syntax.Variable variable, Scope scope) {
    Scope.Memory memory = switch (variable.space()) {
      case ".shared" -> variable.count() == 0 ? new Scope.Memory(Space.SHARED, 0, 0) : memory(Space.SHARED, shared.add(variable));
      case ".local", ".param" -> memory(Space.LOCAL, local.add(variable));
      default -> throw new PtxSyntaxException(variable.line(), variable.name(), variable.space() + " inside of a function");
    };
    scope.declare(variable.name(), memory, variable.line());
  }

  private static Scope.Memory memory(Space space, MemoryLayout.Place place) {
    return new Scope.Memory(space, place.address(), place.bytes());
  }

  private void code(Syntax.Code statement, Scope scope, int returnTo) {
    Decoding decoding = new Decoding(statement, scope, registers);
    switch (decoding.opcode()) {
      case "call" -> call(statement, scope);
      case "ret" -> {
        decoding.take("uni");
        code.add(decoding.finish(returnTo == NO_LABEL ? new Operation.Exit() : new Operation.Branch(returnTo)));
      }
      default -> code.add(decoding.finish(Decoder.decode(decoding)));
    }
  }

  /** {@code call (results), name, (arguments)}, where both lists may be missing. */
  private void call(Syntax.Code call, Scope scope) {
    List<Operand> rest = new ArrayList<>(call.operands());
    List<Operand> results = rest.getFirst() instanceof Operand.Arguments first ? first.elements() : List.of();
    if (rest.getFirst() instanceof Operand.Arguments) {
      rest.removeFirst();
    }
    List<Operand> arguments = rest.size() > 1 && rest.getLast() instanceof Operand.Arguments last ? last.elements() : List.of();
    if (call.guard() != null || rest.isEmpty() || !(rest.getFirst() instanceof Operand.Name callee)) {
      throw error(call, "only plain calls of named functions are supported");
    }
    Syntax.Function function = functions.get(callee.name());
    if (function == null || function.body() == null) {
      throw error(call, "a function without a body");
    }
    if (calls.contains(callee.name())) {
      throw error(call, "recursion is not supported");
    }
    Scope inner = new Scope(module);
    bind(function.results(), results, call, scope, inner);
    bind(function.parameters(), arguments, call, scope, inner);
    int end = newLabel();
    calls.push(callee.name());
    body(function.body(), new Scope(inner), end);
    calls.pop();
    place(end);
  }

  /** Gives the callee's names to the variables of the caller. */
  private static void bind(List<Syntax.Variable> formal, List<Operand> actual, Syntax.Code call, Scope scope, Scope inner) {
    if (formal.size() != actual.size()) {
      throw error(call, actual.size() + " values, where " + formal.size() + " are declared");
    }
    for (int i = 0; i < formal.size(); i++) {
      Scope.@Nullable Symbol symbol = actual.get(i) instanceof Operand.Name name ? scope.find(name.name()) : null;
      if (!(symbol instanceof Scope.Memory memory) || memory.bytes() != formal.get(i).bytes()) {
        throw error(call, "does not fit the declaration of " + formal.get(i).name());
      }
      inner.declare(formal.get(i).name(), memory, call.line());
    }
  }

  private static int label(String name, Scope scope) {
    if (scope.find(name) instanceof Scope.Label label) {
      return label.number();
    }
    throw new IllegalStateException("no label " + name);
  }

  private int newLabel() {
    labels.add(0);
    return labels.size() - 1;
  }

  private void place(int label) {
    labels.set(label, code.size());
  }

  private static PtxSyntaxException error(Syntax.Code code, String problem) {
    return new PtxSyntaxException(code.line(), code.text(), problem);
  }
}
