package dev.fullrank.linalg;

import dev.fullrank.cpu.KernelChoice;

/** The algorithm on the kernels that this JVM chose. */
class JacobiSvdOnKernelsTest extends JacobiSvdContract {
  JacobiSvdOnKernelsTest() {
    super(KernelChoice.get().kernels());
  }
}
