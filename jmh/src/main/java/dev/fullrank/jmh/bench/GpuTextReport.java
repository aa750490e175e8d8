package dev.fullrank.jmh.bench;

import dev.fullrank.kernels.gpu.Card;
import java.io.PrintStream;
import java.util.Comparator;

/** The table of a run on a GPU in the terminal: a block for each problem, fastest first. */
final class GpuTextReport {
  private static final String FORMAT = "  %-16s %11s %19s %13s %10s %12s %15s%n";
  private static final double GIGA = 1e9;

  private final PrintStream out;
  private final GpuResults results;

  GpuTextReport(PrintStream out, GpuResults results) {
    this.out = out;
    this.results = results;
  }

  void machine(Card card, Machine machine) {
    out.println(card.card());
    out.println("  driver " + card.software());
    out.printf("  %s, %d cores; %s; %s%n", machine.cpu(), machine.cores(), machine.java(), machine.date());
    if (!results.torch().isEmpty()) {
      out.println("  " + results.torch());
    }
    out.printf("  a product in double: %.0f GF/s%n", results.gemmRate() / GIGA);
    out.println("Rows have unit norm, and nobody normalises them; matrices and gradients are in the memory of the GPU.");
    out.println("Forward, the value is awaited; forward+backward, nobody asks for it. Each has given the right answer before it is timed.");
  }

  void problem(GpuProblem problem) {
    double floor = results.floor(problem);
    String what = problem.operation() == GpuOperation.HINGE ? "a copy of the matrix" : "floor at the rate of that product";
    out.printf("%n%s%s%n", problem, Double.isNaN(floor) ? "" : "; " + what + " " + TextReport.ms(floor) + " ms");
    out.printf(FORMAT, "", "ms", "quartiles", "÷ Fullrank", "of floor", "value error", "gradient error");
    for (GpuRow row : results.rowsOf(problem).stream().sorted(Comparator.comparingDouble(GpuRow::ms)).toList()) {
      out.printf(FORMAT,
          row.contender().title(),
          TextReport.ms(row.ms()),
          TextReport.ms(row.timing().lower() * GpuRow.MILLI) + " to " + TextReport.ms(row.timing().upper() * GpuRow.MILLI),
          TextReport.ratio(results.ratio(row)),
          Double.isNaN(floor) ? "–" : "%.2f %%".formatted(100 * results.shareOfFloor(row)),
          TextReport.error(row.accuracy().value()),
          TextReport.error(row.accuracy().gradient()));
    }
    results.absences().stream()
        .filter(absence -> absence.problem().equals(problem))
        .forEach(absence -> out.printf("  %-16s %s%n", absence.contender().title(), absence.reason()));
  }

  /** What the columns mean. */
  void summary() {
    out.println();
    out.println("Errors are relative, against Fullrank on the CPU in double on the same numbers. The floor of s_μ is the time of n·k²");
    out.println("operations, with the gradient of 3·n·k² (a SYRK and a GEMM), at the rate of the product in double; that of the hinge");
    out.println("is the time of a copy.");
  }
}
