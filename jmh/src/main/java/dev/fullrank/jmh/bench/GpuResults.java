package dev.fullrank.jmh.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a run on a GPU has found so far, and what follows from it. */
final class GpuResults {
  /** A contender that is not in the rows of a problem, and why. */
  record Absence(GpuContender contender, GpuProblem problem, String reason) {}

  private static final String WRONG = "wrong";

  private final List<GpuRow> rows = new ArrayList<>();
  private final List<Absence> absences = new ArrayList<>();
  private final Map<GpuProblem, Double> copies = new HashMap<>();
  private String torch = "";
  private double gemmRate = Double.NaN;

  void add(GpuRow row) {
    rows.add(row);
  }

  void addAbsence(GpuContender contender, GpuProblem problem, String reason) {
    absences.add(new Absence(contender, problem, reason));
  }

  void addWrong(GpuContender contender, GpuProblem problem, Accuracy accuracy) {
    String errors = "relative error of the value %.1e, of the gradient %.1e".formatted(accuracy.value(), accuracy.gradient());
    addAbsence(contender, problem, WRONG + ", not timed: " + errors);
  }

  /** Milliseconds of a copy of the matrix. */
  void addCopy(GpuProblem problem, double ms) {
    copies.put(problem, ms);
  }

  /** The version of PyTorch, or why there is none. */
  void setTorch(String text) {
    torch = text;
  }

  /** Operations a second of a large product in double. */
  void setGemmRate(double rate) {
    gemmRate = rate;
  }

  List<GpuRow> rows() {
    return rows;
  }

  List<Absence> absences() {
    return absences;
  }

  String torch() {
    return torch;
  }

  double gemmRate() {
    return gemmRate;
  }

  List<GpuRow> rowsOf(GpuProblem problem) {
    return rows.stream().filter(row -> row.problem().equals(problem)).toList();
  }

  List<SvgPoint> points() {
    return rows.stream().map(GpuRow::point).toList();
  }

  /** Milliseconds that cannot be beaten: the operations at the rate of the product; for the hinge a copy. NaN if not measured. */
  double floor(GpuProblem problem) {
    return problem.operation() == GpuOperation.HINGE
        ? copies.getOrDefault(problem, Double.NaN)
        : problem.flops() / gemmRate * GpuRow.MILLI;
  }

  /** How near a row is to the floor: 1 is there. */
  double shareOfFloor(GpuRow row) {
    return floor(row.problem()) / row.ms();
  }

  /** How many times as long as this library a row takes; NaN if that is not there. */
  double ratio(GpuRow row) {
    return rowsOf(row.problem()).stream()
        .filter(other -> other.contender() == GpuContender.FULLRANK)
        .mapToDouble(ours -> row.ms() / ours.ms())
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Whether every answer was right and this library present wherever it was asked. */
  boolean isClean() {
    return absences.stream()
        .noneMatch(absence -> absence.contender() == GpuContender.FULLRANK || absence.reason().startsWith(WRONG));
  }
}
