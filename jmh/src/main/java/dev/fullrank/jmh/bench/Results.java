package dev.fullrank.jmh.bench;

import dev.fullrank.ElementType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a run has found so far, and what follows from it. */
final class Results {
  /** A library that is not in the rows of a problem (or of any), and why. */
  record Absence(Implementation implementation, String where, String reason) {}

  private final List<Row> rows = new ArrayList<>();
  private final List<Row> accuracy = new ArrayList<>();
  private final List<Row> copies = new ArrayList<>();
  private final List<Absence> absences = new ArrayList<>();
  private final List<Problem> leftOut = new ArrayList<>();
  private final Map<Implementation, String> versions = new EnumMap<>(Implementation.class);

  void add(Row row) {
    List<Row> list = row.problem().operation() == Operation.COPY ? copies : row.problem().condition() > 0 ? accuracy : rows;
    list.add(row);
  }

  void addAbsence(Implementation implementation, String where, String reason) {
    absences.add(new Absence(implementation, where, reason));
  }

  void addLeftOut(Problem problem) {
    leftOut.add(problem);
  }

  void addVersion(Implementation implementation, String version) {
    versions.put(implementation, version);
  }

  List<Row> rows() {
    return rows;
  }

  /** What a picture shows: the regularizers. */
  List<SvgPoint> points() {
    return rows.stream().filter(row -> row.problem().operation().hasGradient()).map(Row::point).toList();
  }

  /** Rows on given spectra, which are not timed. */
  List<Row> accuracy() {
    return accuracy;
  }

  List<Row> copies() {
    return copies;
  }

  List<Absence> absences() {
    return absences;
  }

  /** Problems for which there was no time. */
  List<Problem> leftOut() {
    return leftOut;
  }

  Map<Implementation, String> versions() {
    return versions;
  }

  /** Whether every answer was right and this library present wherever it was asked. */
  boolean isClean() {
    return absences.stream()
        .noneMatch(absence -> absence.implementation() == Implementation.FULLRANK || absence.reason().startsWith("wrong"));
  }

  List<Row> rowsOf(Problem problem) {
    return rows.stream().filter(row -> row.problem().equals(problem)).toList();
  }

  /** Milliseconds of the fastest other library on at most as many threads: some are slower on two than on one. Or NaN. */
  double fastestRival(Problem problem) {
    return rows.stream()
        .filter(row -> row.implementation() != Implementation.FULLRANK)
        .filter(row -> row.problem().threads() <= problem.threads())
        .filter(row -> row.problem().onThreads(problem.threads()).equals(problem))
        .mapToDouble(Row::ms)
        .min()
        .orElse(Double.NaN);
  }

  /** The machine's own measured peak: 10⁹ operations a second of the fastest GEMM of any library, or NaN. */
  double peak(ElementType type, int threads) {
    return rows.stream()
        .filter(row -> row.problem().operation() == Operation.GEMM)
        .filter(row -> row.problem().type() == type && row.problem().threads() == threads)
        .mapToDouble(Row::gigaflops)
        .max()
        .orElse(Double.NaN);
  }

  /** What cannot be beaten: the operations at that peak; for the hinge a copy of the matrix. NaN where it was not measured. */
  double floor(Problem problem) {
    if (problem.operation() != Operation.HINGE) {
      return problem.flops() / peak(problem.type(), problem.threads()) / 1e6;
    }
    return copies.stream()
        .filter(row -> row.problem().type() == problem.type())
        .filter(row -> row.problem().b() == problem.b() && row.problem().d() == problem.d())
        .mapToDouble(Row::ms)
        .min()
        .orElse(Double.NaN);
  }
}
