package dev.fullrank.kernels.contract;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page polar.md. */
class PolarTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.fullrank.kernels.contract.Trials#polar")
  void aKernelDoesWhatItsPageSays(Trial trial) {
    trial.run(Kernels.committed());
  }
}
