package dev.fullrank.repository.planted.cuda.binding;

import jcuda.driver.CUresult;

/** The one package that may use JCuda, and does. */
public final class UsesJCuda {
  private UsesJCuda() {}

  /** JCuda's name of a code. */
  public static String name(int code) {
    return CUresult.stringFor(code);
  }
}
