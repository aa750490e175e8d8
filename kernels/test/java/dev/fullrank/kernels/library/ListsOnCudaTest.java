package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.RankPolicy;
import dev.fullrank.Regularizer;
import dev.fullrank.SvMax;
import dev.fullrank.kernels.standin.Figure;
import dev.fullrank.kernels.standin.StandIn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many matrices in one call on the device: the numbers of single calls, in launches that do not become more with the matrices. */
class ListsOnCudaTest {
  /** Shared memory for Gram matrices of up to 12×12. */
  private static final int SHARED = (12 * 12 + 16 * 12) * Double.BYTES + (4 << 10);

  private static final int LIMIT = 12;

  private static final int[][] SHAPES = {
    {1, 1}, {1, 5}, {5, 1}, {2, 2}, {3, 2}, {7, 31}, {31, 7}, {LIMIT, LIMIT}, {LIMIT, 40}, {40, LIMIT}, {LIMIT + 1, LIMIT + 1}, {1, 300}
  };

  private final StandIn standIn = StandIn.fresh();
  private final OnDevice device = new OnDevice(standIn);
  private final MatrixLists lists = new MatrixLists(device);

  @BeforeEach
  void haveLittleSharedMemory() {
    standIn.sharedBytes(SHARED);
  }

  @AfterEach
  void nothingWentWrong() {
    standIn.expectNoFault();
    lists.free();
  }

  /** Each shape with a type of its own. */
  private static List<Matrix> matrices() {
    ElementType[] types = ElementType.values();
    return IntStream.range(0, SHAPES.length)
        .mapToObj(i -> MatrixLists.random(types[i % types.length], SHAPES[i][0], SHAPES[i][1]))
        .toList();
  }

  private static MeanSingularValue mean(boolean normalize) {
    return MeanSingularValue.builder().device(GPU).normalizeRows(normalize).build();
  }

  /**
   * Values within what is promised, 4·√n·ε·σ₁ and of normalised rows as much for their rounding; gradients within the certificate, twice
   * the tolerance for each column, and their own rounding.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void valuesAndGradientsAreThoseOfTheReference(boolean normalize) {
    lists.addInTurns(matrices());
    try (Regularizer there = mean(normalize);
        Regularizer here = MatrixLists.reference(normalize)) {
      double[] values = lists.evaluate(there);
      assertThat(standIn.launched()).contains("batch_pack_f64", "batch_eigenvectors", "batch_polar", "batch_gradient_bf16");
      for (int i = 0; i < lists.size(); i++) {
        Matrix host = lists.host(i);
        ElementType out = lists.gradients.get(i).type();
        int k = Math.min(host.rows(), host.columns());
        int n = Math.max(host.rows(), host.columns());
        Matrix expected = MatrixLists.zeros(ElementType.FLOAT64, host.rows(), host.columns());
        double value = here.valueAndGradient(host, expected);
        double largest = normalize ? Math.sqrt(host.rows()) : MatrixLists.norm(MatrixLists.entries(host));
        double error = 8 * Math.sqrt(n) * 0x1p-52 * largest;
        assertThat(values[i]).as("value %d", i).isBetween(value - error, value + error);
        double[] g = MatrixLists.entries(expected);
        double permitted = 2 * MatrixLists.tolerance(host.type()) + 2 * MatrixLists.roundoff(out);
        assertThat(MatrixLists.distance(lists.entries(i), g)).as("gradient %d, %d×%d", i, host.rows(), host.columns())
            .isLessThanOrEqualTo(permitted * Math.max(MatrixLists.norm(g), 1 / Math.sqrt(k)));
      }
    }
    assertThat(lists.gradients.stream().filter(Matrix::isOnDevice)).noneMatch(device::hasWrittenGaps);
  }

  /** Only what is larger than the limit goes by itself. */
  @Test
  void wellConditionedMatricesDoNotGoOneByOne() {
    lists.addInTurns(matrices());
    try (Regularizer r = mean(false)) {
      lists.evaluate(r);
    }
    long larger = lists.inputs.stream().filter(z -> Math.min(z.rows(), z.columns()) > LIMIT).count();
    assertThat(MatrixLists.oneByOne(standIn)).isEqualTo(larger).isEqualTo(1);
  }

