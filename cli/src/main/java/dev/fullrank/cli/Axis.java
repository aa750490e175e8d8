package dev.fullrank.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * A linear or logarithmic scale from values to pixels.
 *
 * @param low the value at {@code from}
 * @param high the value at {@code to}
 * @param from a pixel
 * @param to a pixel; less than {@code from} for an axis that points upwards
 * @param logarithmic whether equal factors are equal distances
 */
record Axis(double low, double high, double from, double to, boolean logarithmic) {
  /** Within such a factor hardly a power of ten lies, and a logarithmic scale looks almost linear. */
  private static final double NARROW = 5;

  /** Up to so many decades there is room for 2 and 5 between the powers of ten. */
  private static final double FEW_DECADES = 2.5;

  /** A tick at the very end is not to be lost to rounding. */
  private static final double SLACK = 1e-12;

  static Axis linear(double low, double high, double from, double to) {
    return new Axis(low, high > low ? high : low + 1, from, to, false);
  }

  /** Both ends must be positive. */
  static Axis logarithmic(double low, double high, double from, double to) {
    return new Axis(low, high > low ? high : low * 10, from, to, true);
  }

  /** The pixel of a value; beyond the ends for a value beyond them. */
  double at(double value) {
    double share = logarithmic
        ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
        : (value - low) / (high - low);
    return from + share * (to - from);
  }

  /** About so many round values between the ends. */
  List<Double> ticks(int about) {
    return logarithmic && high > NARROW * low ? logarithmicTicks(about) : linearTicks(about);
  }

  private List<Double> linearTicks(int about) {
    double raw = (high - low) / about;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = raw <= power ? power : raw <= 2 * power ? 2 * power : raw <= 5 * power ? 5 * power : 10 * power;
    List<Double> ticks = new ArrayList<>();
    if (low == 1 && step > 1) {
      ticks.add(low); // what is counted begins at 1
    }
    for (long i = (long) Math.ceil(low / step); i * step <= high * (1 + SLACK); i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** Powers of ten, thinned out if there are many; with 2 and 5 between them if there are few. */
  private List<Double> logarithmicTicks(int about) {
    int first = (int) Math.floor(Math.log10(low));
    int last = (int) Math.ceil(Math.log10(high));
    boolean few = Math.log10(high / low) < FEW_DECADES;
    int stride = Math.max(1, Math.ceilDiv(last - first, about));
    List<Double> ticks = new ArrayList<>();
    for (int exponent = first; exponent <= last; exponent += stride) {
      for (double factor : few ? new double[] {1, 2, 5} : new double[] {1}) {
        double tick = factor * Math.pow(10, exponent);
        if (tick >= low * (1 - SLACK) && tick <= high * (1 + SLACK)) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  /** A tick without needless digits: {@code 0.1}, {@code 50}, {@code 1e-5}. */
  static String label(double tick) {
    double magnitude = Math.abs(tick);
    if (tick != 0 && (magnitude < 1e-3 || magnitude >= 1e5)) {
      int exponent = (int) Math.floor(Math.log10(magnitude) + 1e-9);
      long mantissa = Math.round(tick / Math.pow(10, exponent));
      return mantissa + "e" + exponent;
    }
    return BigDecimal.valueOf(Math.round(tick * 1e6), 6).stripTrailingZeros().toPlainString();
  }
}
