package dev.fullrank.jmh.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** One diagram: milliseconds against one side of the matrix, a line for each library, both axes logarithmic. */
final class SvgPanel {
  static final int WIDTH = 280;
  static final int HEIGHT = 240;

  private static final int LEFT = 56;
  private static final int RIGHT = 14;
  private static final int TOP = 24;
  private static final int BOTTOM = 44;

  private final StringBuilder out;
  private final double x0;
  private final double y0;

  SvgPanel(StringBuilder out, double x, double y) {
    this.out = out;
    this.x0 = x + LEFT;
    this.y0 = y + TOP;
  }

  /** Draws points that are sorted by the side. */
  void draw(List<SvgPoint> points, ToIntFunction<SvgPoint> side, String title, String sideName) {
    double plotWidth = WIDTH - LEFT - RIGHT;
    double plotHeight = HEIGHT - TOP - BOTTOM;
    double least = log2(side.applyAsInt(points.getFirst()));
    double most = log2(side.applyAsInt(points.getLast()));
    double low = Math.floor(Math.log10(points.stream().mapToDouble(SvgPoint::ms).min().orElseThrow()));
    double high = Math.ceil(Math.log10(points.stream().mapToDouble(SvgPoint::ms).max().orElseThrow()));
    double top = high > low ? high : low + 1;
    text(x0, y0 - 8, "start", " font-weight=\"bold\"", title);
    for (double decade = low; decade <= top; decade++) {
      double y = y0 + plotHeight * (top - decade) / (top - low);
      line(x0, y, x0 + plotWidth, y, "#ddd");
      text(x0 - 6, y + 4, "end", "", label(decade));
    }
    for (int value : points.stream().mapToInt(side).distinct().toArray()) {
      double x = x0 + plotWidth * (log2(value) - least) / (most - least);
      line(x, y0, x, y0 + plotHeight, "#eee");
      text(x, y0 + plotHeight + 15, "middle", " font-size=\"10\"", Integer.toString(value));
    }
    out.append("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" stroke=\"#999\"/>\n"
        .formatted(x0, y0, plotWidth, plotHeight));
    Map<Curve, List<SvgPoint>> lines = new LinkedHashMap<>();
    points.forEach(point -> lines.computeIfAbsent(point.curve(), _ -> new ArrayList<>()).add(point));
    lines.forEach((curve, line) -> {
      StringBuilder path = new StringBuilder();
      for (SvgPoint point : line) {
        double x = x0 + plotWidth * (log2(side.applyAsInt(point)) - least) / (most - least);
        double y = y0 + plotHeight * (top - Math.log10(point.ms())) / (top - low);
        path.append("%.1f,%.1f ".formatted(x, y));
        out.append("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" %s/>".formatted(x, y, curve.stroke()));
      }
      out.append("<polyline points=\"%s\" %s/>\n".formatted(path.toString().strip(), curve.stroke()));
    });
    List<SvgPoint> ours = points.stream().filter(point -> point.curve().ours()).toList();
    String growth = growth(ours, side, sideName);
    text(x0 + plotWidth / 2, y0 + plotHeight + 32, "middle", "", sideName + growth);
    double middle = y0 + plotHeight / 2;
    text(x0 - 42, middle, "middle", " transform=\"rotate(-90 %.1f %.1f)\"".formatted(x0 - 42, middle), "ms");
  }

  /** The exponent of our growth from the first to the last point. */
  private static String growth(List<SvgPoint> ours, ToIntFunction<SvgPoint> side, String sideName) {
    if (ours.size() < 2) {
      return "";
    }
    SvgPoint first = ours.getFirst();
    SvgPoint last = ours.getLast();
    double exponent = Math.log(last.ms() / first.ms()) / Math.log((double) side.applyAsInt(last) / side.applyAsInt(first));
    return "   (Fullrank grows as %s^%.1f)".formatted(sideName, exponent);
  }

  private static String label(double decade) {
    return decade >= 0 ? "%.0f".formatted(Math.pow(10, decade)) : "%s".formatted(Math.round(Math.pow(10, decade) * 1e4) / 1e4);
  }

  private static double log2(int value) {
    return Math.log(value) / Math.log(2);
  }

  private void line(double x1, double y1, double x2, double y2, String colour) {
    out.append("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n".formatted(x1, y1, x2, y2, colour));
  }

  private void text(double x, double y, String anchor, String more, String content) {
    out.append("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>\n".formatted(x, y, anchor, more, content));
  }
}
