package dev.fullrank.jmh.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The table in the terminal: a block for each problem, fastest first. */
final class TextReport {
  private static final String FORMAT = "  %-13s %11s %16s %10s %8s %12s %15s%n";

  private final PrintStream out;
  private final Results results;

  TextReport(PrintStream out, Results results) {
    this.out = out;
    this.results = results;
  }

  void machine(Machine machine) {
    out.printf("%s, %d cores; %s; %s%n", machine.cpu(), machine.cores(), machine.java(), machine.date());
    for (Implementation implementation : results.versions().keySet()) {
      out.printf("  %-13s %s%n", implementation.title(), results.versions().get(implementation));
    }
    out.println("Rows have unit norm, and nobody normalises them; each library has given the right answer before it is timed.");
  }

  void problem(Problem problem) {
    if (problem.operation() == Operation.COPY || problem.condition() > 0) {
      return;
    }
    double floor = results.floor(problem);
    String what = problem.operation() == Operation.HINGE ? "a copy of the matrix" : "floor at the fastest GEMM's rate";
    out.printf("%n%s%s%n", problem, Double.isNaN(floor) ? "" : "; " + what + " " + ms(floor) + " ms");
    out.printf(FORMAT, "", "ms", "fastest rival ÷", "÷ floor", "GF/s", "value error", "gradient error");
    double rival = results.fastestRival(problem);
    for (Row row : results.rowsOf(problem).stream().sorted(Comparator.comparingDouble(Row::ms)).toList()) {
      out.printf(FORMAT,
          row.implementation().title(),
          ms(row.ms()),
          ratio(rival / row.ms()),
          ratio(row.ms() / floor),
          Double.isNaN(row.gigaflops()) ? "–" : "%.1f".formatted(row.gigaflops()),
          error(row.accuracy().value()),
          error(row.accuracy().gradient()));
    }
    results.absences().stream()
        .filter(absence -> absence.where().equals(problem.toString()))
        .forEach(absence -> out.printf("  %-13s %s%n", absence.implementation().title(), absence.reason()));
  }

  /** Ours beside MKL's on given spectra, then what is missing. */
  void summary() {
    if (!results.accuracy().isEmpty()) {
      spectra();
    }
    out.println();
    out.println("Errors are relative, against Fullrank's reference route (one-sided Jacobi in double) on the same numbers;");
    out.println("an error of exactly 0 means that Fullrank took this route itself.");
    for (Results.Absence absence : results.absences()) {
      if (absence.where().equals("everywhere")) {
        out.printf("%n%s is missing: it %s%n", absence.implementation().title(), absence.reason());
      }
    }
    if (!results.leftOut().isEmpty()) {
      out.printf("%nNo time was left for %d of the problems:%n", results.leftOut().size());
      results.leftOut().stream()
          .filter(problem -> problem.operation() != Operation.COPY)
          .forEach(problem -> out.printf("  %s%n", problem));
    }
  }

  private void spectra() {
    out.printf("%nGradient error of s_μ by condition number, singular values log-uniform:%n");
    List<Implementation> present = new ArrayList<>();
    for (Implementation implementation : Implementation.values()) {
      if (results.accuracy().stream().anyMatch(row -> row.implementation() == implementation)) {
        present.add(implementation);
      }
    }
    StringBuilder head = new StringBuilder("  %-6s %-9s %-6s".formatted("type", "shape", "κ"));
    present.forEach(implementation -> head.append("%13s".formatted(implementation.title())));
    out.println(head + "   Fullrank ÷ MKL");
    for (Problem problem : results.accuracy().stream().map(Row::problem).distinct().toList()) {
      StringBuilder line = new StringBuilder(
          "  %-6s %-9s %-6s".formatted(
              problem.typeLabel(), problem.b() + "×" + problem.d(), "%.0e".formatted(problem.condition())));
      present.forEach(implementation -> line.append("%13s".formatted(error(gradientError(problem, implementation)))));
      double ratio = gradientError(problem, Implementation.FULLRANK) / gradientError(problem, Implementation.MKL);
      out.println(line + "%17s".formatted(ratio(ratio)));
    }
  }

  private double gradientError(Problem problem, Implementation implementation) {
    return results.accuracy().stream()
        .filter(row -> row.problem().equals(problem) && row.implementation() == implementation)
        .mapToDouble(row -> row.accuracy().gradient())
        .findFirst()
        .orElse(Double.NaN);
  }

  static String ms(double ms) {
    return ms < 1 ? "%.4f".formatted(ms) : ms < 100 ? "%.2f".formatted(ms) : "%.0f".formatted(ms);
  }

  static String ratio(double ratio) {
    return Double.isFinite(ratio) ? "%.2f×".formatted(ratio) : "–";
  }

  static String error(double error) {
    return Double.isNaN(error) ? "–" : "%.1e".formatted(error);
  }
}
