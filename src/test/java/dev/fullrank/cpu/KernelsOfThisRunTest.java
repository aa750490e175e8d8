package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Each of the four runs of the suite is on the kernels that it was made for; a fall-back unnoticed would leave them untested. */
class KernelsOfThisRunTest {
  @Test
  void theKernelsAreThoseThatThisRunIsFor() {
    String run = System.getProperty("fullrank.test.kernels", "default");
    KernelChoice choice = KernelChoice.get();
    switch (run) {
      case "default" -> assertThat(choice.refusal()).isNull();
      case "avx2" -> {
        assertThat(choice.refusal()).isNull();
        assertThat(choice.vectorBits()).isLessThanOrEqualTo(256);
      }
      case "vectors-of-16-bytes" -> {
        assertThat(choice.refusal()).isNull();
        assertThat(choice.vectorBits()).isEqualTo(128);
      }
      case "scalar" -> assertThat(choice.refusal()).contains("--add-modules jdk.incubator.vector");
      default -> throw new IllegalStateException("no run of the suite is called " + run);
    }
  }
}
