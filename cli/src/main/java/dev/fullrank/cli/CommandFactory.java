package dev.fullrank.cli;

import picocli.CommandLine;

/** Makes the commands, each with its context. A new command is one line here and one in FullrankCommand. */
final class CommandFactory implements CommandLine.IFactory {
  private final CommandContext context;
  private final CommandLine.IFactory others = CommandLine.defaultFactory();

  CommandFactory(CommandContext context) {
    this.context = context;
  }

  @Override
  public <K> K create(Class<K> kind) throws Exception {
    if (kind == ReportCommand.class) {
      return kind.cast(new ReportCommand(context));
    } else if (kind == DoctorCommand.class) {
      return kind.cast(new DoctorCommand(context));
    } else if (kind == DemoCommand.class) {
      return kind.cast(new DemoCommand(context));
    } else if (kind == CheckCommand.class) {
      return kind.cast(new CheckCommand(context));
    }
    return others.create(kind);
  }
}
