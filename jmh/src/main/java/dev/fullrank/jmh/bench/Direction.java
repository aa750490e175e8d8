package dev.fullrank.jmh.bench;

/** How much of a training step is timed. */
enum Direction {
  FORWARD("forward"),
  FORWARD_BACKWARD("forward+backward");

  private final String label;

  Direction(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
