package dev.fullrank.kernels.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The measurements as a table and as JSON.
 *
 * @param device its name
 * @param driver CUDA version of the driver, major·1000 + minor·10
 * @param torch version of PyTorch; empty if there is none
 */
record SpeedReport(String device, int driver, List<SpeedRow> rows, String torch) {
  private static final double TARGET_OF_COPY = 0.85;
  private static final double TARGET_MICROSECONDS = 15;
  private static final double GIGA = 1e9;
  private static final double MICRO = SpeedRow.MICRO;

  SpeedReport {
    rows = List.copyOf(rows);
  }

  /** Median microseconds a step, and beside them what PyTorch takes. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append(device).append(", float32 on the device, forward and backward");
    text.append(torch.isEmpty() ? "" : ", beside " + torch).append(System.lineSeparator());
    text.append(line("step", "b×d", "µs", "quartiles", "GB/s", "of copy", "PyTorch, µs"));
    for (SpeedRow row : rows) {
      Timing t = row.timing();
      text.append(
          line(
              row.of().kind().title(),
              row.of().b() + "×" + row.of().d(),
              number(row.microseconds()),
              number(t.lower() * MICRO) + " to " + number(t.upper() * MICRO),
              row.hasRate() ? number(row.rate() / GIGA) : "",
              row.hasRate() ? percent(row.ofCopy()) : "",
              beside(row)));
    }
    targets().forEach(target -> text.append(target).append(System.lineSeparator()));
    return text.toString();
  }

  private String beside(SpeedRow row) {
    List<String> cells = new ArrayList<>();
    row.beside().forEach((name, time) -> {
      double micros = time.median() * MICRO;
      cells.add(String.format(Locale.ROOT, "%s %s (%.1f×)", name, number(micros), micros / row.microseconds()));
    });
    return String.join(", ", cells);
  }

  /** What was aimed at, and what was reached; to miss it is no failure. */
  private List<String> targets() {
    List<String> lines = new ArrayList<>();
    for (SpeedRow row : rows) {
      SpeedCase at = row.of();
      if (at.kind() == SpeedCase.Kind.HINGE && at.b() == SpeedPlan.LARGE_ROWS && at.d() == SpeedPlan.LARGE_COLUMNS) {
        double part = row.ofCopy();
        lines.add(target(at, percent(part), "at least " + percent(TARGET_OF_COPY) + " of a copy", part >= TARGET_OF_COPY));
      }
      if (at.kind() == SpeedCase.Kind.HINGE && at.b() == SpeedPlan.SMALL_ROWS && at.d() == SpeedPlan.SMALL_COLUMNS) {
        double time = row.microseconds();
        lines.add(target(at, number(time) + " µs", "at most " + number(TARGET_MICROSECONDS) + " µs", time <= TARGET_MICROSECONDS));
      }
    }
    return lines;
  }

  private static String target(SpeedCase at, String reached, String wanted, boolean met) {
    return "target " + (met ? "met" : "MISSED") + ", " + at + ": " + reached + ", wanted " + wanted;
  }

  /** All of it. */
  String json() {
    List<String> items = rows.stream().map(this::json).toList();
    return String.format(
        Locale.ROOT,
        """
        {
          "device": "%s",
          "driverForCuda": "%d.%d",
          "java": "%s",
          "pytorch": "%s",
          "rows": [
            %s
          ]
        }
        """,
        escaped(device),
        driver / 1000,
        driver % 1000 / 10,
        Runtime.version(),
        escaped(torch),
        String.join(",\n    ", items));
  }

  private String json(SpeedRow row) {
    SpeedCase at = row.of();
    Timing t = row.timing();
    StringBuilder item = new StringBuilder("{");
    item.append("\"step\": \"").append(at.kind().title()).append("\", \"b\": ").append(at.b()).append(", \"d\": ").append(at.d());
    member(item, "microseconds", row.microseconds());
    member(item, "lowerQuartile", t.lower() * MICRO);
    member(item, "upperQuartile", t.upper() * MICRO);
    item.append(", \"batches\": ").append(t.batches()).append(", \"calls\": ").append(t.calls());
    if (row.hasRate()) {
      member(item, "gigabytesPerSecond", row.rate() / GIGA);
      member(item, "copyGigabytesPerSecond", row.copyRate() / GIGA);
    }
    row.beside().forEach((name, time) -> member(item, "pytorch_" + name + "_microseconds", time.median() * MICRO));
    return item.append('}').toString();
  }

  private static void member(StringBuilder item, String name, double value) {
    item.append(String.format(Locale.ROOT, ", \"%s\": %.4g", name, value));
  }

  /** What a device is called comes from elsewhere. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static String number(double x) {
    return String.format(Locale.ROOT, x < 10 ? "%.2f" : x < 100 ? "%.1f" : "%.0f", x);
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * part);
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-24s %10s %9s %20s %7s %8s  %s%n", cells);
  }
}
