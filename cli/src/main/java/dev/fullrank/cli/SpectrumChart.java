package dev.fullrank.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Singular values on a logarithmic scale, with the line on which all would lie if they were equal, as SVG. */
final class SpectrumChart {
  /** More points than pixels would only make the page larger. */
  private static final int MOST_POINTS = 400;

  /** Up to here single values are told apart, and get a dot each. */
  private static final int MOST_DOTS = 96;

  /** Below this share of σ₁ lies nothing but rounding, of whatever type. */
  private static final double LEAST_SHARE = 1e-16;

  /** Keeps the extreme values off the frame. */
  private static final double HEADROOM = 1.3;

  private static final String INDEX = "index of the singular value";

  private SpectrumChart() {}

  /** One curve. */
  static final class Curve {
    private final String kind;
    private final double[] values;
    private final double isotropic;

    /** In the style sheet's class {@code kind}; the values descend, and would all be {@code isotropic} if they were equal. */
    private Curve(String kind, double[] values, double isotropic) {
      this.kind = kind;
      this.values = values;
      this.isotropic = isotropic;
    }

    static Curve of(FileReport file, String kind) {
      return new Curve(kind, file.report().singularValues(), file.report().upperBound());
    }

    /** In units of the isotropic value, so that matrices of different scale can be compared. */
    Curve relative() {
      return new Curve(kind, Arrays.stream(values).map(s -> s / isotropic).toArray(), 1);
    }

    /** The values that a logarithmic scale can show. */
    double[] positive() {
      return Arrays.stream(values).takeWhile(s -> s > LEAST_SHARE * values[0] && Double.isFinite(s)).toArray();
    }
  }

  /** One curve, with the effective rank marked. */
  static void draw(Markup svg, Curve curve, List<Curve> sameScale, double effectiveRank) {
    Plot plot = begin(svg, sameScale);
    if (plot != null) {
      draw(svg, curve, plot, true);
      plot.level(curve.isotropic, "isotropic " + Numbers.compact(curve.isotropic));
      if (effectiveRank >= 1) {
        plot.mark(effectiveRank, "effective rank " + Numbers.compact(effectiveRank));
      }
      plot.end(INDEX);
    }
  }

  /** Several curves, each relative to its isotropic value and named by its kind. */
  static void overlay(Markup svg, List<Curve> curves) {
    List<Curve> relative = curves.stream().map(Curve::relative).toList();
    Plot plot = begin(svg, relative);
    if (plot != null) {
      for (Curve curve : relative) {
        draw(svg, curve, plot, false);
        double[] values = curve.positive();
        if (values.length > 0) {
          Svg.label(svg, "name " + curve.kind, curve.kind.toUpperCase(Locale.ROOT), Svg.Anchor.END, plot.x().at(values.length),
              plot.y().at(values[values.length - 1]) - 12);
        }
      }
      plot.level(1, "isotropic");
      plot.end(INDEX);
    }
  }

  /** Axes that hold all of the curves; null if there is nothing that a logarithmic scale could show. */
  private static @Nullable Plot begin(Markup svg, List<Curve> curves) {
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    int count = 2;
    for (Curve curve : curves) {
      double[] values = curve.positive();
      low = Math.min(low, values.length == 0 ? curve.isotropic : Math.min(curve.isotropic, values[values.length - 1]));
      high = Math.max(high, values.length == 0 ? curve.isotropic : Math.max(curve.isotropic, values[0]));
      count = Math.max(count, curve.values.length);
    }
    if (!(low > 0) || !(high < Double.POSITIVE_INFINITY)) {
      svg.element("p", "There is no spectrum to draw.", "class", "nothing");
      return null;
    }
    Axis x = Axis.linear(1, count, Plot.LEFT + 6, Plot.RIGHT - 4);
    Axis y = Axis.logarithmic(low / HEADROOM, high * HEADROOM, Plot.BOTTOM, Plot.TOP);
    return Plot.begin(svg, "Singular values, logarithmic scale", x, y);
  }

  private static void draw(Markup svg, Curve curve, Plot plot, boolean filled) {
    Axis x = plot.x();
    Axis y = plot.y();
    double[] values = curve.positive();
    StringBuilder path = new StringBuilder();
    int step = Math.max(1, Math.ceilDiv(values.length, MOST_POINTS));
    int last = values.length - 1;
    for (int i = 0; i <= last; i = i == last ? last + 1 : Math.min(i + step, last)) {
      path.append(i == 0 ? 'M' : 'L').append(Markup.at(x.at(i + 1))).append(' ').append(Markup.at(y.at(values[i])));
    }
    if (filled && last > 0) {
      String area = path + "L" + Markup.at(x.at(last + 1)) + " " + Markup.at(Plot.BOTTOM) + "L" + Markup.at(x.at(1)) + " "
          + Markup.at(Plot.BOTTOM) + "Z";
      svg.empty("path", "class", "area " + curve.kind, "d", area);
    }
    svg.empty("path", "class", "curve " + curve.kind, "d", path.toString());
    if (curve.values.length <= MOST_DOTS) {
      for (int i = 0; i <= last; i++) {
        Svg.dot(svg, "dot " + curve.kind, x.at(i + 1), y.at(values[i]), "σ" + (i + 1) + " = " + Numbers.compact(values[i]));
      }
    }
  }
}
