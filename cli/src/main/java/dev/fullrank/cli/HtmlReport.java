package dev.fullrank.cli;

import dev.fullrank.ChunkSummary;
import dev.fullrank.EmbeddingReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Reports as one page that stands alone: inline SVG and style, no script, nothing fetched. */
final class HtmlReport {
  private static final String STYLE = "report.css";
  private static final int MOST_RANGES = 24;

  /** Thin and not broken across lines. */
  private static final String DIGIT_GROUP = "\u202f";

  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm xxx", Locale.ENGLISH);

  private final Markup html = new Markup();
  private final String version;
  private final ZonedDateTime now;

  private HtmlReport(String version, ZonedDateTime now) {
    this.version = version;
    this.now = now;
  }

  /**
   * The page.
   *
   * @param compare whether the first two reports are to be set against each other
   */
  static String render(List<FileReport> files, boolean compare, String version, ZonedDateTime now) {
    HtmlReport page = new HtmlReport(version, now);
    List<String> titles = titles(files);
    page.begin(String.join(compare ? " and " : ", ", titles));
    if (compare) {
      page.comparison(files.get(0), files.get(1), titles);
    }
    page.html.open("div", "class", files.size() > 1 ? "reports several" : "reports");
    for (int i = 0; i < files.size(); i++) {
      page.report(files.get(i), titles.get(i), compare ? files : List.of(files.get(i)), compare && i > 0 ? "b" : "a");
    }
    page.html.close();
    return page.end();
  }

  /** The names of the files without their folders, if these names are different. */
  private static List<String> titles(List<FileReport> files) {
    List<String> names = files.stream().map(FileReport::name).toList();
    List<String> last = names.stream().map(n -> n.substring(Math.max(n.lastIndexOf('/'), n.lastIndexOf('\\')) + 1)).toList();
    return new HashSet<>(last).size() == last.size() ? last : names;
  }

  private void begin(String title) {
    html.raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
    html.empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    // Nothing can be fetched or run, whatever a file name may have smuggled past the escape.
    html.empty("meta", "http-equiv", "Content-Security-Policy", "content", "default-src 'none'; style-src 'unsafe-inline'");
    html.element("title", title + " · Fullrank");
    html.open("style").raw(style()).close().close();
    html.open("body").open("main");
    html.open("header").element("span", "fullrank", "class", "brand");
    html.element("span", DATE.format(now), "class", "date").close();
  }

  private String end() {
    html.open("footer").text("Fullrank " + version + ". s").element("sub", "μ");
    html.text(" is the mean singular value: at 0 % utilisation all rows lie on one line, at 100 % all singular values are equal. "
        + "Definitions: Taha et al. 2021 (SVMax), Bardes et al. 2021 (VICReg).");
    html.close();
    html.close().close().close();
    return html + "\n";
  }

  /** One report, drawn on the scales that it shares with {@code compared}, of which it is one. */
  private void report(FileReport file, String title, List<FileReport> compared, String kind) {
    EmbeddingReport report = file.report();
    html.open("section", "class", "card " + kind);
    html.open("h2");
    if (compared.size() > 1) {
      html.element("span", kind.toUpperCase(Locale.ROOT), "class", "letter");
    }
    html.text(title).close();
    html.element("p", Numbers.grouped(report.rows(), DIGIT_GROUP) + " rows × " + report.columns() + " columns, "
        + report.type().name().toLowerCase(Locale.ROOT) + (report.normalized() ? ", rows normalised" : ""), "class", "shape");
    html.open("div", "class", "hero");
    html.open("div", "class", "share").element("strong", Numbers.percent(report.utilisation()));
    html.element("span", "utilisation").close();
    GaugeChart.draw(html, report);
    html.close();
    tiles(file);
    html.open("div", "class", "charts");
    List<SpectrumChart.Curve> sameScale = compared.stream().map(f -> SpectrumChart.Curve.of(f, kind)).toList();
    double largestStd = compared.stream().mapToDouble(HistogramChart::largest).max().orElse(0);
    figure("Spectrum", () -> SpectrumChart.draw(html, SpectrumChart.Curve.of(file, kind), sameScale, report.effectiveRank()));
    figure("Standard deviations", () -> HistogramChart.draw(html, file, largestStd));
    html.close();
    dimensions(report);
    provenance(file);
    html.close();
  }

  private void figure(String caption, Runnable chart) {
    html.open("figure").element("figcaption", caption);
    chart.run();
    html.close();
  }

