package dev.fullrank.cli;

import dev.fullrank.DeviceException;
import dev.fullrank.cli.format.EmbeddingFileException;
import dev.fullrank.cli.format.Printable;
import picocli.CommandLine;

/** What goes wrong becomes one line on the error stream and exit code 2; a stack trace only where one was asked for. */
final class Failures {
  private Failures() {}

  static CommandLine handle(CommandLine command, CommandContext context, boolean debug) {
    command.setParameterExceptionHandler((e, _) -> {
      CommandLine wrong = e.getCommandLine();
      String help = wrong.getCommandSpec().qualifiedName() + " --help";
      context.err().println("fullrank: " + Printable.oneLine(String.valueOf(e.getMessage())) + "; see " + help);
      return Main.FAILED;
    });
    command.setExecutionExceptionHandler((e, _, _) -> {
      context.err().println("fullrank: " + Printable.oneLine(explain(e)));
      if (debug) {
        e.printStackTrace(context.err());
      }
      return Main.FAILED;
    });
    return command;
  }

  private static String explain(Exception e) {
    return e instanceof EmbeddingFileException || e instanceof DeviceException
        ? String.valueOf(e.getMessage())
        : "this is a defect of fullrank: " + e + "; run again with FULLRANK_DEBUG=1 and report what it prints";
  }
}
