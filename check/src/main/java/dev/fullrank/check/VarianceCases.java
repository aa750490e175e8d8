package dev.fullrank.check;

import dev.fullrank.ElementType;
import java.util.List;
import java.util.random.RandomGenerator;

/** The variance hinge and the covariance penalty on data that exercise the mean, the kink and the dead column. */
final class VarianceCases {
  private VarianceCases() {}

  static void add(Subject subject, Extent extent, long seed, List<CheckCase> cases) {
    int[][] shapes = extent == Extent.FULL
        ? new int[][] {{2, 1}, {2, 5}, {7, 3}, {16, 33}, {65, 8}, {129, 65}, {300, 17}}
        : new int[][] {{2, 1}, {7, 3}, {65, 8}};
    for (int[] shape : shapes) {
      for (ElementType type : ElementType.values()) {
        for (TestMatrix matrix : data(shape[0], shape[1], seed)) {
          if (matrix.fits(type)) {
            addHinge(subject, matrix, type, seed, cases);
            cases.add(new CheckCase("covariance", matrix.toString(), "-", type, false,
                findings -> CovarianceChecks.check(subject, matrix.toMatrix(type), seed, findings)));
          }
        }
      }
    }
  }

  private static void addHinge(Subject subject, TestMatrix matrix, ElementType type, long seed, List<CheckCase> cases) {
    for (double gamma : new double[] {1, 1 / Math.sqrt(matrix.columns()), 8}) {
      for (double epsilon : new double[] {1e-4, 0}) {
        String name = matrix + ", γ=" + gamma + ", ε=" + epsilon;
        cases.add(new CheckCase("variance hinge", name, "-", type, false,
            findings -> HingeChecks.check(subject, matrix.toMatrix(type), gamma, epsilon, seed, findings)));
      }
    }
  }

  /** Random data on a grid of 2^-6, so that shifts are exact; column j spreads j mod 5 quarters, column 4 is dead. */
  private static List<TestMatrix> data(int b, int d, long seed) {
    RandomGenerator random = ExactOrthogonal.random(seed);
    double[] noise = random.ints((long) b * d, -64, 65).asDoubleStream().map(x -> x * 0x1p-6).toArray();
    TestMatrix spread = TestMatrix.of("spread", b, d, (i, j) -> noise[i * d + j] * (j % 5 == 4 ? 0 : 1 + j % 5) / 4);
    TestMatrix displaced = TestMatrix.of("displaced", b, d, (i, j) -> spread.baseAt(i, j) + 64 * (j % 3) - 32);
    return List.of(spread, displaced);
  }
}
