package dev.fullrank.kernels.contract;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page root.md. */
class RootTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.fullrank.kernels.contract.Trials#root")
  void aKernelDoesWhatItsPageSays(Trial trial) {
    trial.run(Kernels.committed());
  }
}
