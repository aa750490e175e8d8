package dev.fullrank.jmh.bench;

/**
 * A measurement in a picture.
 *
 * @param section title of the diagrams that it belongs to
 * @param curve whose time it is
 * @param ms milliseconds
 */
record SvgPoint(String section, Curve curve, int b, int d, double ms) {}
