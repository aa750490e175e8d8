package dev.fullrank.cli;

import dev.fullrank.ChunkSummary;
import dev.fullrank.EmbeddingReport;

/** Where s_μ lies between collapse and isotropy, as an SVG bar. */
final class GaugeChart {
  private static final double WIDTH = 520;
  private static final double HEIGHT = 74;
  private static final double TOP = 26;
  private static final double THICKNESS = 16;
  private static final double RADIUS = THICKNESS / 2;
  private static final double BELOW = TOP + THICKNESS;

  /** Half the width of a label, kept inside the picture. */
  private static final double LABEL_REACH = 58;

  private GaugeChart() {}

  static void draw(Markup svg, EmbeddingReport report) {
    double x = position(report.utilisation());
    Svg.open(svg, "gauge", WIDTH, HEIGHT, "Utilisation " + Numbers.percent(report.utilisation()));
    Svg.box(svg, "track", 0, TOP, WIDTH, THICKNESS, RADIUS, "");
    Svg.box(svg, "fill", 0, TOP, Math.max(x, RADIUS), THICKNESS, RADIUS, "");
    ChunkSummary batches = report.chunks();
    if (batches != null && batches.count() > 0) {
      ChunkSummary.Range used = batches.utilisation();
      double from = position(used.min());
      Svg.box(svg, "batches", from, BELOW + 3, Math.max(2, position(used.max()) - from), 3, 1.5,
          "batches of " + batches.batch() + ": " + Numbers.percent(used.min()) + " to " + Numbers.percent(used.max()));
    }
    Svg.line(svg, "marker", x, TOP - 5, x, BELOW + 5);
    Svg.openLabel(svg, "value", Svg.Anchor.MIDDLE, Math.clamp(x, LABEL_REACH, WIDTH - LABEL_REACH), TOP - 11);
    svg.text("s").element("tspan", "μ", "dy", "3", "font-size", "10");
    svg.element("tspan", " = " + Numbers.compact(report.meanSingularValue()), "dy", "-3").close();
    Svg.label(svg, "bound", Numbers.compact(report.lowerBound()) + " collapsed", Svg.Anchor.START, 0, BELOW + 24);
    Svg.label(svg, "bound", "isotropic " + Numbers.compact(report.upperBound()), Svg.Anchor.END, WIDTH, BELOW + 24);
    svg.close();
  }

  private static double position(double share) {
    return Double.isNaN(share) ? 0 : Math.clamp(share, 0, 1) * WIDTH;
  }
}
