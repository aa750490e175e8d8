package dev.fullrank.check;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs the suite against the library and prints its table: {@code CheckMain [--full] [SEED]}; exit code 1 if a check fails. */
public final class CheckMain {
  private CheckMain() {}

  /** Entry point. */
  public static void main(String[] arguments) {
    Extent extent = Extent.SHORT;
    long seed = CheckSuite.DEFAULT_SEED;
    for (String argument : arguments) {
      if (argument.equals("--full")) {
        extent = Extent.FULL;
      } else if (argument.matches("-?[0-9]{1,18}")) {
        seed = Long.parseLong(argument);
      } else {
        System.err.println("usage: CheckMain [--full] [SEED]");
        System.exit(2);
      }
    }
    List<CheckRow> rows = CheckSuite.of(Subject.library(), extent, seed).run();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.print(CheckTable.of(rows));
    rows.stream().filter(row -> !row.passed()).forEach(out::println);
    System.exit(rows.stream().allMatch(CheckRow::passed) ? 0 : 1);
  }
}
