package dev.fullrank.kernels.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.check.CheckCase;
import dev.fullrank.check.CheckRow;
import dev.fullrank.check.CheckSuite;
import dev.fullrank.check.CheckTable;
import dev.fullrank.check.Extent;
import dev.fullrank.check.Subject;
import dev.fullrank.kernels.standin.StandIn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The gradient-check suite on the device: a part of it, as interpreted kernels are slow; a real GPU runs all of it. */
class SuiteOnCudaTest {
  /** Coprime to the number of element types and of routes, so that all of them take part. */
  private static final int STEP = 13;

  @Test
  void everyCheckPassesThatPassesOnTheCpu() {
    StandIn standIn = StandIn.fresh();
    standIn.deferred(true);
    List<CheckCase> cases = CheckSuite.of(Subject.library(OnDevice.GPU), Extent.SHORT, CheckSuite.DEFAULT_SEED).cases();
    List<CheckRow> rows = new ArrayList<>();
    for (int i = 0; i < cases.size(); i += STEP) {
      rows.add(cases.get(i).run());
    }
    standIn.expectNoFault();
    assertThat(rows).hasSizeGreaterThan(100);
    assertThat(rows.stream().filter(row -> !row.passed()).toList()).as(CheckTable.of(rows)).isEmpty();
    assertThat(rows).noneMatch(CheckRow::declined);
  }
}
