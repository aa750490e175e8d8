package dev.fullrank.cli;

import dev.fullrank.cli.format.EmbeddingFile;
import dev.fullrank.cli.format.EmbeddingFileException;
import dev.fullrank.cli.format.EmbeddingFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fullrank demo}: the report on embeddings that come with the command. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Reports 2000 embeddings of Fashion-MNIST images, trained with a contrastive loss alone (A) and with SVMax beside it (B),",
      "and compares them."
    })
final class DemoCommand implements Callable<Integer> {
  /** Trained alike but for the regularizer; see the README beside them. */
  private static final List<String> SAMPLE = List.of("fashion-mnist-contrastive.npy", "fashion-mnist-svmax.npy");

  /** In a checkout, where git ignores the file; elsewhere, where the user is. */
  private static final Path BUILD_FOLDER = Path.of("target");

  private static final String PAGE = "fullrank-demo.html";

  private final CommandContext context;

  @Option(names = "--html", paramLabel = "OUT", description = "Where to write the page; target/" + PAGE + " by default.")
  private String html = "";

  DemoCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    AtomicFile page = AtomicFile.at(html.isEmpty() ? defaultPage().toString() : html);
    List<FileReport> reports = new ArrayList<>();
    for (String name : SAMPLE) {
      reports.add(report(name));
    }
    for (FileReport report : reports) {
      context.out().println(TextReport.render(report, context.screen()));
    }
    context.out().println(TextReport.compare(reports, context.screen()));
    page.write(HtmlReport.render(reports, true, FullrankCommand.version(), ZonedDateTime.now(context.clock())));
    context.out().println("wrote " + page.path());
    context.out().println("next: fullrank report --normalize YOUR_EMBEDDINGS.npy");
    return Main.OK;
  }

  private FileReport report(String name) throws EmbeddingFileException {
    InputStream in = Objects.requireNonNull(DemoCommand.class.getResourceAsStream("demo/" + name), name);
    try (EmbeddingFile file = EmbeddingFiles.openNpy(in, name)) {
      return FileReport.of(file, ReportOptions.DEFAULT.normalized(), context.screen(), context.err());
    }
  }

  private static Path defaultPage() throws IOException {
    if (Files.exists(Path.of("pom.xml")) && Files.isWritable(Path.of("."))) {
      Files.createDirectories(BUILD_FOLDER);
      return BUILD_FOLDER.resolve(PAGE);
    }
    return Path.of(PAGE);
  }
}
