package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The suite against the library: the short form on every kernel, the full form on the default one. */
class SuiteTest {
  @Test
  void shortForm() {
    List<CheckRow> rows = CheckSuite.of(Subject.library(Kind.DEVICE), Extent.SHORT, CheckSuite.DEFAULT_SEED).run();
    assertThat(rows.stream().filter(row -> !row.passed())).as(CheckTable.of(rows)).isEmpty();
    assertThat(rows.stream().filter(CheckRow::declined).map(CheckRow::route)).doesNotContain("AUTO", "JACOBI");
    // The fast route is there to be used: of the orthogonal matrices it declines only those that are all one direction.
    assertThat(rows.stream()
            .filter(row -> row.declined() && row.group().equals("ORTHOGONAL") && row.route().equals("GRAM_POLAR"))
            .map(CheckRow::name))
        .allMatch(name -> name.startsWith("equal unit rows"));
  }

  /** One test for each matrix: all routes and element types. */
  @TestFactory
  @Tag("single")
  Stream<DynamicTest> fullForm() {
    Map<String, List<CheckCase>> matrices = new LinkedHashMap<>();
    for (CheckCase each : CheckSuite.of(Subject.library(Kind.DEVICE), Extent.FULL, CheckSuite.DEFAULT_SEED).cases()) {
      matrices.computeIfAbsent(each.group() + ": " + each.name(), _ -> new ArrayList<>()).add(each);
    }
    return matrices.entrySet().stream().map(entry -> DynamicTest.dynamicTest(entry.getKey(), () ->
        assertThat(entry.getValue().stream().map(CheckCase::run).filter(row -> !row.passed())).isEmpty()));
  }
}
