package dev.fullrank.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;

/** The root of the command line: names the commands and does nothing itself. */
@Command(
    name = "fullrank",
    description = "Tells what embeddings are worth: how much of the rank that is there is put to use.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = FullrankCommand.Version.class,
    subcommands = {ReportCommand.class, DemoCommand.class, DoctorCommand.class, CheckCommand.class, HelpCommand.class},
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  done",
      "  1  a utilisation below --fail-below, or a failed check",
      "  2  wrong input or command line, said in one line (FULLRANK_DEBUG=1 adds a stack trace)"
    })
final class FullrankCommand {
  /** The version that the jar was built as. */
  static String version() {
    String version = FullrankCommand.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** For {@code --version}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"fullrank " + version(), "Java " + Runtime.version()};
    }
  }
}
