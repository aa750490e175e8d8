package dev.fullrank.cli;

import dev.fullrank.check.CheckRow;
import dev.fullrank.check.CheckSuite;
import dev.fullrank.check.CheckTable;
import dev.fullrank.check.Extent;
import dev.fullrank.check.Subject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fullrank check} */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Checks values and gradients on this machine: certificates, differences, symmetries and closed forms, by every "
        + "route and element type, as error/tolerance.",
    footer = "%nExit code 1 if a check fails.")
final class CheckCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(names = "--full", description = "Every case of the test suite, which takes a minute or more.")
  private boolean full;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of the random matrices, ${DEFAULT-VALUE} by default.")
  private long seed = CheckSuite.DEFAULT_SEED;

  @Mixin private DeviceOption where = new DeviceOption();

  CheckCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<CheckRow> rows = CheckSuite.of(Subject.library(where.device()), full ? Extent.FULL : Extent.SHORT, seed).run();
    context.out().print(context.screen().plain(CheckTable.of(rows)));
    List<CheckRow> failed = rows.stream().filter(row -> !row.passed()).toList();
    failed.forEach(row -> context.out().println(context.screen().plain(row.toString())));
    return failed.isEmpty() ? Main.OK : Main.NOT_PASSED;
  }
}
