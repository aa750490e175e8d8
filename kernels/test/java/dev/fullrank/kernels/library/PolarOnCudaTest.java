package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fullrank.Details;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.kernels.standin.StandIn;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The polar route on matrices of known singular values: where it is taken, what it gives, and that a wrong result is not believed. */
class PolarOnCudaTest {
  private static final int K = 16;
  private static final int N = 32;

  /** More rows than one block takes. */
  private static final int LARGE = 128;

  /** Which argument of block_root says where α goes. */
  private static final int SCALE = 9;

  private final StandIn standIn = StandIn.fresh();

  /** σ_i = κ^(−i/(k−1)). */
  private static double sigma(int i, double condition) {
    return Math.pow(condition, -i / (K - 1.0));
  }

  /** A square matrix H·diag(σ)·H of order LARGE. */
  private static Matrix large(double condition) {
    double[] x = new double[LARGE * LARGE];
    double[] sigma = new double[LARGE];
    double mean = 0;
    for (int i = 0; i < LARGE; i++) {
      sigma[i] = Math.pow(condition, -i / (LARGE - 1.0));
      mean += sigma[i] / LARGE;
    }
    for (int i = 0; i < LARGE; i++) {
      for (int j = 0; j < LARGE; j++) {
        // (I − 2/n·J)·D·(I − 2/n·J) = D − 2/n·(σ_i + σ_j) + 4/n·mean
        x[i * LARGE + j] = (i == j ? sigma[i] : 0) - 2.0 / LARGE * (sigma[i] + sigma[j]) + 4.0 / LARGE * mean;
      }
    }
    Matrix z = zeros(ElementType.FLOAT32, LARGE, LARGE);
    for (int i = 0; i < x.length; i++) {
      z.set(i / LARGE, i % LARGE, x[i]);
    }
    return z;
  }

  /** Entry (i, j) of the Householder matrix I − (2/n)·J, exact for n a power of two. */
  private static double reflector(int n, int i, int j) {
    return (i == j ? 1 : 0) - 2.0 / n;
  }

  /** H_k·(diag(f) 0)·H_n, or the transpose of it. */
  private static double[] hidden(boolean tall, double condition, boolean polar) {
    double[] x = new double[K * N];
    for (int i = 0; i < K; i++) {
      for (int j = 0; j < N; j++) {
        double sum = 0;
        for (int l = 0; l < K; l++) {
          sum += reflector(K, i, l) * (polar ? 1 : sigma(l, condition)) * reflector(N, l, j);
        }
        x[tall ? j * K + i : i * N + j] = sum;
      }
    }
    return x;
  }

  private static Matrix zeros(ElementType type, int rows, int columns) {
    return Matrix.of(MemorySegment.ofArray(new byte[rows * columns * type.bytes()]), type, rows, columns);
  }

