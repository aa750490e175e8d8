package dev.fullrank.kernels.ptx;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What names mean: those of a block in braces, then those around it. */
final class Scope {
  /** What a name stands for. */
  sealed interface Symbol {}

  /** A register. */
  record Register(int number, Type type) implements Symbol {}

  /** A variable: its address in its space. */
  record Memory(Space space, long address, int bytes) implements Symbol {}

  /** A place in the code. */
  record Label(int number) implements Symbol {}

  private final @Nullable Scope outer;
  private final Map<String, Symbol> symbols = new HashMap<>();

  /** The names of a module. */
  Scope() {
    outer = null;
  }

  /** A scope inside another. */
  Scope(Scope outer) {
    this.outer = outer;
  }

  void declare(String name, Symbol symbol, int line) {
    if (symbols.put(name, symbol) != null) {
      throw new PtxSyntaxException(line, name, "declared twice");
    }
  }

  /** The innermost meaning of a name, null if there is none. */
  @Nullable Symbol find(String name) {
    Symbol symbol = symbols.get(name);
    return symbol != null || outer == null ? symbol : outer.find(name);
  }
}
