package dev.fullrank.cli;

/** The frame that the charts share: a plotting area with grid lines, ticks and titles, drawn as SVG. */
final class Plot {
  static final double LEFT = 52;
  static final double RIGHT = 508;
  static final double TOP = 22;
  static final double BOTTOM = 226;

  private static final double WIDTH = 520;
  private static final double HEIGHT = 270;
  private static final int TICKS_ACROSS = 7;
  private static final int TICKS_UP = 5;

  private final Markup svg;
  private final Axis x;
  private final Axis y;

  private Plot(Markup svg, Axis x, Axis y) {
    this.svg = svg;
    this.x = x;
    this.y = y;
  }

  /** Opens the picture; {@link #end} closes it. */
  static Plot begin(Markup svg, String description, Axis x, Axis y) {
    Svg.open(svg, "plot", WIDTH, HEIGHT, description);
    for (double tick : y.ticks(TICKS_UP)) {
      Svg.line(svg, "grid", LEFT, y.at(tick), RIGHT, y.at(tick));
      Svg.label(svg, "tick", Axis.label(tick), Svg.Anchor.END, LEFT - 8, y.at(tick) + 4);
    }
    return new Plot(svg, x, y);
  }

  Axis x() {
    return x;
  }

  Axis y() {
    return y;
  }

  /** The horizontal axis with its ticks and title; last of all, so that it lies over what touches it. */
  void end(String title) {
    Svg.line(svg, "axis", LEFT, BOTTOM, RIGHT, BOTTOM);
    for (double tick : x.ticks(TICKS_ACROSS)) {
      Svg.label(svg, "tick", Axis.label(tick), Svg.Anchor.MIDDLE, x.at(tick), BOTTOM + 17);
    }
    Svg.label(svg, "title", title, Svg.Anchor.MIDDLE, (LEFT + RIGHT) / 2, HEIGHT - 6);
    svg.close();
  }

  /** A dashed line across, with a label at its right end. */
  void level(double value, String label) {
    Svg.line(svg, "reference", LEFT, y.at(value), RIGHT, y.at(value));
    Svg.label(svg, "note", label, Svg.Anchor.END, RIGHT, y.at(value) - 6);
  }

  /** A dashed line upwards, with a label at its top, on the side where there is more room. */
  void mark(double value, String label) {
    double at = x.at(value);
    boolean right = at < (LEFT + RIGHT) / 2;
    Svg.line(svg, "reference", at, TOP, at, BOTTOM);
    Svg.label(svg, "note", label, right ? Svg.Anchor.START : Svg.Anchor.END, at + (right ? 6 : -6), TOP + 4);
  }

  /** A remark in the upper right corner. */
  void remark(String text) {
    Svg.label(svg, "note", text, Svg.Anchor.END, RIGHT, TOP + 4);
  }
}