  private static Matrix rounded(double[] x, boolean tall, ElementType type) {
    Matrix z = zeros(type, tall ? N : K, tall ? K : N);
    for (int i = 0; i < x.length; i++) {
      z.set(i / z.columns(), i % z.columns(), x[i]);
    }
    return z;
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT64, 1, GRAM_POLAR", "FLOAT64, 10, GRAM_POLAR", "FLOAT64, 30, GRAM_POLAR", "FLOAT64, 1e3, JACOBI", "FLOAT64, 1e10, JACOBI",
    "FLOAT32, 1, GRAM_POLAR", "FLOAT32, 30, GRAM_POLAR", "FLOAT32, 3e3, GRAM_POLAR", "FLOAT32, 1e7, JACOBI",
  })
  void valueAndGradientAreThoseOfTheSpectrum(ElementType type, double condition, Route route) {
    for (boolean tall : new boolean[] {false, true}) {
      Matrix z = rounded(hidden(tall, condition, false), tall, type);
      Matrix g = zeros(type, z.rows(), z.columns());
      double expected = 0;
      for (int i = 0; i < K; i++) {
        expected += sigma(i, condition) / K;
      }
      try (Regularizer r = MeanSingularValue.builder().device(GPU).build();
          Evaluation evaluation = r.forward(z)) {
        // NUMERICS: 4·√n·eps·σ₁, and the rounding of the entries that are stored
        double permitted = 6 * Math.sqrt(N) * type.epsilon();
        assertThat(evaluation.value()).isBetween(expected - permitted, expected + permitted);
        Details.Spectral details = (Details.Spectral) evaluation.details();
        assertThat(details.route()).isEqualTo(route);
        assertThat(evaluation.value()).isBetween(details.lower(), details.upper());
        evaluation.gradient(K, g);
      }
      expectPolarFactor(g, tall, condition);
    }
    standIn.expectNoFault();
  }

  /** What is stored has its own polar factor: entries that are rounded by eps turn it by up to eps/σ_k. */
  private static void expectPolarFactor(Matrix g, boolean tall, double condition) {
    double[] polar = hidden(tall, condition, true);
    double distance = 0;
    double size = 0;
    for (int i = 0; i < polar.length; i++) {
      double entry = g.get(i / g.columns(), i % g.columns());
      distance += (entry - polar[i]) * (entry - polar[i]);
      size += entry * entry;
    }
    assertThat(size).isBetween(K - 1e-4, K + 1e-4);
    if (condition < 1 / (100 * g.type().epsilon())) {
      assertThat(Math.sqrt(distance)).isLessThan(2 * g.type().epsilon() * K * condition);
    }
  }

  /** Seven or eight steps where float data are well conditioned, and seven more where they are not. */
  @ParameterizedTest
  @CsvSource({"10, 8", "2e3, 15", "3e4, 15"})
  void moreStepsAreTakenWhereTheConditionAsksForThem(double condition, int steps) {
    long before = standIn.launches("combine");
    Matrix z = large(condition);
    Matrix g = zeros(ElementType.FLOAT32, LARGE, LARGE);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build();
        Evaluation evaluation = r.forward(z)) {
      assertThat(((Details.Spectral) evaluation.details()).route()).isEqualTo(Route.GRAM_POLAR);
      assertThat(standIn.launches("combine") - before).isEqualTo(steps);
      evaluation.gradient(LARGE, g);
    }
    // the polar factor of a positive definite matrix is I; rounding its entries turns it by κ times as much
    double permitted = condition * ElementType.FLOAT32.epsilon() / 4;
    for (int i = 0; i < LARGE; i++) {
      assertThat(g.get(i, i)).isCloseTo(1, within(permitted));
      assertThat(g.get(i, (i + 1) % LARGE)).isCloseTo(0, within(permitted));
    }
  }

  @Test
  void aSmallMatrixIsTheWorkOfOneBlockAndOfAnotherWhereTheConditionAsksForIt() {
    assertThat(blocks(30)).isEqualTo(1);
    assertThat(blocks(3e3)).isEqualTo(2);
  }

  /** By three or four steps from 1.06 times the largest Ritz value on, or by those of the shape from ‖G‖_F or ‖G‖_∞. */
  @ParameterizedTest
  @CsvSource({"1, true", "2, true", "5, true", "30, false", "1e3, false"})
  void aFlatSpectrumTakesFewerSteps(double condition, boolean flat) {
    double expected = 0;
    for (int i = 0; i < K; i++) {
      expected += sigma(i, condition) / K;
    }
    for (boolean tall : new boolean[] {false, true}) {
      Matrix z = rounded(hidden(tall, condition, false), tall, ElementType.FLOAT32);
      long before = standIn.launches("block_root");
      try (Regularizer r = MeanSingularValue.builder().device(GPU).build();
          Evaluation evaluation = r.forward(z)) {
        assertThat(evaluation.value()).isCloseTo(expected, within(6 * Math.sqrt(N) * ElementType.FLOAT32.epsilon()));
        assertThat(standIn.launches("block_root") - before).isEqualTo(1);
        assertThat(alpha() < Math.sqrt(1.08)).isEqualTo(flat); // 1.06, and up to 0.01 between two shifts
      }
    }
    standIn.expectNoFault();
  }

  /** What the last block_root has left, over σ₁, which is a power of two in the units of Y. */
  private double alpha() {
    double[] alpha = new double[1];
    standIn.memory().copyOut(standIn.argument("block_root", SCALE), alpha);
    return Math.scalb(alpha[0], -Math.getExponent(alpha[0]));
  }

  /** Cards without products of doubles in one instruction, or with less shared memory than three small matrices take. */
  @Test
  void aCardThatCannotDoesItByProducts() {
    double value = valueOnANewPlace();
    standIn.capability(75);
    long before = standIn.launches("block_root");
    assertThat(valueOnANewPlace()).isBetween(value * (1 - 1e-12), value * (1 + 1e-12));
    standIn.capability(90);
    standIn.sharedBytes(27 << 10);
    assertThat(valueOnANewPlace()).isBetween(value * (1 - 1e-12), value * (1 + 1e-12));
    assertThat(standIn.launches("block_root")).isEqualTo(before);
    standIn.sharedBytes(28 << 10);
    assertThat(valueOnANewPlace()).isEqualTo(value);
    assertThat(standIn.launches("block_root")).isEqualTo(before + 1);
  }

  private static double valueOnANewPlace() {
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      return r.value(rounded(hidden(false, 30, false), false, ElementType.FLOAT32));
    }
  }

  private long blocks(double condition) {
    long before = standIn.launches("block_root");
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      r.value(rounded(hidden(false, condition, false), false, ElementType.FLOAT32));
    }
    return standIn.launches("block_root") - before;
  }

  /** Rows that add up to zero, as batches have from which the mean was taken: one singular value is a rounding error. */
  @Test
  void oneDirectionWithoutEnergyIsCutOffByEigenvalues() {
    double[] x = hidden(false, 30, false);
    for (int j = 0; j < N; j++) {
      double mean = 0;
      for (int i = 0; i < K; i++) {
        mean += (float) x[i * N + j] / K;
      }
      for (int i = 0; i < K; i++) {
        x[i * N + j] = (float) x[i * N + j] - mean;
      }
    }
    Matrix z = Matrix.of(x, K, N); // in double, so that it is singular but for rounding
    Matrix g = Matrix.of(new double[K * N], K, N);
    Matrix expected = Matrix.of(new double[K * N], K, N);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).tolerance(2e-6).build();
        Regularizer reference = MeanSingularValue.builder().route(Route.JACOBI).build();
        Evaluation evaluation = r.forward(z)) {
      double value = reference.valueAndGradient(z, expected);
      assertThat(evaluation.value() / value).isBetween(1 - 1e-7, 1 + 1e-7);
      Details.Spectral details = (Details.Spectral) evaluation.details();
      assertThat(details.route()).isEqualTo(Route.GRAM_EIGEN);
      assertThat(details.rank()).isEqualTo(K - 1);
      assertThat(value).isBetween(details.lower(), details.upper());
      evaluation.gradient(1, g);
      double distance = 0;
      for (int i = 0; i < K * N; i++) {
        double error = g.get(i / N, i % N) - expected.get(i / N, i % N);
        distance += error * error;
      }
      assertThat(Math.sqrt(distance) * K).isLessThan(2e-6 * Math.sqrt(K));
    }
    standIn.expectNoFault();
  }

  /** As the decision 0024 counts them: what a launch costs is most of the time of small matrices. */
  @Test
  void aValueIsTwoKernelsAndSixtyOneOfALargerMatrix() {
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      long before = calls();
      r.value(rounded(hidden(false, 30, false), false, ElementType.FLOAT32));
      long between = calls();
      r.value(large(10));
      assertThat(between - before).isEqualTo(2);
      assertThat(calls() - between).isEqualTo(61);
    }
  }

  private long calls() {
    return standIn.calls("cuLaunchKernel") + standIn.calls("cublasDgemm_v2") + standIn.calls("cublasDsyrk_v2");
  }

  @Test
  void aRouteThatIsForcedAndCannotBeCertifiedIsRefused() {
    Matrix hard = rounded(hidden(true, 1e10, false), true, ElementType.FLOAT64);
    Matrix easy = rounded(hidden(true, 3, false), true, ElementType.FLOAT64);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).route(Route.GRAM_POLAR).build()) {
      double expected = r.value(easy);
      assertThatThrownBy(() -> r.value(hard)).isInstanceOf(ArithmeticException.class).hasMessageContaining("32×16");
      assertThat(r.value(easy)).isEqualTo(expected);
    }
  }

  /** The certificate looks at the data, not at the Gram matrix alone: the decomposition does what the product has spoilt. */
  @Test
  void aWrongGramMatrixIsNotBelieved() {
    Matrix z = large(10);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      double right = r.value(z);
      standIn.syrkIsWrong(true);
      try (Evaluation evaluation = r.forward(z)) {
        assertThat(evaluation.value()).isCloseTo(right, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(((Details.Spectral) evaluation.details()).route()).isEqualTo(Route.JACOBI);
      }
    }
  }
}
