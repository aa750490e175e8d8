package dev.fullrank.kernels.contract;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page eigenvectors.md. */
class EigenvectorsTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.fullrank.kernels.contract.Trials#eigenvectors")
  void aKernelDoesWhatItsPageSays(Trial trial) {
    trial.run(Kernels.committed());
  }
}