  @Test
  void launchesCopiesAndWaitsDoNotBecomeMoreWithTheMatrices() {
    List<List<Long>> figures = new ArrayList<>();
    try (Regularizer r = SvMax.builder().device(GPU).build()) {
      for (int count : new int[] {2, 2, 20}) {
        MatrixLists list = new MatrixLists(device);
        for (int i = 0; i < count; i++) {
          list.add(MatrixLists.random(ElementType.FLOAT32, 6 + i, 3), ElementType.FLOAT32);
          list.addCopy(MatrixLists.random(ElementType.FLOAT32, 3, 6 + i), ElementType.FLOAT32, 0, 0);
        }
        standIn.reset();
        standIn.sharedBytes(SHARED);
        list.evaluate(r);
        figures.add(
            IntStream.range(0, 4)
                .mapToObj(
                    f ->
                        standIn.figure(
                            List.of(Figure.LAUNCHES, Figure.COPIES_TO_DEVICE, Figure.COPIES_TO_HOST, Figure.SYNCHRONISATIONS).get(f)))
                .toList());
        list.free();
      }
    }
    assertThat(figures.get(1)).isEqualTo(figures.get(2));
    assertThat(figures.get(2).getFirst()).isEqualTo(4);
  }

  @Test
  void theBitsAreTheSameInWhateverList() {
    List<Matrix> matrices = new ArrayList<>(matrices());
    try (Regularizer r = SvMax.builder().device(GPU).build()) {
      lists.addInTurns(matrices);
      double[] values = lists.evaluate(r);
      Collections.reverse(matrices);
      MatrixLists reversed = new MatrixLists(device);
      matrices.forEach(z -> reversed.add(z, ElementType.FLOAT64));
      MatrixLists[] alone = new MatrixLists[matrices.size()];
      double[] valuesReversed = reversed.evaluate(r);
      for (int i = 0; i < alone.length; i++) {
        alone[i] = new MatrixLists(device).add(matrices.get(i), ElementType.FLOAT64);
        assertThat(alone[i].evaluate(r)[0]).isEqualTo(valuesReversed[i]).isEqualTo(values[alone.length - 1 - i]);
        assertThat(alone[i].entries(0)).containsExactly(reversed.entries(i));
      }
    }
  }

  /** Ranks that are exact: what single calls say of them is what the list says, of either policy. */
  @ParameterizedTest
  @ValueSource(strings = {"MINIMAL_NORM", "COMPLETION"})
  void ranksAreThoseOfSingleCalls(RankPolicy policy) {
    for (ElementType type : List.of(ElementType.FLOAT64, ElementType.BFLOAT16)) {
      lists.add(MatrixLists.zeros(type, 3, 4), ElementType.FLOAT64);
      Matrix twice = MatrixLists.random(type, 5, 8);
      Matrix gap = MatrixLists.random(type, 9, 4);
      for (int j = 0; j < 8; j++) {
        twice.set(3, j, twice.get(0, j));
        gap.set(j, 2, 0);
      }
      gap.set(8, 2, 0);
      lists.add(twice, ElementType.FLOAT64).add(gap, ElementType.FLOAT64);
    }
    try (Regularizer r = MeanSingularValue.builder().device(GPU).rankPolicy(policy).build()) {
      double[] values = lists.evaluate(r);
      long oneByOne = MatrixLists.oneByOne(standIn);
      assertThat(oneByOne).isEqualTo(policy == RankPolicy.COMPLETION ? lists.size() : 0);
      for (int i = 0; i < lists.size(); i++) {
        Matrix host = lists.host(i);
        Matrix expected = MatrixLists.zeros(ElementType.FLOAT64, host.rows(), host.columns());
        double value = r.valueAndGradient(host, expected);
        // single calls of narrower types take eigenvalues of the Gram matrix, to their tolerance and the roots of its rounding errors
        boolean doubles = host.type() == ElementType.FLOAT64;
        double error = (doubles ? 1e-14 : 1e-7) * value;
        assertThat(values[i]).isBetween(value - error, value + error);
        assertThat(MatrixLists.distance(lists.entries(i), MatrixLists.entries(expected))).as("gradient %d", i)
            .isLessThan(doubles ? 1e-12 : MatrixLists.tolerance(host.type()));
      }
    }
  }

