package dev.fullrank.cli;

import dev.fullrank.EmbeddingReport;
import java.util.Arrays;

/** Singular values as columns of blocks, their height the logarithm, with the line where all would be if they were equal. */
final class TextSpectrum {
  private static final int MOST_COLUMNS = 56;
  private static final int LINES = 8;
  private static final int LABEL = 11;

  /** The eighths of a block. */
  private static final String LEVELS = " ▁▂▃▄▅▆▇█";

  /** Decades that are drawn at most; what lies below has been lost to rounding in any element type. */
  private static final double MOST_DECADES = 12;

  private TextSpectrum() {}

  static String render(EmbeddingReport report, Screen screen) {
    double[] all = report.singularValues();
    int count = (int) Arrays.stream(all).takeWhile(s -> s > 0 && Double.isFinite(s)).count();
    double isotropic = report.upperBound();
    if (count == 0 || !(isotropic > 0) || Double.isInfinite(isotropic)) {
      return "  no spectrum to draw\n";
    }
    double top = Math.log10(Math.max(all[0], isotropic));
    double bottom = Math.max(Math.min(Math.log10(all[count - 1]), Math.log10(isotropic)), top - MOST_DECADES);
    // Half a line below the smallest value, so that it is seen.
    double range = Math.max(top - bottom, 0.1) * (LINES + 0.5) / LINES;
    int columns = Math.min(all.length, MOST_COLUMNS);
    int isotropicLine = (int) Math.min(LINES - 1, (top - Math.log10(isotropic)) / range * LINES);
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < LINES; line++) {
      StringBuilder cells = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        double sigma = all[(int) Math.round(column * (all.length - 1.0) / Math.max(1, columns - 1))];
        double height = sigma > 0 ? (1 - (top - Math.log10(sigma)) / range) * LINES : 0;
        double level = Math.clamp(height - (LINES - 1 - line), 0, 1);
        int eighths = (int) Math.round(level * 8);
        cells.append(eighths == 0 && line == isotropicLine ? '┄' : LEVELS.charAt(eighths));
      }
      String label = line == 0 ? Numbers.compact(Math.pow(10, top)) : line == LINES - 1 ? Numbers.compact(all[count - 1]) : "";
      String note = line == isotropicLine ? " isotropic" : "";
      text.append(screen.faint(String.format("%" + LABEL + "s ", label)))
          .append(screen.accent(cells.toString().stripTrailing()))
          .append(screen.faint(note))
          .append('\n');
    }
    String axis = "σ, logarithmic, 1 to " + all.length
        + (count < all.length ? "; " + (all.length - count) + " below the resolution are 0" : "");
    return text.append(" ".repeat(LABEL + 1)).append(screen.faint(axis)).append('\n').toString();
  }
}
