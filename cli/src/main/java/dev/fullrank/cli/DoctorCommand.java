package dev.fullrank.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code fullrank doctor} */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Tells what this machine offers to the computations, and what to change where that is less than it could be.")
final class DoctorCommand implements Callable<Integer> {
  private final CommandContext context;

  DoctorCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<Finding> findings = Machine.examine();
    Screen screen = context.screen();
    for (Finding finding : findings) {
      String sign = switch (finding.state()) {
        case GOOD -> screen.good("✓");
        case LACKING -> screen.warning("✗");
        case NEUTRAL -> screen.faint("·");
      };
      context.out().println(screen.plain(String.format(Locale.ROOT, "%s %-15s %s", sign, finding.subject(), finding.fact())));
      if (!finding.remedy().isEmpty()) {
        context.out().println(screen.plain(" ".repeat(18) + screen.faint("→ " + finding.remedy())));
      }
    }
    return Main.OK;
  }
}
