package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Details;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.RankPolicy;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.kernels.standin.StandIn;
import java.util.List;
import java.util.function.IntFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Values in double where those of gesvdj are off by some 10⁻¹⁴ in one direction, as they are on a GPU, and the lengths of its vectors as
 * well: within 4·√max(b, d)·eps·σ₁ all the same.
 */
class NoisyDecompositionsTest {
  /** At most 6·10⁻¹⁴, and half of that on average: four times what is promised for 64×64. */
  private static final int NOISE = 256;

  private static final double EPSILON = Math.ulp(1.0);

  private final StandIn standIn = StandIn.fresh();

  @AfterEach
  void nothingWentWrong() {
    standIn.expectNoFault();
  }

  /** Rows of the Hartley matrix of order n, cos + sin of 2π·i·j/n, orthogonal with σ = √n. */
  private static Matrix hartley(int n) {
    Matrix z = MatrixLists.zeros(ElementType.FLOAT64, n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double angle = 2 * Math.PI * (i * j % n) / n;
        z.set(i, j, Math.cos(angle) + Math.sin(angle));
      }
    }
    return z;
  }

  /** A random matrix, the last rows (or columns, if it is tall) of which are sums of the others. */
  private static Matrix ofRank(int rank, int b, int d) {
    Matrix z = MatrixLists.random(ElementType.FLOAT64, b, d);
    for (int line = rank; line < Math.min(b, d); line++) {
      for (int at = 0; at < Math.max(b, d); at++) {
        int i = b <= d ? line : at;
        int j = b <= d ? at : line;
        z.set(i, j, b <= d ? z.get(i - 1, j) + z.get(i - rank, j) : z.get(i, j - 1) + z.get(i, j - rank));
      }
    }
    return z;
  }

  private static List<Matrix> matrices() {
    return List.of(
        hartley(64), hartley(32), ofRank(24, 24, 24), ofRank(12, 12, 90), ofRank(12, 90, 12), ofRank(1, 1, 40), ofRank(1, 1, 1),
        ofRank(9, 24, 24), ofRank(5, 12, 60), ofRank(5, 60, 12), MatrixLists.zeros(ElementType.FLOAT64, 4, 7));
  }

  /** What the CPU says, to what is promised. */
  private static void expectValue(Matrix z, double value, double largest) {
    try (Regularizer reference = MatrixLists.reference(false)) {
      double permitted = 4 * Math.sqrt(Math.max(z.rows(), z.columns())) * EPSILON * largest;
      assertThat(value).as("%d×%d", z.rows(), z.columns()).isCloseTo(reference.value(z), Offset.offset(permitted));
    }
  }

  /** At most σ₁: the largest norm of a row or a column. */
  private static double below(Matrix z) {
    double row = longest(z.rows(), i -> MatrixLists.norm(MatrixLists.entries(z.rows(i, i + 1))));
    double column = longest(z.columns(), j -> columnNorm(z, j));
    return Math.max(row, column);
  }

  private static double longest(int count, IntFunction<Double> norm) {
    double most = 0;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, norm.apply(i));
    }
    return most;
  }

  private static double columnNorm(Matrix z, int j) {
    double sum = 0;
    for (int i = 0; i < z.rows(); i++) {
      sum += z.get(i, j) * z.get(i, j);
    }
    return Math.sqrt(sum);
  }

  @ParameterizedTest
  @EnumSource
  void singleValuesAreAsPromised(RankPolicy policy) {
    standIn.noise(NOISE);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).route(Route.JACOBI).rankPolicy(policy).build()) {
      for (Matrix z : matrices()) {
        try (Evaluation evaluation = r.forward(z)) {
          Details.Spectral details = (Details.Spectral) evaluation.details();
          assertThat(details.route()).isEqualTo(Route.JACOBI);
          expectValue(z, evaluation.value(), below(z));
          assertThat(evaluation.value()).isBetween(details.lower(), details.upper());
        }
      }
    }
  }

  /** The values of decompositions of many matrices in one call are lengths of products with their vectors. */
  @Test
  void valuesOfListsAreAsPromised() {
    MatrixLists lists = new MatrixLists(new OnDevice(standIn));
    lists.add(hartley(32), ElementType.FLOAT64).add(ofRank(12, 12, 30), ElementType.FLOAT64).add(ofRank(5, 30, 5), ElementType.FLOAT64);
    standIn.noise(NOISE);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).route(Route.JACOBI).build()) {
      double[] values = lists.evaluate(r);
      for (int i = 0; i < lists.size(); i++) {
        expectValue(lists.host(i), values[i], below(lists.host(i)));
      }
    }
    assertThat(standIn.calls("cusolverDnDgesvdj")).as("the lists are believed").isZero();
  }

  /** Nobody notices it in single precision, which a coarse tolerance allows. */
  @Test
  void singlePrecisionKeepsTheSumOfTheValues() {
    try (Regularizer r = MeanSingularValue.builder().device(GPU).route(Route.JACOBI).tolerance(1e-3).build()) {
      r.value(MatrixLists.random(ElementType.FLOAT32, 12, 20));
      assertThat(standIn.calls("cusolverDnSgesvdj")).isEqualTo(1);
      assertThat(standIn.launched()).doesNotContain("root_sums");
      r.value(MatrixLists.random(ElementType.FLOAT64, 12, 20));
      assertThat(standIn.launched()).contains("root_sums");
    }
  }
}
