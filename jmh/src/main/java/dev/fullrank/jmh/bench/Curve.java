package dev.fullrank.jmh.bench;

/**
 * How a library is drawn: with the same colour from picture to picture, and ours thick.
 *
 * @param title in the legend
 * @param colour of SVG
 * @param ours whether it is this library
 */
record Curve(String title, String colour, boolean ours) {
  String stroke() {
    return "fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"".formatted(colour, ours ? "3" : "1.5");
  }
}