  /** Singular values that rounding to float left, too small for the Gram matrix and too large to be taken for zeros. */
  @Test
  void noiseIsNotTakenForRank() {
    Matrix left = MatrixLists.random(ElementType.FLOAT64, 9, 2);
    Matrix right = MatrixLists.random(ElementType.FLOAT64, 2, 4);
    Matrix product = MatrixLists.zeros(ElementType.FLOAT32, 9, 4);
    for (int i = 0; i < 9; i++) {
      for (int j = 0; j < 4; j++) {
        product.set(i, j, left.get(i, 0) * right.get(0, j) + left.get(i, 1) * right.get(1, j));
      }
    }
    lists.add(product, ElementType.FLOAT64);
    try (Regularizer there = mean(false);
        Regularizer here = MatrixLists.reference(false)) {
      lists.evaluate(there);
      Matrix expected = MatrixLists.zeros(ElementType.FLOAT64, 9, 4);
      here.valueAndGradient(product, expected);
      assertThat(MatrixLists.distance(lists.entries(0), MatrixLists.entries(expected))).isLessThan(4e-6);
      assertThat(MatrixLists.norm(lists.entries(0))).as("all four directions count").isBetween(0.499, 0.501);
    }
  }

  /** Condition numbers at which a Gram matrix says too little are left to decompositions. */
  @Test
  void whatCannotBeCertifiedGoesOneByOne() {
    Matrix graded = MatrixLists.random(ElementType.FLOAT64, 9, 6);
    for (int i = 0; i < 9; i++) {
      for (int j = 0; j < 6; j++) {
        graded.set(i, j, Math.scalb(graded.get(i, j), -5 * j));
      }
    }
    lists.add(MatrixLists.random(ElementType.FLOAT64, 9, 4), ElementType.FLOAT64).add(graded, ElementType.FLOAT64);
    try (Regularizer there = mean(false);
        Regularizer here = MatrixLists.reference(false)) {
      double[] values = lists.evaluate(there);
      assertThat(MatrixLists.oneByOne(standIn)).isEqualTo(1);
      Matrix expected = MatrixLists.zeros(ElementType.FLOAT64, 9, 6);
      double value = here.valueAndGradient(graded, expected);
      assertThat(values[1]).isBetween(value * (1 - 1e-14), value * (1 + 1e-14));
      assertThat(MatrixLists.distance(lists.entries(1), MatrixLists.entries(expected))).isLessThan(1e-8);
    }
  }

  /** Powers of two change no bit of a gradient, from the smallest numbers to the largest. */
  @Test
  void scalesChangeNothing() {
    Matrix z = MatrixLists.random(ElementType.FLOAT64, 6, 9);
    int[] exponents = {0, -900, 1000, -990};
    for (int exponent : exponents) {
      Matrix scaled = MatrixLists.zeros(ElementType.FLOAT64, 6, 9);
      for (int e = 0; e < 54; e++) {
        scaled.set(e / 9, e % 9, Math.scalb(z.get(e / 9, e % 9), exponent));
      }
      lists.add(scaled, ElementType.FLOAT64);
    }
    Matrix least = MatrixLists.zeros(ElementType.FLOAT64, 2, 2);
    least.set(0, 0, Double.MIN_VALUE);
    least.set(1, 1, 3 * Double.MIN_VALUE);
    Matrix most = MatrixLists.zeros(ElementType.FLOAT64, 2, 2);
    most.set(0, 1, Double.MAX_VALUE);
    most.set(1, 0, -Double.MAX_VALUE);
    lists.add(least, ElementType.FLOAT64).add(most, ElementType.FLOAT64);
    try (Regularizer r = mean(false)) {
      double[] values = lists.evaluate(r);
      for (int i = 1; i < exponents.length; i++) {
        assertThat(values[i]).isEqualTo(Math.scalb(values[0], exponents[i]));
        assertThat(lists.entries(i)).containsExactly(lists.entries(0));
      }
      assertThat(values[4]).isEqualTo(2 * Double.MIN_VALUE);
      assertThat(lists.entries(4)).containsExactly(0.5, 0, 0, 0.5);
      assertThat(values[5]).isEqualTo(Double.MAX_VALUE);
      assertThat(lists.entries(5)).containsExactly(0, 0.5, -0.5, 0);
    }
  }
}
