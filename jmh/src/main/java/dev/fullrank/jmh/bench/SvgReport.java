package dev.fullrank.jmh.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * How time grows: for each section (an operation, a type, a number of threads) one row of panels, time against d for each b, and one
 * row, time against b for each d; both axes logarithmic. A picture without scripts or fonts of its own.
 */
final class SvgReport {
  private static final int MARGIN = 24;
  private static final int HEAD = 66;
  private static final int SECTION_TITLE = 34;
  private static final int COLUMNS = 4;

  private final List<SvgPoint> points;
  private final StringBuilder body = new StringBuilder();
  private int y = HEAD;

  SvgReport(List<SvgPoint> points) {
    this.points = List.copyOf(points);
  }

  @Override
  public String toString() {
    body.setLength(0);
    y = HEAD;
    Map<String, List<SvgPoint>> sections = new LinkedHashMap<>();
    for (SvgPoint point : points) {
      sections.computeIfAbsent(point.section(), _ -> new ArrayList<>()).add(point);
    }
    for (List<SvgPoint> section : sections.values()) {
      section(section, SvgPoint::b, SvgPoint::d, "b", "d");
      section(section, SvgPoint::d, SvgPoint::b, "d", "b");
    }
    int width = 2 * MARGIN + COLUMNS * SvgPanel.WIDTH;
    StringBuilder svg = new StringBuilder();
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
        .formatted(width, y, width, y));
    svg.append("font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"#222\">\n");
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    svg.append("<text x=\"%d\" y=\"26\" font-size=\"16\" font-weight=\"bold\">Milliseconds a call</text>\n".formatted(MARGIN));
    legend(svg);
    return svg.append(body).append("</svg>\n").toString();
  }

  private void legend(StringBuilder svg) {
    int x = MARGIN;
    for (Curve curve : points.stream().map(SvgPoint::curve).distinct().toList()) {
      svg.append("<line x1=\"%d\" y1=\"46\" x2=\"%d\" y2=\"46\" %s/>".formatted(x, x + 22, curve.stroke()));
      svg.append("<text x=\"%d\" y=\"50\">%s</text>\n".formatted(x + 28, curve.title()));
      x += 50 + 8 * curve.title().length();
    }
  }

  /** Panels for each value of {@code fixed} that has at least two of the other side. */
  private void section(
      List<SvgPoint> of, ToIntFunction<SvgPoint> fixed, ToIntFunction<SvgPoint> varied, String fixedName, String variedName) {
    TreeMap<Integer, List<SvgPoint>> panels = new TreeMap<>();
    of.forEach(point -> panels.computeIfAbsent(fixed.applyAsInt(point), _ -> new ArrayList<>()).add(point));
    panels.values().removeIf(panel -> panel.stream().mapToInt(varied).distinct().count() < 2);
    if (panels.isEmpty()) {
      return;
    }
    String title = of.getFirst().section() + ": time against " + variedName + " for each " + fixedName;
    body.append("<text x=\"%d\" y=\"%d\" font-size=\"14\" font-weight=\"bold\">%s</text>\n".formatted(MARGIN, y + 22, title));
    y += SECTION_TITLE;
    int column = 0;
    for (Map.Entry<Integer, List<SvgPoint>> panel : panels.entrySet()) {
      List<SvgPoint> sorted = panel.getValue().stream().sorted(Comparator.comparingInt(varied)).toList();
      new SvgPanel(body, MARGIN + column * SvgPanel.WIDTH, y)
          .draw(sorted, varied, fixedName + " = " + panel.getKey(), variedName);
      column++;
      if (column == COLUMNS) {
        column = 0;
        y += SvgPanel.HEIGHT;
      }
    }
    y += column == 0 ? 0 : SvgPanel.HEIGHT;
  }
}
