package dev.fullrank.cli;

import picocli.CommandLine;

/** Makes the commands, each with the session that it writes to. A new command is one line here and one in FullrankCommand. */
final class SessionFactory implements CommandLine.IFactory {
  private final Session session;
  private final CommandLine.IFactory others = CommandLine.defaultFactory();

  SessionFactory(Session session) {
    this.session = session;
  }

  @Override
  public <K> K create(Class<K> kind) throws Exception {
    if (kind == ReportCommand.class) {
      return kind.cast(new ReportCommand(session));
    } else if (kind == DoctorCommand.class) {
      return kind.cast(new DoctorCommand(session));
    } else if (kind == DemoCommand.class) {
      return kind.cast(new DemoCommand(session));
    }
    return others.create(kind);
  }
}
