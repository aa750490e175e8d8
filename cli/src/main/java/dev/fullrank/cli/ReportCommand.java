package dev.fullrank.cli;

import dev.fullrank.DeviceException;
import dev.fullrank.cli.format.EmbeddingFile;
import dev.fullrank.cli.format.EmbeddingFileException;
import dev.fullrank.cli.format.EmbeddingFiles;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code fullrank report FILE…} */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Reports the mean singular value of the embeddings in FILE between its bounds, their spectrum and dimensions.",
    footer = {
      "",
      "Files: .npy, .npz, .safetensors, .fvecs, .csv, .parquet (a list<float> column). Where a file holds several",
      "matrices, choose one after a colon: model.safetensors:embed.weight, arrays.npz:test, table.parquet:vector.",
      "",
      "Exit code 1 if --fail-below says so, 2 if a file cannot be read."
    })
final class ReportCommand implements Callable<Integer> {
  private final CommandContext context;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "One or more files of embeddings, a row each.")
  private List<String> files = List.of();

  @Option(names = "--normalize", description = "Divide each row by its Euclidean norm first.")
  private boolean normalize;

  @Option(names = "--batch", paramLabel = "B", description = "Also report each B consecutive rows, as a training step sees them.")
  private int batch;

  @Option(names = "--compare", paramLabel = "OTHER", description = "Report OTHER too and set the two against each other.")
  private @Nullable String other;

  @Option(names = "--json", description = "Print JSON, with every digit, in place of the table.")
  private boolean json;

  @Option(names = "--html", paramLabel = "OUT", description = "Also write a page that stands alone, with charts.")
  private @Nullable String html;

  @Option(
      names = "--fail-below",
      paramLabel = "U",
      description = "End with exit code 1 if the utilisation of a file is below U, from 0 to 1: for use in CI.")
  private double failBelow = Double.NaN;

  @Option(
      names = "--gamma",
      paramLabel = "G",
      converter = Gamma.class,
      description = "Target standard deviation of the variance hinge, 1 by default; auto is 1/sqrt(columns), for unit rows.")
  private double gamma = ReportOptions.DEFAULT.gamma();

  @Option(names = "--epsilon", paramLabel = "E", description = "What the hinge adds to a variance, ${DEFAULT-VALUE} by default.")
  private double epsilon = ReportOptions.DEFAULT.epsilon();

  @Option(names = "--threads", paramLabel = "N", description = "Threads to use; all cores by default.")
  private int threads;

  @Mixin private DeviceOption where = new DeviceOption();

  ReportCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws EmbeddingFileException {
    List<String> locations = locations();
    ReportOptions options = new ReportOptions(normalize, batch, gamma, epsilon, threads, where.device());
    check(options);
    AtomicFile page = html == null ? null : pageAt(html, locations);
    List<FileReport> reports = new ArrayList<>();
    for (String location : locations) {
      try (EmbeddingFile file = EmbeddingFiles.open(location)) {
        reports.add(FileReport.of(file, options, context.screen(), context.err()));
      }
    }
    print(reports);
    if (page != null) {
      page.write(HtmlReport.render(reports, other != null, FullrankCommand.version(), ZonedDateTime.now(context.clock())));
      (json ? context.err() : context.out()).println("wrote " + page.path());
    }
    return verdict(reports);
  }

  private void print(List<FileReport> reports) {
    if (json) {
      context.out().println(JsonReport.render(reports));
      return;
    }
    for (FileReport report : reports) {
      context.out().println(TextReport.render(report, context.screen()));
    }
    if (other != null) {
      context.out().println(TextReport.compare(reports, context.screen()));
    }
  }

  private int verdict(List<FileReport> reports) {
    int code = Main.OK;
    for (FileReport report : reports) {
      if (!Double.isNaN(failBelow) && !(report.report().utilisation() >= failBelow)) {
        context.err().println("fullrank: " + report.name() + ": utilisation " + Numbers.compact(report.report().utilisation())
            + " is below " + failBelow);
        code = Main.NOT_PASSED;
      }
    }
    return code;
  }

  private List<String> locations() {
    List<String> locations = new ArrayList<>(files);
    if (other != null) {
      if (files.size() != 1) {
        throw wrong("--compare sets one FILE against OTHER, not " + files.size());
      }
      locations.add(other);
    }
    if (new HashSet<>(locations).size() < locations.size()) {
      throw wrong("the same file is named twice");
    }
    return locations;
  }

  /** Before any file is read; that the statistics accept their options does not depend on the columns. */
  private void check(ReportOptions options) {
    if (failBelow < 0 || failBelow > 1) {
      throw wrong("--fail-below must be from 0 to 1, not " + failBelow);
    }
    try {
      options.statistics(1).close();
    } catch (IllegalArgumentException | DeviceException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private static AtomicFile pageAt(String name, List<String> locations) throws EmbeddingFileException {
    AtomicFile page = AtomicFile.at(name);
    for (String location : locations) {
      if (page.replaces(EmbeddingFiles.path(location))) {
        throw new EmbeddingFileException(name, "is one of the files to be read", "give the page another name");
      }
    }
    return page;
  }

  private ParameterException wrong(String message) {
    if (spec == null) {
      throw new IllegalStateException("used before picocli filled it in");
    }
    return new ParameterException(spec.commandLine(), message);
  }

  /** A number, or {@code auto}, which is NaN in {@link ReportOptions}. */
  static final class Gamma implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      if (value.equals("auto")) {
        return Double.NaN;
      }
      try {
        double gamma = Double.parseDouble(value);
        if (!Double.isNaN(gamma)) {
          return gamma;
        }
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + value + "' is neither a number nor auto");
      }
      throw new TypeConversionException("NaN is no target");
    }
  }
}
