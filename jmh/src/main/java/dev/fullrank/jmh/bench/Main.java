package dev.fullrank.jmh.bench;

import dev.fullrank.DeviceException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;

/**
 * The {@code bench} command of the launcher.
 *
 * <p>Exit codes: 0, done; 1, a library gave a wrong answer or this one could not be run; 2, the command line is wrong or the GPU cannot
 * be used.
 */
public final class Main {
  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // numbers are written alike everywhere
    System.exit(run(System.out, System.err, args));
  }

  static int run(PrintStream out, PrintStream err, String... args) {
    CommandLine command = new CommandLine(new BenchCommand(out));
    command.setOut(new PrintWriter(out, true, out.charset())).setErr(new PrintWriter(err, true, err.charset()));
    command.setParameterExceptionHandler((e, _) -> {
      err.println("fullrank: " + e.getMessage() + "; see fullrank bench --help");
      return 2;
    });
    command.setExecutionExceptionHandler((e, _, _) -> {
      err.println("fullrank: " + e.getMessage());
      if (e instanceof DeviceException) {
        return 2;
      }
      e.printStackTrace(err);
      return 1;
    });
    return command.execute(args);
  }
}
