package dev.fullrank.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;

/**
 * The {@code fullrank} command.
 *
 * <p>Exit codes: 0, done; 1, a report fell below {@code --fail-below}, or a check failed; 2, the input or the command line is
 * wrong, said in one line on the standard error stream.
 */
public final class Main {
  static final int OK = 0;
  static final int NOT_PASSED = 1;
  static final int FAILED = 2;

  /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger PARQUET_LOG = Logger.getLogger("dev.hardwood");

  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    PARQUET_LOG.setLevel(Level.WARNING); // it tells of the kernels that it found on every start
    System.exit(run(System.out, System.err, Screen.detect(System.out.charset(), System.getenv()), System.getenv(), args));
  }

  /** Runs the command within this process. */
  static int run(PrintStream out, PrintStream err, Screen screen, Map<String, String> environment, String... args) {
    CommandContext context = new CommandContext(out, err, screen, Clock.system(ZoneId.systemDefault()));
    CommandLine command = new CommandLine(new FullrankCommand(), new CommandFactory(context));
    command.setOut(new PrintWriter(out, true, out.charset())).setErr(new PrintWriter(err, true, err.charset()));
    boolean debug = !environment.getOrDefault("FULLRANK_DEBUG", "").isEmpty();
    int code = Failures.handle(command, context, debug).execute(args);
    out.flush();
    err.flush();
    return code;
  }
}
