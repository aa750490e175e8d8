package dev.fullrank.cli;

import dev.fullrank.EmbeddingReport;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** How many dimensions have which standard deviation, with γ, and the dead ones set apart, as SVG. */
final class HistogramChart {
  private static final int BINS = 24;

  /** γ is shown where it belongs unless the bars would be squeezed into less than half of the width. */
  private static final double FARTHEST_GAMMA = 2;

  private HistogramChart() {}

  /** The largest standard deviation, by which the axis is scaled; 0 if there is none. */
  static double largest(FileReport file) {
    return Arrays.stream(file.report().std()).filter(Double::isFinite).max().orElse(0);
  }

  /** On an axis that holds standard deviations up to {@code largest}. */
  static void draw(Markup svg, FileReport file, double largest) {
    EmbeddingReport report = file.report();
    double[] std = report.std();
    if (!(largest > 0)) {
      svg.element("p", "There are no standard deviations to draw.", "class", "nothing");
      return;
    }
    double gamma = file.options().gammaFor(report.columns());
    String label = "γ = " + (Double.isNaN(file.options().gamma()) ? Numbers.compact(gamma) : Numbers.shortest(gamma));
    boolean gammaFits = gamma <= FARTHEST_GAMMA * largest;
    double high = 1.04 * Math.max(largest, gammaFits ? gamma : 0);
    int[] live = new int[BINS];
    int[] dead = new int[BINS];
    Set<Integer> deadDimensions = new HashSet<>();
    Arrays.stream(report.deadDimensions()).forEach(deadDimensions::add);
    int fullest = 1;
    for (int j = 0; j < std.length; j++) {
      if (Double.isFinite(std[j])) {
        int bin = Math.min(BINS - 1, (int) (std[j] / high * BINS));
        (deadDimensions.contains(j) ? dead : live)[bin]++;
        fullest = Math.max(fullest, live[bin] + dead[bin]);
      }
    }
    Axis x = Axis.linear(0, high, Plot.LEFT, Plot.RIGHT);
    Axis y = Axis.linear(0, fullest * 1.12, Plot.BOTTOM, Plot.TOP);
    Plot plot = Plot.begin(svg, "Histogram of the standard deviations of the dimensions", x, y);
    for (int bin = 0; bin < BINS; bin++) {
      double from = high * bin / BINS;
      double to = high * (bin + 1) / BINS;
      bar(svg, "bar", x, y, from, to, 0, live[bin]);
      bar(svg, "bar dead", x, y, from, to, live[bin], dead[bin]);
    }
    if (gammaFits) {
      plot.mark(gamma, label);
    } else {
      plot.remark(label + " lies far to the right →");
    }
    plot.end("standard deviation of a dimension");
  }

  private static void bar(Markup svg, String kind, Axis x, Axis y, double from, double to, int below, int count) {
    if (count == 0) {
      return;
    }
    String title = count + (count == 1 ? " dimension" : " dimensions") + " from " + Numbers.compact(from) + " to "
        + Numbers.compact(to);
    double top = y.at(below + count);
    Svg.box(svg, kind, x.at(from) + 1, top, x.at(to) - x.at(from) - 2, y.at(below) - top, 2, title);
  }
}
