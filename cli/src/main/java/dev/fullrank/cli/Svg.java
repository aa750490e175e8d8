package dev.fullrank.cli;

/** The shapes that the charts are made of. Their colours are those of their class in the style sheet. */
final class Svg {
  /** Where a label stands to its point. */
  enum Anchor {
    START,
    MIDDLE,
    END;

    private String value() {
      return switch (this) {
        case START -> "start";
        case MIDDLE -> "middle";
        case END -> "end";
      };
    }
  }

  private Svg() {}

  /** Opens a picture that is as wide as its place and says to those who cannot see it what it is. */
  static void open(Markup svg, String kind, double width, double height, String description) {
    String box = "0 0 " + Markup.at(width) + " " + Markup.at(height);
    svg.open("svg", "class", kind, "viewBox", box, "role", "img", "aria-label", description);
  }

  static void line(Markup svg, String kind, double x1, double y1, double x2, double y2) {
    svg.empty("line", "class", kind, "x1", Markup.at(x1), "y1", Markup.at(y1), "x2", Markup.at(x2), "y2", Markup.at(y2));
  }

  static void label(Markup svg, String kind, String text, Anchor anchor, double x, double y) {
    openLabel(svg, kind, anchor, x, y);
    svg.text(text).close();
  }

  /** A label whose text the caller writes, and closes. */
  static void openLabel(Markup svg, String kind, Anchor anchor, double x, double y) {
    svg.open("text", "class", kind, "text-anchor", anchor.value(), "x", Markup.at(x), "y", Markup.at(y));
  }

  /** A box with rounded corners; its title, if any, shows when it is pointed at. */
  static void box(Markup svg, String kind, double x, double y, double width, double height, double radius, String title) {
    svg.open("rect", "class", kind, "x", Markup.at(x), "y", Markup.at(y), "width", Markup.at(width), "height", Markup.at(height),
        "rx", Markup.at(radius));
    if (!title.isEmpty()) {
      svg.element("title", title);
    }
    svg.close();
  }

  /** A dot with a title. */
  static void dot(Markup svg, String kind, double x, double y, String title) {
    svg.open("circle", "class", kind, "cx", Markup.at(x), "cy", Markup.at(y), "r", "2.2").element("title", title).close();
  }
}
