package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VicRegTest {
  /** {@code r = numpy.random.RandomState(4); r.randn(16, 32).astype('f4')}, twice. */
  private static Matrix numpy(Branch branch) {
    try (InputStream in =
        Objects.requireNonNull(VicRegTest.class.getResourceAsStream("randomstate4-2x16x32.f32le"))) {
      ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      return Matrix.of(bytes, ElementType.FLOAT32, branch == Branch.FIRST ? 0 : 512, 16, 32, 32);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final VicReg official = VicReg.builder(VicRegConvention.OFFICIAL).build();

  /** Totals by NumPy in double, from the formulas of each library. */
  @ParameterizedTest
  @CsvSource({
    "OFFICIAL, 51.26820099915237",
    "LIGHTLY, 51.26820099915237",
    "PYTORCH_METRIC_LEARNING, 51.26820099915237",
    "STABLE_PRETRAINING, 51.26820099915237",
    "SOLO_LEARN, 53.50812809943814",
    "TENSORFLOW_SIMILARITY, 51.72935267868494",
    "PAPER, 1471.4872771804585",
    "JOLIBRAIN, 48.729281583417404",
    "EB_JEPA, 2.1148772966849947"
  })
  void totalsOfTheConventions(VicRegConvention convention, double expected) {
    VicReg loss = VicReg.builder(convention).build();
    assertThat(loss.value(numpy(Branch.FIRST), numpy(Branch.SECOND)) / expected).isCloseTo(1, within(4e-16));
  }

  @Test
  void termsCanBeReadApart() {
    try (VicRegEvaluation e = official.forward(numpy(Branch.FIRST), numpy(Branch.SECOND))) {
      assertThat(e.invariance()).isCloseTo(1.829650514943252, within(1e-15));
      assertThat(e.variance(Branch.FIRST).value()).isCloseTo(0.08150995402865649, within(0x1p-52));
      assertThat(e.variance(Branch.SECOND).value()).isCloseTo(0.09768421399420495, within(0x1p-52));
      assertThat(e.covariance(Branch.FIRST).value()).isCloseTo(1.7792049597125665, within(1e-14));
      assertThat(e.covariance(Branch.SECOND).value()).isCloseTo(1.5078060655727374, within(1e-14));
      double sum =
          official.invarianceWeight() * e.invariance()
              + official.varianceWeight() * (e.variance(Branch.FIRST).value() + e.variance(Branch.SECOND).value())
              + official.covarianceWeight() * (e.covariance(Branch.FIRST).value() + e.covariance(Branch.SECOND).value());
      assertThat(e.value()).isEqualTo(sum);
      assertThat(e.variance(Branch.FIRST).details()).isInstanceOf(Details.Variance.class);
      assertThat(e.covariance(Branch.SECOND).details()).isInstanceOf(Details.Covariance.class);
    }
  }

  @Test
  void everyTwoConventionsThatDifferOnPaperDifferInTheTotal() {
    Matrix z1 = numpy(Branch.FIRST);
    Matrix z2 = numpy(Branch.SECOND);
    assertThat(Arrays.stream(VicRegConvention.values()).map(c -> VicReg.builder(c).build().value(z1, z2)).distinct())
        .hasSize(6);
  }

  /** Both branches one below the other, as one point of a function of one matrix. */
  private static double[][] stacked(double[][] z1, double[][] z2) {
    double[][] both = new double[2 * z1.length][];
    System.arraycopy(z1, 0, both, 0, z1.length);
    System.arraycopy(z2, 0, both, z1.length, z1.length);
    return both;
  }

  private static Matrix half(double[][] both, Branch branch) {
    int n = both.length / 2;
    int from = branch == Branch.FIRST ? 0 : n;
    return Samples.matrix(Arrays.copyOfRange(both, from, from + n));
  }

  @ParameterizedTest
  @EnumSource(names = {"OFFICIAL", "PAPER", "TENSORFLOW_SIMILARITY", "JOLIBRAIN", "EB_JEPA"})
  void gradientsOfTheTotalAgreeWithDifferences(VicRegConvention convention) {
    VicReg loss = VicReg.builder(convention).epsilon(1e-3).build();
    for (int[] shape : new int[][] {{20, 7}, {7, 20}}) {
      double[][] at = stacked(Samples.normal(1, shape[0], shape[1], 0.5, 1), Samples.normal(2, shape[0], shape[1], 0.4, 1));
      Matrix z1 = half(at, Branch.FIRST);
      Matrix z2 = half(at, Branch.SECOND);
      Matrix g1 = Samples.blank(z1);
      Matrix g2 = Samples.blank(z2);
      assertThat(loss.valueAndGradient(z1, z2, g1, g2)).isEqualTo(loss.value(z1, z2));
      Richardson.check(
          x -> loss.value(half(x, Branch.FIRST), half(x, Branch.SECOND)),
          at,
          stacked(Layout.values(g1), Layout.values(g2)),
          2e-3,
          4 * 0x1p-53);
    }
  }

  @ParameterizedTest
  @CsvSource({"33,140", "140,33"})
  void theTotalsGradientIsTheWeightedSumOfTheTermsGradients(int n, int d) {
    Matrix z1 = Samples.matrix(Samples.uneven(3, n, d));
    Matrix z2 = Samples.matrix(Samples.uneven(4, n, d));
    Matrix g1 = Samples.blank(z1);
    Matrix g2 = Samples.blank(z2);
    try (VicRegEvaluation e = official.forward(z1, z2)) {
      e.gradient(-4, g1, g2);
      Matrix i1 = Samples.blank(z1);
      Matrix i2 = Samples.blank(z2);
      e.invarianceGradient(-4 * official.invarianceWeight(), i1, i2);
      Matrix v1 = Samples.blank(z1);
      e.variance(Branch.FIRST).gradient(-4 * official.varianceWeight(), v1);
      Matrix c2 = Samples.blank(z2);
      e.covariance(Branch.SECOND).gradient(-4 * official.covarianceWeight(), c2);
      Matrix c1 = Samples.blank(z1);
      e.covariance(Branch.FIRST).gradient(-4 * official.covarianceWeight(), c1);
      double scale = Richardson.norm(Layout.values(g1));
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < d; j++) {
          assertThat(i1.get(i, j)).isEqualTo(-i2.get(i, j));
          assertThat(i1.get(i, j)).isCloseTo(-200.0 / (n * d) * (z1.get(i, j) - z2.get(i, j)), within(1e-16));
          assertThat(g1.get(i, j)).isCloseTo(i1.get(i, j) + v1.get(i, j) + c1.get(i, j), within(1e-15 * scale));
        }
      }
      Matrix alone = Samples.blank(z2);
      CovariancePenalty.builder().build().valueAndGradient(z2, alone);
      assertThat(Layout.values(c2)).isDeepEqualTo(Samples.scaled(Layout.values(alone), -4));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyLayoutAndTypeOfInputAndOutput(Layout layout) {
    for (int[] shape : new int[][] {{9, 131}, {40, 5}}) {
      double[][] a = Samples.uneven(5, shape[0], shape[1]);
      double[][] b = Samples.uneven(6, shape[0], shape[1]);
      for (ElementType type : ElementType.values()) {
        Matrix z1 = layout.of(type, a);
        Matrix z2 = layout.of(ElementType.FLOAT64, b);
        Matrix exact1 = Samples.blank(z1);
        Matrix exact2 = Samples.blank(z2);
        double value = official.valueAndGradient(Samples.matrix(Layout.values(z1)), Samples.matrix(b), exact1, exact2);
        Matrix g1 = layout.empty(type, shape[0], shape[1]);
        Matrix g2 = layout.empty(ElementType.FLOAT64, shape[0], shape[1]);
        assertThat(official.valueAndGradient(z1, z2, g1, g2)).isEqualTo(value);
        assertThat(Layout.values(g2)).isDeepEqualTo(Layout.values(exact2));
        double largest = 0;
        double error = 0;
        for (int i = 0; i < shape[0]; i++) {
          for (int j = 0; j < shape[1]; j++) {
            largest = Math.max(largest, Math.abs(exact1.get(i, j)));
            error = Math.max(error, Math.abs(g1.get(i, j) - exact1.get(i, j)));
          }
        }
        assertThat(error / largest).as("%s", type).isLessThanOrEqualTo(type.epsilon());
      }
    }
  }

  @Test
  void sixteenBitGradientsAreRoundedOnce() {
    double[][] a = Samples.normal(7, 12, 6, 0.5, 0);
    double[][] b = Samples.normal(8, 12, 6, 0.5, 0);
    for (ElementType type : new ElementType[] {ElementType.BFLOAT16, ElementType.FLOAT16}) {
      Matrix z1 = Samples.matrix(a);
      Matrix z2 = Samples.matrix(b);
      Matrix exact1 = Samples.blank(z1);
      Matrix exact2 = Samples.blank(z2);
      official.valueAndGradient(z1, z2, exact1, exact2);
      Matrix g1 = Layout.DENSE.empty(type, 12, 6);
      Matrix g2 = Layout.PADDED_ROWS.empty(type, 12, 6);
      official.valueAndGradient(z1, z2, g1, g2);
      assertThat(Layout.values(g1)).isDeepEqualTo(Layout.values(Layout.DENSE.of(type, Layout.values(exact1))));
      assertThat(Layout.values(g2)).isDeepEqualTo(Layout.values(Layout.DENSE.of(type, Layout.values(exact2))));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1000, -600, 500, 1000})
  void invarianceOfTheLargestAndSmallestNumbers(int p) {
    double unit = Math.scalb(1.0, p);
    Matrix z1 = Matrix.of(new double[] {3 * unit, 0, 5 * unit, unit}, 2, 2);
    Matrix z2 = Matrix.of(new double[] {unit, 0, unit, unit}, 2, 2);
    Matrix g1 = Samples.blank(z1);
    Matrix g2 = Samples.blank(z1);
    try (VicRegEvaluation e = official.forward(z1, z2)) {
      assertThat(e.invariance()).isEqualTo(Math.scalb(5.0, 2 * p));
      e.invarianceGradient(1, g1, g2);
      assertThat(Layout.values(g1)).isDeepEqualTo(new double[][] {{unit, 0}, {2 * unit, 0}});
      assertThat(Layout.values(g2)).isDeepEqualTo(new double[][] {{-unit, 0}, {-2 * unit, 0}});
    }
  }

  @Test
  void aTermOfWeightZeroCountsNothingEvenIfItIsInfinite() {
    VicReg variance = VicReg.builder(VicRegConvention.EB_JEPA).coefficients(0, 1, 0).build();
    Matrix z1 = Samples.matrix(Samples.normal(9, 8, 3, 1e200, 0));
    Matrix z2 = Samples.matrix(Samples.normal(10, 8, 3, 0.1, 0));
    Matrix g1 = Samples.blank(z1);
    Matrix g2 = Samples.blank(z2);
    Matrix alone = Samples.blank(z2);
    VarianceHinge hinge = VarianceHinge.builder().build();
    double expected = hinge.valueAndGradient(z2, alone);
    assertThat(variance.valueAndGradient(z1, z2, g1, g2)).isEqualTo(expected);
    assertThat(Layout.values(g2)).isDeepEqualTo(Layout.values(alone));
    assertThat(Layout.values(g1)).isDeepEqualTo(new double[8][3]);
  }

  @Test
  void whatIsNotFiniteThrowsOrMakesEverythingNaN() {
    Matrix bad = Samples.matrix(Samples.normal(11, 5, 4, 1, 0));
    bad.set(2, 3, Double.POSITIVE_INFINITY);
    Matrix good = Samples.matrix(Samples.normal(12, 5, 4, 1, 0));
    assertThatThrownBy(() -> official.value(good, bad))
        .isInstanceOf(NonFiniteInputException.class)
        .hasMessageContaining("row 2, column 3");
    VicReg propagating =
        VicReg.builder(VicRegConvention.OFFICIAL).coefficients(0, 1, 0).nonFinite(NonFinitePolicy.PROPAGATE).build();
    Matrix g1 = Layout.DENSE.of(ElementType.FLOAT32, new double[5][4]);
    Matrix g2 = Layout.DENSE.of(ElementType.FLOAT16, new double[5][4]);
    assertThat(propagating.valueAndGradient(good, bad, g1, g2)).isNaN();
    try (VicRegEvaluation e = propagating.forward(good, bad)) {
      assertThat(e.invariance()).isNaN();
      assertThat(e.variance(Branch.FIRST).value()).isNotNaN();
      assertThat(e.variance(Branch.SECOND).value()).isNaN();
    }
    for (Matrix g : new Matrix[] {g1, g2}) {
      for (double[] row : Layout.values(g)) {
        assertThat(row).containsOnly(Double.NaN);
      }
    }
  }

  @Test
  void argumentsAreRefusedBeforeAnyWork() {
    Matrix z = Samples.matrix(new double[4][3]);
    Matrix other = Samples.matrix(new double[3][4]);
    assertThatThrownBy(() -> official.value(z, other)).hasMessageContaining("4×3").hasMessageContaining("3×4");
    Matrix row = Samples.matrix(new double[1][3]);
    assertThatThrownBy(() -> official.value(row, row)).hasMessageContaining("two rows");
    Matrix g = Samples.blank(z);
    assertThatThrownBy(() -> official.valueAndGradient(z, z, g, g)).hasMessageContaining("two gradients overlap");
    Matrix z2 = Samples.matrix(new double[4][3]);
    assertThatThrownBy(() -> official.valueAndGradient(z, z2, g, z)).hasMessageContaining("other branch");
    assertThatThrownBy(() -> official.valueAndGradient(z, z2, z2, g)).hasMessageContaining("other branch");
    assertThatThrownBy(() -> official.valueAndGradient(z, z2, other, g)).hasMessageContaining("3×4");
    VicReg.Builder builder = VicReg.builder(VicRegConvention.OFFICIAL);
    assertThatThrownBy(() -> builder.coefficients(1, -1, 1)).hasMessageContaining("mu");
    assertThatThrownBy(() -> builder.gamma(0)).hasMessageContaining("gamma");
    assertThatThrownBy(() -> builder.epsilon(Double.NaN)).hasMessageContaining("epsilon");
  }

  @Test
  void useAfterClosingIsAnIllegalState() {
    Matrix z = numpy(Branch.FIRST);
    VicReg loss = VicReg.builder(VicRegConvention.OFFICIAL).build();
    VicRegEvaluation e = loss.forward(z, z);
    Evaluation term = e.variance(Branch.FIRST);
    term.close();
    assertThat(term.value()).isNotNaN();
    e.close();
    e.close();
    assertThatThrownBy(e::value).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(term::value).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> term.gradient(1, Samples.blank(z))).isInstanceOf(IllegalStateException.class);
    loss.close();
    loss.close();
    assertThatThrownBy(() -> loss.value(z, z)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theSameBitsForAnyNumberOfThreads() {
    Matrix z1 = Layout.PADDED_ROWS.of(ElementType.FLOAT32, Samples.uneven(13, 260, 520));
    Matrix z2 = Layout.PADDED_ROWS.of(ElementType.FLOAT32, Samples.uneven(14, 260, 520));
    Matrix e1 = Layout.DENSE.empty(ElementType.FLOAT32, 260, 520);
    Matrix e2 = Layout.DENSE.empty(ElementType.FLOAT32, 260, 520);
    double expected = VicReg.builder(VicRegConvention.OFFICIAL).parallelism(1).build().valueAndGradient(z1, z2, e1, e2);
    for (int threads : new int[] {2, 3, 7, 16}) {
      VicReg loss = VicReg.builder(VicRegConvention.OFFICIAL).parallelism(threads).build();
      Matrix g1 = Layout.DENSE.empty(ElementType.FLOAT32, 260, 520);
      Matrix g2 = Layout.DENSE.empty(ElementType.FLOAT32, 260, 520);
      assertThat(loss.valueAndGradient(z1, z2, g1, g2)).isEqualTo(expected);
      assertThat(Layout.values(g1)).isDeepEqualTo(Layout.values(e1));
      assertThat(Layout.values(g2)).isDeepEqualTo(Layout.values(e2));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void nothingIsAllocatedInSteadyState(ElementType type) {
    Matrix z1 = Layout.DENSE.of(type, Samples.uneven(15, 24, 150));
    Matrix z2 = Layout.DENSE.of(type, Samples.uneven(16, 24, 150));
    Matrix g1 = Layout.DENSE.empty(type, 24, 150);
    Matrix g2 = Layout.DENSE.empty(type, 24, 150);
    VicReg loss = VicReg.builder(VicRegConvention.OFFICIAL).parallelism(1).build();
    assertThat(Allocation.fewestBytes(() -> loss.valueAndGradient(z1, z2, g1, g2))).isZero();
  }
}