  private void tiles(FileReport file) {
    html.open("dl", "class", "tiles");
    for (Metric metric : Metric.ALL) {
      String of = ranked(metric) ? "of " + file.report().singularValues().length : "";
      tile(metric.name(), metric.show(file), of, metric.meaning());
    }
    ChunkSummary batches = file.report().chunks();
    if (batches != null) {
      ChunkSummary.Range used = batches.utilisation();
      tile("utilisation of a batch", Numbers.percent(used.mean()), "",
          batches.count() + " batches of " + batches.batch() + ": " + Numbers.percent(used.min()) + " to "
              + Numbers.percent(used.max()));
    }
    html.close();
  }

  private static boolean ranked(Metric metric) {
    return metric.name().endsWith("rank") || metric.name().equals("RankMe") || metric.name().equals("participation ratio");
  }

  private void tile(String name, String value, String unit, String meaning) {
    html.open("div").element("dt", name).open("dd").element("strong", value);
    if (!unit.isEmpty()) {
      html.text(" ").element("small", unit);
    }
    html.close().element("dd", meaning, "class", "meaning").close();
  }

  private void dimensions(EmbeddingReport report) {
    int[] dead = report.deadDimensions();
    html.open("div", "class", "dimensions");
    if (dead.length == 0) {
      html.element("p", "No dead dimensions.");
    } else {
      html.element("p", "Dead dimensions: " + Numbers.ranges(dead, MOST_RANGES, "–") + ".", "class", "warn");
    }
    EmbeddingReport.CorrelatedPair pair = report.mostCorrelated();
    if (pair != null) {
      html.element("p", String.format(
          Locale.ROOT, "Most correlated: dimensions %d and %d, %+.4f.", pair.first(), pair.second(), pair.correlation()));
    }
    html.close();
  }

  private void provenance(FileReport file) {
    EmbeddingReport report = file.report();
    html.open("table", "class", "provenance").open("tbody");
    fact("File", file.name());
    fact("Format", file.format());
    fact("Shape", Numbers.grouped(report.rows(), DIGIT_GROUP) + " × " + Numbers.grouped(report.columns(), DIGIT_GROUP) + ", "
        + report.type().name().toLowerCase(Locale.ROOT));
    fact("Options", file.options().describe(report.columns()));
    fact("Singular values", "by the route " + report.route().name().toLowerCase(Locale.ROOT) + ", resolved down to "
        + Numbers.compact(report.resolution()) + "; rank " + report.rank());
    fact("Made", DATE.format(now) + " by Fullrank " + version + " in " + String.format(Locale.ROOT, "%.2f s", file.seconds()));
    html.close().close();
  }

  private void fact(String name, String value) {
    html.open("tr").element("th", name, "scope", "row").element("td", value).close();
  }

  private void comparison(FileReport a, FileReport b, List<String> titles) {
    html.open("section", "class", "card comparison");
    html.open("h2").element("span", "A", "class", "letter a").text(titles.get(0)).close();
    html.open("h2").element("span", "B", "class", "letter b").text(titles.get(1)).close();
    html.open("div", "class", "charts");
    html.open("table", "class", "metrics").open("thead").open("tr");
    for (String heading : new String[] {"", "A", "B", "B / A"}) {
      html.element("th", heading, "scope", "col");
    }
    html.close().close().open("tbody");
    change("utilisation", a.report().utilisation(), b.report().utilisation(), Numbers.percent(a.report().utilisation()),
        Numbers.percent(b.report().utilisation()), Metric.Better.MORE);
    for (Metric metric : Metric.ALL) {
      change(metric.name(), metric.of(a), metric.of(b), metric.show(a), metric.show(b), metric.better());
    }
    html.close().close();
    figure("Spectra, each relative to its isotropic value", () -> SpectrumChart.overlay(
        html, List.of(SpectrumChart.Curve.of(a, "a"), SpectrumChart.Curve.of(b, "b"))));
    html.close().close();
  }

  private void change(String name, double a, double b, String shownA, String shownB, Metric.Better better) {
    String ratio = Double.isFinite(b / a) ? "× " + Numbers.compact(b / a) : "";
    html.open("tr").element("th", name, "scope", "row").element("td", shownA).element("td", shownB);
    html.element("td", ratio, "class", better.of(a, b)).close();
  }

  private static String style() {
    try (InputStream css = Objects.requireNonNull(HtmlReport.class.getResourceAsStream(STYLE), STYLE)) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a resource of this very jar
    }
  }
}
