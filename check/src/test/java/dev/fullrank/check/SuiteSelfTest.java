package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A plain implementation passes every check of the suite: the tolerances can be met, and the table tells so. */
@Tag("single")
class SuiteSelfTest {
  @Test
  void aPlainImplementationPasses() {
    List<CheckRow> rows = CheckSuite.of(new PlainSubject(), Extent.SHORT, 11).run();
    assertThat(rows.size()).isGreaterThan(1000);
    assertThat(rows.stream().filter(row -> !row.passed())).isEmpty();
    assertThat(CheckTable.of(rows)).contains(rows.size() + " cases, 0 failed, 0 declined").contains("covariance");
  }

  @Test
  void aForcedRouteMayDeclineOnlyWhatIsIllConditioned() {
    Subject refusing = new PlainSubject() {
      @Override
      public Regularizer meanSingularValue(Route route) {
        throw new ArithmeticException("never");
      }
    };
    List<CheckRow> rows = CheckSuite.of(refusing, Extent.SHORT, 11).cases().stream()
        .filter(each -> each.group().equals("STRUCTURED"))
        .map(CheckCase::run)
        .toList();
    assertThat(rows).anySatisfy(row -> assertThat(row.declined()).isTrue());
    assertThat(rows).filteredOn(row -> !row.passed()).anySatisfy(row -> assertThat(row.route()).isEqualTo("AUTO"));
    assertThat(rows).filteredOn(row -> !row.passed()).anySatisfy(row -> assertThat(row.route()).isEqualTo("GRAM_POLAR"));
    assertThat(CheckTable.of(rows).toLowerCase(Locale.ROOT)).contains("declined by a forced route");
  }
}
