package dev.fullrank.jmh.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

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

  /** Ours is drawn thick; the others keep their colours from picture to picture. */
  static String stroke(Implementation implementation) {
    String colour = switch (implementation) {
      case FULLRANK -> "#d62728";
      case MKL -> "#1f77b4";
      case OPENBLAS -> "#2ca02c";
      case PYTORCH -> "#ff7f0e";
      case EJML -> "#9467bd";
      case OJALGO -> "#8c564b";
      case COMMONS_MATH -> "#7f7f7f";
      case NETLIB -> "#17becf";
    };
    String width = implementation == Implementation.FULLRANK ? "3" : "1.5";
    return "fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"".formatted(colour, width);
  }

  /** Draws rows that are sorted by the side. */
  void draw(List<Row> rows, ToIntFunction<Problem> side, String title, String sideName) {
    double plotWidth = WIDTH - LEFT - RIGHT;
    double plotHeight = HEIGHT - TOP - BOTTOM;
    double least = log2(side.applyAsInt(rows.getFirst().problem()));
    double most = log2(side.applyAsInt(rows.getLast().problem()));
    double low = Math.floor(Math.log10(rows.stream().mapToDouble(Row::ms).min().orElseThrow()));
    double high = Math.ceil(Math.log10(rows.stream().mapToDouble(Row::ms).max().orElseThrow()));
    double top = high > low ? high : low + 1;
    text(x0, y0 - 8, "start", " font-weight=\"bold\"", title);
    for (double decade = low; decade <= top; decade++) {
      double y = y0 + plotHeight * (top - decade) / (top - low);
      line(x0, y, x0 + plotWidth, y, "#ddd");
      text(x0 - 6, y + 4, "end", "", label(decade));
    }
    for (int value : rows.stream().mapToInt(row -> side.applyAsInt(row.problem())).distinct().toArray()) {
      double x = x0 + plotWidth * (log2(value) - least) / (most - least);
      line(x, y0, x, y0 + plotHeight, "#eee");
      text(x, y0 + plotHeight + 15, "middle", " font-size=\"10\"", Integer.toString(value));
    }
    out.append("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" stroke=\"#999\"/>\n"
        .formatted(x0, y0, plotWidth, plotHeight));
    Map<Implementation, List<Row>> lines = new TreeMap<>();
    rows.forEach(row -> lines.computeIfAbsent(row.implementation(), _ -> new ArrayList<>()).add(row));
    lines.forEach((implementation, points) -> {
      StringBuilder path = new StringBuilder();
      for (Row row : points) {
        double x = x0 + plotWidth * (log2(side.applyAsInt(row.problem())) - least) / (most - least);
        double y = y0 + plotHeight * (top - Math.log10(row.ms())) / (top - low);
        path.append("%.1f,%.1f ".formatted(x, y));
        out.append("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" %s/>".formatted(x, y, stroke(implementation)));
      }
      out.append("<polyline points=\"%s\" %s/>\n".formatted(path.toString().strip(), stroke(implementation)));
    });
    String growth = growth(lines.get(Implementation.FULLRANK), side, sideName);
    text(x0 + plotWidth / 2, y0 + plotHeight + 32, "middle", "", sideName + growth);
    double middle = y0 + plotHeight / 2;
    text(x0 - 42, middle, "middle", " transform=\"rotate(-90 %.1f %.1f)\"".formatted(x0 - 42, middle), "ms");
  }

  /** The exponent of our growth from the first to the last point. */
  private static String growth(
      @Nullable List<Row> ours, ToIntFunction<Problem> side, String sideName) {
    if (ours == null || ours.size() < 2) {
      return "";
    }
    Row first = ours.getFirst();
    Row last = ours.getLast();
    double exponent = Math.log(last.ms() / first.ms())
        / Math.log((double) side.applyAsInt(last.problem()) / side.applyAsInt(first.problem()));
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
