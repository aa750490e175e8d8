package dev.fullrank.repository.planted.cuda;

import jcuda.driver.CUresult;

/** JCuda outside the binding. */
final class NeedsJCuda {
  private NeedsJCuda() {}

  static String name(int code) {
    return CUresult.stringFor(code);
  }
}
