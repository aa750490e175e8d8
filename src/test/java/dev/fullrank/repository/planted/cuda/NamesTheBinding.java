package dev.fullrank.repository.planted.cuda;

import dev.fullrank.repository.planted.cuda.binding.UsesJCuda;

/** The binding outside of its loader. */
final class NamesTheBinding {
  private NamesTheBinding() {}

  static int count() {
    return UsesJCuda.name(0).length();
  }
}
