package dev.fullrank.cli;

import dev.fullrank.ChunkSummary;
import dev.fullrank.EmbeddingReport;
import dev.fullrank.cli.format.Printable;
import java.util.List;
import java.util.Locale;

/** A report for the terminal: a gauge, a table, a spectrum, in 78 columns. */
final class TextReport {
  private static final int GAUGE_WIDTH = 50;
  private static final int MOST_RANGES = 12;

  private final Screen screen;
  private final StringBuilder text = new StringBuilder();

  private TextReport(Screen screen) {
    this.screen = screen;
  }

  static String render(FileReport file, Screen screen) {
    TextReport report = new TextReport(screen);
    report.title(file);
    report.gauge(file.report());
    report.table(file);
    report.notes(file.report());
    report.text.append(TextSpectrum.render(file.report(), screen));
    report.line("");
    report.line(screen.faint(String.format(Locale.ROOT, "  %s, %s; %.2f s, %s rows/s",
        file.format(), file.report().route().name().toLowerCase(Locale.ROOT), file.seconds(),
        Numbers.grouped(Math.round(file.report().rows() / file.seconds()), " "))));
    return screen.plain(report.text.toString());
  }

  private void title(FileReport file) {
    EmbeddingReport report = file.report();
    line(screen.bold(Printable.oneLine(file.name())));
    line(screen.faint("  " + Numbers.grouped(report.rows(), " ") + " × " + report.columns() + " "
        + report.type().name().toLowerCase(Locale.ROOT) + ", " + file.options().describe(report.columns())));
    line("");
  }

  private void gauge(EmbeddingReport report) {
    double share = report.utilisation();
    int eighths = Double.isNaN(share) ? 0 : (int) Math.round(Math.clamp(share, 0, 1) * GAUGE_WIDTH * 8);
    String full = "█".repeat(eighths / 8) + (eighths % 8 == 0 ? "" : "▏▎▍▌▋▊▉".substring(eighths % 8 - 1, eighths % 8));
    String bar = screen.accent(full) + screen.faint("░".repeat(GAUGE_WIDTH - full.length()));
    line("  utilisation " + bar + "  " + screen.bold(Numbers.percent(share)));
    String low = Numbers.compact(report.lowerBound()) + " collapsed";
    String high = "isotropic " + Numbers.compact(report.upperBound());
    line(" ".repeat(14) + screen.faint(low + " ".repeat(Math.max(1, GAUGE_WIDTH - low.length() - high.length())) + high));
    line("");
  }

  private void table(FileReport file) {
    row("mean singular value", Numbers.compact(file.report().meanSingularValue()), "s_μ, between the bounds above");
    for (Metric metric : Metric.ALL) {
      row(metric.name(), metric.show(file), metric.meaning());
    }
    ChunkSummary batches = file.report().chunks();
    if (batches != null) {
      ChunkSummary.Range used = batches.utilisation();
      row("utilisation of a batch", Numbers.percent(used.mean()),
          "mean of " + batches.count() + " batches of " + batches.batch() + "; " + Numbers.percent(used.min()) + " to "
              + Numbers.percent(used.max()));
    }
    line("");
  }

  private void row(String name, String value, String meaning) {
    line(String.format(Locale.ROOT, "  %-22s %11s  %s", screen.plain(name), screen.plain(value), screen.faint(meaning)));
  }

  private void notes(EmbeddingReport report) {
    int[] dead = report.deadDimensions();
    if (dead.length > 0) {
      line("  " + screen.warning("dead") + "  dimension " + Numbers.ranges(dead, MOST_RANGES, "–"));
    }
    EmbeddingReport.CorrelatedPair pair = report.mostCorrelated();
    if (pair != null) {
      line(screen.faint(String.format(Locale.ROOT, "  most correlated: dimensions %d and %d, %+.4f",
          pair.first(), pair.second(), pair.correlation())));
    }
    line("");
  }

  /** Two reports side by side: each metric, and where it went. */
  static String compare(List<FileReport> files, Screen screen) {
    TextReport text = new TextReport(screen);
    FileReport a = files.get(0);
    FileReport b = files.get(1);
    text.line(screen.bold("A  " + Printable.oneLine(a.name())));
    text.line(screen.bold("B  " + Printable.oneLine(b.name())));
    text.line("");
    text.line(screen.faint(String.format(Locale.ROOT, "  %-22s %13s %13s %13s", "", "A", "B", "B/A")));
    text.comparison("utilisation", a.report().utilisation(), b.report().utilisation(),
        Numbers.percent(a.report().utilisation()), Numbers.percent(b.report().utilisation()), Metric.Better.MORE);
    text.comparison("mean singular value", a.report().meanSingularValue(), b.report().meanSingularValue(),
        Numbers.compact(a.report().meanSingularValue()), Numbers.compact(b.report().meanSingularValue()), Metric.Better.NEITHER);
    for (Metric metric : Metric.ALL) {
      text.comparison(metric.name(), metric.of(a), metric.of(b), metric.show(a), metric.show(b), metric.better());
    }
    return screen.plain(text.text.toString());
  }

  private void comparison(String name, double a, double b, String shownA, String shownB, Metric.Better better) {
    double ratio = b / a;
    String change = String.format(Locale.ROOT, "%13s", Double.isFinite(ratio) ? "× " + Numbers.compact(ratio) : "");
    String coloured = switch (better.of(a, b)) {
      case "good" -> screen.good(change);
      case "bad" -> screen.warning(change);
      default -> change;
    };
    line(String.format(
        Locale.ROOT, "  %-22s %13s %13s %s", screen.plain(name), screen.plain(shownA), screen.plain(shownB), coloured));
  }

  private void line(String content) {
    text.append(content.stripTrailing()).append('\n');
  }
}
