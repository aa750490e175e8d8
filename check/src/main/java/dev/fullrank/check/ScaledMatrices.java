package dev.fullrank.check;

import dev.fullrank.ElementType;
import java.util.ArrayList;
import java.util.List;

/** Matrices of small integers, moved exactly to the ends of each element type's range. */
public final class ScaledMatrices {
  private ScaledMatrices() {}

  static List<TestMatrix> all(Extent extent) {
    int n = extent == Extent.FULL ? 12 : 6;
    List<TestMatrix> result = new ArrayList<>();
    for (ElementType type : ElementType.values()) {
      for (int p : exponents(type)) {
        result.add(StructuredMatrices.minimum(n).scaled(p));
        result.add(StructuredMatrices.jordanBlock(n).scaled(p));
        result.add(StructuredMatrices.firstDifference(n).scaled(p));
        result.add(OrthogonalMatrices.equalRows(2 * n, n).scaled(p + 1));
      }
    }
    result.add(allAlmostMaxValue(4));
    return result;
  }

  /**
   * The exponent of the smallest subnormal, one at which some entries are subnormal, two for which squares under- and overflow,
   * and one at which the largest entry, below 2^5, stays finite.
   */
  private static int[] exponents(ElementType type) {
    return switch (type) {
      case FLOAT64 -> new int[] {-1074, -1024, -1000, 1000, 1019};
      case FLOAT32 -> new int[] {-149, -128, -100, 100, 123};
      case BFLOAT16 -> new int[] {-133, -128, -100, 100, 123};
      case FLOAT16 -> new int[] {-24, -16, -10, 10, 11};
    };
  }

  /** Every entry 2^1023: σ₁ = n·2^1023 and Σσ overflow, s_μ = 2^1023 does not. */
  public static TestMatrix allAlmostMaxValue(int n) {
    double[] sigma = new double[n];
    sigma[0] = n;
    return TestMatrix.of("all ones", n, n, (_, _) -> 1)
        .withSingularValues(sigma)
        .withPolarFactor((_, _) -> 1.0 / n)
        .exactly()
        .scaled(1023);
  }
}
