package dev.fullrank.repository.planted;

/** State of the whole process. */
final class TouchesTheProcess {
  private TouchesTheProcess() {}

  static void property() {
    System.setProperty("dev.fullrank.planted", "set");
  }

  static void print() {
    System.out.println("planted");
  }
}
