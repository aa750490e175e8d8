package dev.fullrank.jmh.bench;

import java.util.List;

/** b×d. */
record Shape(int b, int d) {
  /** What users meet: the shapes of the published comparison. */
  static final List<Shape> COMMON = List.of(
      new Shape(64, 128),
      new Shape(128, 512),
      new Shape(256, 256),
      new Shape(256, 2048),
      new Shape(512, 512),
      new Shape(512, 2048),
      new Shape(1024, 1024));

  /** With which each b meets several d and the other way round, and tall ones. */
  static final List<Shape> FURTHER = List.of(
      new Shape(32, 128),
      new Shape(32, 512),
      new Shape(64, 512),
      new Shape(64, 2048),
      new Shape(128, 128),
      new Shape(128, 1024),
      new Shape(128, 2048),
      new Shape(256, 512),
      new Shape(256, 1024),
      new Shape(512, 1024),
      new Shape(512, 4096),
      new Shape(2048, 256),
      new Shape(1024, 256));

  /** For operations that are linear in the size. */
  static final List<Shape> LARGE = List.of(new Shape(2048, 8192));

  /** Reads 256x2048. */
  static Shape parse(String text) {
    String[] sides = text.split("[x×]", -1);
    try {
      if (sides.length == 2) {
        Shape shape = new Shape(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
        if (shape.b >= 2 && shape.d >= 2 && (long) shape.b * shape.d <= 1 << 28) {
          return shape;
        }
      }
    } catch (NumberFormatException e) {
      // falls through to the message that names the form
    }
    throw new IllegalArgumentException(
        "a shape is two numbers from 2, such as 256x2048, with at most 2^28 elements, not '" + text + "'");
  }

  @Override
  public String toString() {
    return b + "×" + d;
  }
}
