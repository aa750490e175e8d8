package dev.fullrank.check;

import dev.fullrank.Matrix;
import java.util.Arrays;

/** A value and a gradient, equal if they are to the last bit; NaN equals NaN. */
final class Bits {
  private final double[] numbers;

  Bits(double value, Matrix gradient) {
    double[] entries = Reference.values(gradient);
    numbers = Arrays.copyOf(entries, entries.length + 1);
    numbers[entries.length] = value;
  }

  double value() {
    return numbers[numbers.length - 1];
  }

  double[] gradient() {
    return Arrays.copyOf(numbers, numbers.length - 1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bits bits && Arrays.equals(numbers, bits.numbers);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(numbers);
  }

  @Override
  public String toString() {
    return "value " + value() + ", first entry " + numbers[0];
  }
}
