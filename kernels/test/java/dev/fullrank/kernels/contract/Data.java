package dev.fullrank.kernels.contract;

import java.util.Random;

/** Numbers to run kernels on; the same ones for the same seed. */
final class Data {
  private final Random random;

  Data(String seed) {
    random = new Random(seed.hashCode());
  }

  /** Normally distributed, of variance 1. */
  double normal() {
    return random.nextGaussian();
  }

  /** Above 0 and below 1. */
  double positive() {
    return 1 - random.nextDouble();
  }

  /** A power of two with an exponent from {@code least} to {@code most}. */
  double powerOfTwo(int least, int most) {
    return Math.scalb(1.0, least + random.nextInt(most - least + 1));
  }

  /** A number below {@code bound}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  long bits() {
    return random.nextLong();
  }

  /** Normally distributed, in rows that are ordinary, zero, as large and as small as the type lets, subnormal and very uneven. */
  double inRow(int row, Element type) {
    return switch (row % 6) {
      case 1 -> 0;
      case 2 -> Math.scalb(normal(), type.maxExponent() - 4);
      case 3 -> Math.scalb(normal(), type.minExponent() + 1);
      case 4 -> Math.scalb(normal(), type.minExponent() - 4);
      case 5 -> normal() * powerOfTwo(type.minExponent(), 0);
      default -> normal();
    };
  }
}
