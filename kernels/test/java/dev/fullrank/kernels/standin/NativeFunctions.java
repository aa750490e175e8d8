package dev.fullrank.kernels.standin;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Functions of C libraries, called by name; the types of the arguments make the signature. Safe for use by any number of threads. */
final class NativeFunctions {
  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup symbols;
  private final Map<String, MethodHandle> handles = new ConcurrentHashMap<>();

  /** Opens libraries for good, each after those that it needs. */
  NativeFunctions(Path folder, String... libraries) {
    SymbolLookup all = name -> Optional.empty();
    for (String library : libraries) {
      all = all.or(SymbolLookup.libraryLookup(folder.resolve(library), Arena.global()));
    }
    symbols = all;
  }

  /** Whether a function is there. */
  boolean has(String name) {
    return symbols.find(name).isPresent();
  }

  /** Calls a function that returns an int; addresses are longs or segments. */
  int call(String name, Object... arguments) {
    return (int) invoke(name, ValueLayout.JAVA_INT, arguments);
  }

  /** Calls a function that returns 64 bits. */
  long callForLong(String name, Object... arguments) {
    return (long) invoke(name, ValueLayout.JAVA_LONG, arguments);
  }

  private Object invoke(String name, MemoryLayout result, Object... arguments) {
    MemoryLayout[] types = Stream.of(arguments).map(NativeFunctions::layout).toArray(MemoryLayout[]::new);
    FunctionDescriptor descriptor = FunctionDescriptor.of(result, types);
    MethodHandle handle =
        handles.computeIfAbsent(name + descriptor, key -> linker.downcallHandle(symbols.find(name).orElseThrow(), descriptor));
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(name + " cannot be called", e);
    }
  }

  private static MemoryLayout layout(Object argument) {
    return switch (argument) {
      case Long ignored -> ValueLayout.JAVA_LONG;
      case Integer ignored -> ValueLayout.JAVA_INT;
      case Byte ignored -> ValueLayout.JAVA_BYTE;
      case Float ignored -> ValueLayout.JAVA_FLOAT;
      case Double ignored -> ValueLayout.JAVA_DOUBLE;
      case MemorySegment ignored -> ValueLayout.ADDRESS;
      default -> throw new IllegalArgumentException("no C type for " + argument.getClass());
    };
  }
}
