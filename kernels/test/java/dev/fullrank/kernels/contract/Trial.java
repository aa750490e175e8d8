package dev.fullrank.kernels.contract;

import java.util.function.Consumer;

/**
 * A kernel, something to run it on, and a check of what comes out.
 *
 * @param kernel the entry that is called
 * @param what shape, layout, data
 * @param check fails with an AssertionError if the contract is broken; the interpreter may fault before
 */
record Trial(String kernel, String what, Consumer<Kernels> check) {
  void run(Kernels kernels) {
    check.accept(kernels);
  }

  @Override
  public String toString() {
    return kernel + ", " + what;
  }
}
