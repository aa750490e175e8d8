package dev.fullrank.kernels.contract;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page small_rows.md. */
class SmallRowsTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.fullrank.kernels.contract.Trials#smallRows")
  void aKernelDoesWhatItsPageSays(Trial trial) {
    trial.run(Kernels.committed());
  }
}
