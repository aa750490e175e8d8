package dev.fullrank.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers as people read them; the same on every machine, whatever its locale. */
final class Numbers {
  private static final int DIGITS = 4;

  /** Outside of these magnitudes zeros would have to be counted. */
  private static final double LEAST_PLAIN = 1e-3;

  private static final double GREATEST_PLAIN = 1e6;

  private Numbers() {}

  /** Four significant digits: {@code 41.53}, {@code 0.08840}, {@code 1.794e-7}, {@code ∞}, {@code n/a} for NaN. */
  static String compact(double value) {
    if (Double.isNaN(value)) {
      return "n/a";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "−∞";
    }
    if (value == 0) {
      return "0";
    }
    double magnitude = Math.abs(value);
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS, RoundingMode.HALF_EVEN));
    if (magnitude < LEAST_PLAIN || magnitude >= GREATEST_PLAIN) {
      int exponent = rounded.precision() - rounded.scale() - 1;
      return rounded.movePointLeft(exponent).setScale(DIGITS - 1, RoundingMode.HALF_EVEN).toPlainString() + "e" + exponent;
    }
    int integerDigits = rounded.precision() - rounded.scale();
    int decimals = Math.max(0, DIGITS - Math.max(1, integerDigits));
    return magnitude < 1
        ? rounded.setScale(Math.max(rounded.scale(), decimals), RoundingMode.HALF_EVEN).toPlainString()
        : rounded.setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** As few digits as say it: {@code 1}, {@code 0.125}, {@code 1e-4}; for what a user has typed. */
  static String shortest(double value) {
    double magnitude = Math.abs(value);
    boolean plain = value == 0 || (magnitude >= LEAST_PLAIN && magnitude < GREATEST_PLAIN);
    BigDecimal decimal = BigDecimal.valueOf(value).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (plain) {
      return decimal.toPlainString();
    }
    return decimal.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }

  /** One decimal of a percentage, {@code 56.4 %}, with a blank at which no line breaks. */
  static String percent(double share) {
    return Double.isNaN(share) ? "n/a" : String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * share);
  }

  /** Digits in groups of three: {@code 10 000}; {@code separator} stands between the groups. */
  static String grouped(long value, String separator) {
    return String.format(Locale.ROOT, "%,d", value).replace(",", separator);
  }

  /** Ascending indices with runs drawn together: {@code 3, 7–12, 40}; at most {@code most} parts, then how many are left. */
  static String ranges(int[] indices, int most, String dash) {
    List<String> parts = new ArrayList<>();
    int i = 0;
    while (i < indices.length && parts.size() < most) {
      int end = i;
      while (end + 1 < indices.length && indices[end + 1] == indices[end] + 1) {
        end++;
      }
      parts.add(end == i ? Integer.toString(indices[i]) : indices[i] + dash + indices[end]);
      i = end + 1;
    }
    return String.join(", ", parts) + (i < indices.length ? " and " + (indices.length - i) + " more" : "");
  }
}
