package dev.fullrank.jmh.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Stops processes and lets them go on. A library that is not being timed must not use the machine, but threads of OpenMP wait
 * busily for up to 200 ms after their work, and a JIT compiler works on for seconds; waiting would not be enough, and settings
 * that shorten the wait were seen to slow MKL.
 */
final class Suspension {
  private static final boolean MAC = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac");
  private static final int SIGSTOP = MAC ? 17 : 19;
  private static final int SIGCONT = MAC ? 19 : 18;
  private static final @Nullable MethodHandle KILL = kill();

  private Suspension() {}

  static void stop(Process process) {
    signal(process, SIGSTOP);
  }

  static void resume(Process process) {
    signal(process, SIGCONT);
  }

  private static void signal(Process process, int signal) {
    MethodHandle kill = KILL;
    if (kill != null && process.isAlive()) {
      try {
        int result = (int) kill.invokeExact((int) process.pid(), signal);
        if (result != 0 && process.isAlive()) {
          throw new IllegalStateException("the process " + process.pid() + " takes no signals");
        }
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** POSIX kill(pid, signal), or null on Windows, where none of the native libraries is offered either. */
  private static @Nullable MethodHandle kill() {
    SymbolLookup standard = Linker.nativeLinker().defaultLookup();
    return standard
        .find("kill")
        .map(symbol -> Linker.nativeLinker().downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT)))
        .orElse(null);
  }
}
