package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelChoiceTest {
  @Test
  void vectorsAreUsedWhereverTheyWorkAndTheReasonSaysWhatToDoElsewhere() {
    KernelChoice choice = KernelChoice.get();
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      assertThat(choice.kernels()).isInstanceOf(ScalarKernels.class);
      assertThat(choice.refusal()).contains("--add-modules jdk.incubator.vector");
      assertThat(choice.vectorBits()).isEqualTo(64);
    } else {
      assertThat(choice.refusal()).as("the tests run with C2 and a vector unit").isNull();
      assertThat(choice.kernels()).isNotInstanceOf(ScalarKernels.class);
      assertThat(choice.vectorBits()).isGreaterThanOrEqualTo(128);
    }
  }

  @Test
  void theChoiceIsMadeOnce() {
    assertThat(KernelChoice.get()).isSameAs(KernelChoice.get());
  }

  @Test
  void sizesInProductionFitTheKernels() {
    for (Kernels kernels : Implementations.kernels()) {
      Blocking.of(kernels).check(kernels);
    }
  }
}
