package dev.fullrank.repository.planted;

import jdk.incubator.vector.DoubleVector;

/** The Vector API outside the device layer. */
final class NeedsTheIncubator {
  private NeedsTheIncubator() {}

  static int lanes() {
    return DoubleVector.SPECIES_PREFERRED.length();
  }
}
