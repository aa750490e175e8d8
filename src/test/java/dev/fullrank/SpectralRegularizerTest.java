package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SpectralRegularizerTest {
  private static final MeanSingularValue MEAN = MeanSingularValue.builder().build();

  private static Matrix random(int b, int d, long seed) {
    Random random = new Random(seed);
    return Matrix.of(random.doubles((long) b * d, -1, 1).toArray(), b, d);
  }

  private static float[] floats(int count, IntToDoubleFunction value) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) value.applyAsDouble(i);
    }
    return values;
  }

  private static double[] gradient(Regularizer r, Matrix z) {
    double[] g = new double[z.rows() * z.columns()];
    r.valueAndGradient(z, Matrix.of(g, z.rows(), z.columns()));
    return g;
  }

  /** ⟨G, E⟩, which is s_μ by Euler's theorem on homogeneous functions. */
  private static double inner(double[] g, Matrix z) {
    double sum = 0;
    for (int i = 0; i < g.length; i++) {
      sum += g[i] * z.get(i / z.columns(), i % z.columns());
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(value = Route.class, names = {"AUTO", "GRAM_POLAR", "GRAM_EIGEN", "JACOBI"})
  void theTextbookMatrixByEveryRoute(Route route) {
    Matrix z = Matrix.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
    try (MeanSingularValue r = MeanSingularValue.builder().route(route).tolerance(1e-10).build();
        Evaluation e = r.forward(z)) {
      assertThat(e.value()).isCloseTo(5.01990933611188, within(1e-13));
      assertThat(e.details()).isInstanceOfSatisfying(Details.Spectral.class, s -> {
        assertThat(s.lower()).isLessThanOrEqualTo(5.01990933611188);
        assertThat(s.upper()).isGreaterThanOrEqualTo(5.01990933611188);
        assertThat(s.upper() - s.lower()).isLessThan(1e-8);
        assertThat(s.rank()).isEqualTo(2);
        assertThat(s.route()).isEqualTo(route == Route.AUTO ? Route.GRAM_POLAR : route);
      });
      double[] g = new double[6];
      e.gradient(1, Matrix.of(g, 3, 2));
      assertThat(inner(g, z)).isCloseTo(e.value(), within(1e-10));
    }
  }

  @Test
  void theTwoFormsOfThePaper() {
    Matrix z = Matrix.of(new double[] {1, 0, 0, 1, 1, 0}, 3, 2);
    assertThat(MEAN.value(z)).isCloseTo(1.2071067811865475, within(1e-15));
    // the exponential magnifies an error of s_μ by exp((U − s_μ)/(U − L))/(U − L) = 2.93
    assertThat(SvMax.builder().build().value(z)).isCloseTo(1.0503984758101148, within(2.93e-15));
    assertThat(SvMax.builder().form(SvMax.Form.LINEAR).strength(3).build().value(z)).isCloseTo(-3 * 1.2071067811865475, within(1e-14));
  }

  @ParameterizedTest
  @CsvSource({"144, 128, 0.09375, 1.0606601717798212", "64, 128, 0.125, 1"})
  void theBoundsHoldForEveryShape(int b, int d, double lower, double upper) {
    try (MeanSingularValue r = MeanSingularValue.builder().normalizeRows(true).build();
        Evaluation e = r.forward(random(b, d, 1))) {
      Details.Spectral s = (Details.Spectral) e.details();
      assertThat(s.lowerBound()).isCloseTo(lower, within(1e-14));
      assertThat(s.upperBound()).isCloseTo(upper, within(1e-14));
      assertThat(s.utilisation()).isBetween(0.5, 1.0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5, 9, AUTO, LINEAR", "9, 5, AUTO, LINEAR", "5, 9, JACOBI, LINEAR", "9, 5, JACOBI, LINEAR",
    "5, 9, AUTO, EXPONENTIAL", "9, 5, AUTO, EXPONENTIAL", "5, 9, JACOBI, EXPONENTIAL", "9, 5, JACOBI, EXPONENTIAL"
  })
  void throughRowNormalisationTheGradientIsThatOfRichardsonDifferences(int b, int d, Route route, SvMax.Form form) {
    SvMax r = SvMax.builder().normalizeRows(true).form(form).route(route).build();
    Matrix z = random(b, d, 7);
    double[] g = gradient(r, z);
    Random random = new Random(8);
    for (int trial = 0; trial < 3; trial++) {
      double[] direction = random.doubles(g.length, -1, 1).toArray();
      double slope = 0;
      for (int i = 0; i < g.length; i++) {
        slope += g[i] * direction[i];
      }
      double h = 1e-2;
      double difference = (4 * central(r, z, direction, h / 2) - central(r, z, direction, h)) / 3;
      double next = (4 * central(r, z, direction, h / 4) - central(r, z, direction, h / 2)) / 3;
      assertThat((16 * next - difference) / 15).isCloseTo(slope, within(1e-9 * (1 + Math.abs(slope))));
    }
  }

  private static double central(Regularizer r, Matrix z, double[] direction, double h) {
    return (r.value(moved(z, direction, h)) - r.value(moved(z, direction, -h))) / (2 * h);
  }

  private static Matrix moved(Matrix z, double[] direction, double h) {
    double[] values = new double[direction.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = z.get(i / z.columns(), i % z.columns()) + h * direction[i];
    }
    return Matrix.of(values, z.rows(), z.columns());
  }

  @Test
  void aZeroRowStaysZeroAndGetsNoGradient() {
    float[] values = floats(12, i -> i < 4 ? 0 : (i * 7) % 5 - 1.5);
    Matrix z = Matrix.of(values, 3, 4);
    double[] g = gradient(SvMax.builder().build(), z);
    assertThat(Arrays.copyOf(g, 4)).containsOnly(0);
    assertThat(Arrays.stream(g).map(Math::abs).sum()).isGreaterThan(0.1);
  }

  @Test
  void aCollapseHasNoMinimalNormGradientAcrossItsDirectionButACompletedOneHas() {
    double[] values = new double[6 * 4];
    Arrays.fill(values, 0.5);
    Matrix z = Matrix.of(values, 6, 4);
    double[] minimal = gradient(MEAN, z);
    double norm = Arrays.stream(minimal).map(x -> x * x).sum();
    assertThat(norm).isCloseTo(1 / 16.0, within(1e-14));
    double[] completed = gradient(MeanSingularValue.builder().rankPolicy(RankPolicy.COMPLETION).build(), z);
    assertThat(Arrays.stream(completed).map(x -> x * x).sum()).isCloseTo(4 / 16.0, within(1e-14));
    assertThat(inner(completed, z)).isCloseTo(MEAN.value(z), within(1e-14));
  }

  @ParameterizedTest
  @CsvSource({"-1074", "-1000", "-500", "500", "1000", "1021"})
  void theGradientDoesNotFeelAPowerOfTwo(int exponent) {
    double[] values = {1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0};
    Matrix z = Matrix.of(values, 3, 4);
    Matrix scaled = Matrix.of(Arrays.stream(values).map(x -> Math.scalb(x, exponent)).toArray(), 3, 4);
    assertThat(gradient(MEAN, scaled)).containsExactly(gradient(MEAN, z));
    assertThat(MEAN.value(scaled)).isEqualTo(Math.scalb(MEAN.value(z), exponent));
    MeanSingularValue unitRows = MeanSingularValue.builder().normalizeRows(true).build();
    assertThat(unitRows.value(scaled)).isCloseTo(unitRows.value(z), within(1e-15));
  }

  @Test
  void theMeanIsFiniteWhereTheSumOverflows() {
    double[] values = new double[16];
    for (int i = 0; i < 4; i++) {
      values[5 * i] = Double.MAX_VALUE;
    }
    // promised to 4·√n·eps·σ₁
    assertThat(MEAN.value(Matrix.of(values, 4, 4))).isBetween(Double.MAX_VALUE * (1 - 8 * 0x1p-52), Double.MAX_VALUE);
  }

  @Test
  void nonFiniteInputHasOneOutcome() {
    float[] values = floats(20, i -> i % 7);
    values[13] = Float.NaN;
    Matrix z = Matrix.of(values, 4, 5);
    double[] g = new double[20];
    assertThatThrownBy(() -> MEAN.valueAndGradient(z, Matrix.of(g, 4, 5)))
        .isInstanceOf(NonFiniteInputException.class)
        .hasMessageContaining("NaN at row 2, column 3");
    assertThat(g).containsOnly(0);
    MeanSingularValue propagating = MeanSingularValue.builder().nonFinite(NonFinitePolicy.PROPAGATE).build();
    assertThat(propagating.valueAndGradient(z, Matrix.of(g, 4, 5))).isNaN();
    assertThat(g).containsOnly(Double.NaN);
    values[13] = Float.NEGATIVE_INFINITY;
    assertThat(propagating.value(z)).isNaN();
  }

  @Test
  void aForcedRouteDoesNotFallBackSilently() {
    Matrix z = Matrix.of(new double[] {1, 0, 0, 0, 1e-9, 0}, 2, 3);
    MeanSingularValue forced = MeanSingularValue.builder().route(Route.GRAM_POLAR).build();
    assertThatThrownBy(() -> gradient(forced, z)).isInstanceOf(ArithmeticException.class).hasMessageContaining("GRAM_POLAR");
    try (Evaluation e = MEAN.forward(z)) {
      assertThat(((Details.Spectral) e.details()).route()).isEqualTo(Route.JACOBI);
    }
  }

  @Test
  void theExponentialFormRefusesLongRows() {
    Matrix z = Matrix.of(new double[] {1, 0, 0, 2}, 2, 2);
    assertThatThrownBy(() -> SvMax.builder().normalizeRows(false).build().value(z))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("norm 2.0")
        .hasMessageContaining("normalizeRows(true)");
  }

  @Test
  void wrongOutputsAreRefusedBeforeAnyWork() {
    double[] values = {1, 2, 3, 4};
    Matrix z = Matrix.of(values, 2, 2);
    assertThatThrownBy(() -> MEAN.valueAndGradient(z, z)).hasMessageContaining("overlaps");
    assertThatThrownBy(() -> MEAN.valueAndGradient(z, Matrix.of(new double[6], 2, 3))).hasMessageContaining("not 2×3");
    Matrix readOnly = Matrix.of(MemorySegment.ofArray(new double[4]).asReadOnly(), ElementType.FLOAT64, 2, 2);
    assertThatThrownBy(() -> MEAN.valueAndGradient(z, readOnly)).hasMessageContaining("read-only");
  }

  @Test
  void afterCloseNothingWorksAndASecondCloseIsHarmless() {
    MeanSingularValue r = MeanSingularValue.builder().build();
    Matrix z = random(2, 3, 5);
    Evaluation e = r.forward(z);
    e.close();
    e.close();
    assertThatThrownBy(e::value).isInstanceOf(IllegalStateException.class);
    r.close();
    r.close();
    assertThatThrownBy(() -> r.value(z)).isInstanceOf(IllegalStateException.class);
  }
}
