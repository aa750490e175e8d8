package dev.fullrank.kernels.gpu;

import java.io.PrintStream;
import java.util.Locale;

/** Runs checks one after the other and says how each of them went; a check that fails does not keep the others from running. */
final class Checklist {
  /** A check. */
  @FunctionalInterface
  interface Check {
    /**
     * Throws whatever it likes if something is wrong.
     *
     * @return what is worth knowing if nothing is; may be empty
     */
    String run() throws Exception;
  }

  private final PrintStream out;
  private int failures;

  Checklist(PrintStream out) {
    this.out = out;
  }

  /** Fails the check that is running unless this holds. */
  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  void check(String name, Check check) {
    long start = System.nanoTime();
    try {
      line("ok", start, name, check.run());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(start, name, e);
    } catch (Exception | Error e) {
      fail(start, name, e);
    }
  }

  private void fail(long start, String name, Throwable e) {
    failures++;
    line("FAILED", start, name, e instanceof AssertionError ? String.valueOf(e.getMessage()) : e.toString());
    if (!(e instanceof AssertionError)) {
      e.printStackTrace(out);
    }
  }

  private void line(String outcome, long start, String name, String note) {
    double seconds = (System.nanoTime() - start) / 1e9;
    out.printf(Locale.ROOT, "  %-6s %7.2f s  %s%s%n", outcome, seconds, name, note.isEmpty() ? "" : ": " + note);
    out.flush();
  }

  int failures() {
    return failures;
  }
}
