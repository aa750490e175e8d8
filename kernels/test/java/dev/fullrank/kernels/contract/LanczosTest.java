package dev.fullrank.kernels.contract;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page lanczos.md. */
class LanczosTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.fullrank.kernels.contract.Trials#lanczos")
  void aKernelDoesWhatItsPageSays(Trial trial) {
    trial.run(Kernels.committed());
  }
}
