package dev.fullrank.check;

import dev.fullrank.ElementType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rows of the suite as text: one line per group and route, the worst ratio per element type, and where it was found. */
public final class CheckTable {
  private CheckTable() {}

  /** The table; ends with a line that counts cases, refusals and failures. */
  public static String of(List<CheckRow> rows) {
    Map<String, Map<ElementType, CheckRow>> worst = new LinkedHashMap<>();
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (CheckRow row : rows) {
      String key = key(row);
      counts.merge(key, 1, Integer::sum);
      worst.computeIfAbsent(key, _ -> new LinkedHashMap<>()).merge(row.type(), row, CheckTable::worse);
    }
    StringBuilder text = new StringBuilder();
    text.append(line("case", "route", "cases", "float64", "float32", "bfloat16", "float16", "worst"));
    for (Map.Entry<String, Map<ElementType, CheckRow>> entry : worst.entrySet()) {
      Map<ElementType, CheckRow> types = entry.getValue();
      CheckRow worstRow = types.values().stream().reduce(CheckTable::worse).orElseThrow();
      text.append(line(
          label(worstRow.group()),
          label(worstRow.route()),
          String.valueOf(counts.get(entry.getKey())),
          ratio(types, ElementType.FLOAT64),
          ratio(types, ElementType.FLOAT32),
          ratio(types, ElementType.BFLOAT16),
          ratio(types, ElementType.FLOAT16),
          worstRow.ratio() == 0 ? "" : worstRow.name() + ": " + worstRow.worstCheck()));
    }
    long declined = rows.stream().filter(CheckRow::declined).count();
    long failed = rows.stream().filter(row -> !row.passed()).count();
    text.append(String.format(Locale.ROOT,
        "%d cases, %d failed, %d declined by a forced route; ratios are error/tolerance, at most 1 passes%n",
        rows.size(), failed, declined));
    return text.toString();
  }

  private static String key(CheckRow row) {
    return row.group() + '\n' + row.route();
  }

  private static CheckRow worse(CheckRow a, CheckRow b) {
    return b.ratio() > a.ratio() ? b : a;
  }

  private static String label(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String ratio(Map<ElementType, CheckRow> types, ElementType type) {
    CheckRow row = types.get(type);
    return row == null ? "" : String.format(Locale.ROOT, row.ratio() < 1e4 ? "%.3f" : "%.1e", row.ratio());
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-20s %-11s %6s %9s %9s %9s %9s  %s%n", cells);
  }
}
