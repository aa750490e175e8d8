package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A list of matrices gives what single calls give, whatever the threads and whatever is wrong with one of them. */
@Timeout(120)
class MatrixListTest {
  /** Shapes of every route of blocking and one that is worth sharing by itself. */
  private static final int[][] SHAPES = {{2, 3}, {64, 128}, {7, 1}, {33, 70}, {300, 260}, {128, 64}, {5, 5}};

  /** Of calls that are counted together; the first series without a byte ends the count. */
  private static final int SERIES = 5000;

  private static final Matrix SMALL = Matrix.of(new double[] {1, 2, 3, 4, 5, 7}, 3, 2);

  /** Each regularizer by its number of threads. */
  static Stream<IntFunction<Regularizer>> regularizers() {
    return Stream.of(
        threads -> SvMax.builder().parallelism(threads).build(),
        threads -> MeanSingularValue.builder().parallelism(threads).build(),
        threads -> VarianceHinge.builder().parallelism(threads).build(),
        threads -> CovariancePenalty.builder().parallelism(threads).build(),
        MatrixListTest::sum,
        threads -> new Foreign(sum(threads)));
  }

  private static WeightedSum sum(int threads) {
    return WeightedSum.builder()
        .add(2, SvMax.builder().parallelism(threads).build())
        .add(3, VarianceHinge.builder().parallelism(threads).build())
        .add(0.5, WeightedSum.builder().add(1, CovariancePenalty.builder().parallelism(threads).build()).build())
        .build();
  }

  /** What someone else may have written. */
  private record Foreign(Regularizer inner) implements Regularizer {
    @Override
    public Evaluation forward(Matrix z) {
      return inner.forward(z);
    }

    @Override
    public double value(Matrix z) {
      return inner.value(z);
    }

    @Override
    public double valueAndGradient(Matrix z, Matrix gradient) {
      return inner.valueAndGradient(z, gradient);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  private static Matrix random(int seed, int b, int d, ElementType type) {
    return Layout.PADDED_ROWS.of(type, Samples.normal(seed, b, d, 1, 0.25));
  }

  private static List<Matrix> inputs(int n) {
    ElementType[] types = ElementType.values();
    return IntStream.range(0, n)
        .mapToObj(i -> random(i, SHAPES[i % SHAPES.length][0], SHAPES[i % SHAPES.length][1], types[i % types.length]))
        .toList();
  }

  private static List<Matrix> blanks(List<Matrix> like) {
    return like.stream().map(z -> Layout.PADDED_ROWS.empty(z.type(), z.rows(), z.columns())).toList();
  }

  private static Matrix line(double... values) {
    return Matrix.of(values, values.length / 2, 2);
  }

  @ParameterizedTest
  @MethodSource("regularizers")
  void theBitsAreThoseOfSingleCalls(IntFunction<Regularizer> make) {
    List<Matrix> inputs = inputs(23);
    List<Matrix> expected = blanks(inputs);
    try (Regularizer single = make.apply(1)) {
      double[] expectedValues = new double[inputs.size()];
      Arrays.setAll(expectedValues, i -> single.valueAndGradient(inputs.get(i), expected.get(i)));
      for (int threads : new int[] {1, 2, 3, 0}) {
        try (Regularizer r = make.apply(threads)) {
          List<Matrix> gradients = blanks(inputs);
          double[] values = new double[inputs.size() + 1];
          values[inputs.size()] = 42;
          r.valuesAndGradients(inputs, gradients, values);
          assertThat(Arrays.copyOf(values, inputs.size())).containsExactly(expectedValues);
          assertThat(values[inputs.size()]).as("beyond the list").isEqualTo(42);
          for (int i = 0; i < inputs.size(); i++) {
            assertThat(Layout.values(gradients.get(i))).as("gradient %d", i).isDeepEqualTo(Layout.values(expected.get(i)));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("regularizers")
  void aMatrixThatIsNotFiniteIsNamedAndLeavesTheOthersAlone(IntFunction<Regularizer> make) {
    for (int threads : new int[] {1, 3}) {
      try (Regularizer r = make.apply(threads)) {
        List<Matrix> inputs = inputs(20);
        List<Matrix> expected = blanks(inputs);
        double[] expectedValues = new double[20];
        Arrays.setAll(expectedValues, i -> r.valueAndGradient(inputs.get(i), expected.get(i)));
        inputs.get(17).set(3, 1, Double.NaN);
        inputs.get(8).set(1, 2, Double.NEGATIVE_INFINITY);
        List<Matrix> gradients = blanks(inputs);
        double[] values = new double[20];
        NonFiniteInputException e =
            catchThrowableOfType(NonFiniteInputException.class, () -> r.valuesAndGradients(inputs, gradients, values));
        assertThat(new long[] {e.index(), e.row(), e.column()}).containsExactly(8, 1, 2);
        assertThat(e).hasMessageContaining("matrix 8 of the list holds -Infinity at row 1, column 2");
        for (int i = 0; i < 20; i++) {
          if (i == 8 || i == 17) {
            assertThat(values[i]).isNaN();
          } else {
            assertThat(values[i]).isEqualTo(expectedValues[i]);
            assertThat(Layout.values(gradients.get(i))).as("gradient %d", i).isDeepEqualTo(Layout.values(expected.get(i)));
          }
        }
      }
    }
  }

  @Test
  void nanIsPassedOnIfThePolicySaysSo() {
    try (SvMax r = SvMax.builder().nonFinite(NonFinitePolicy.PROPAGATE).parallelism(2).build()) {
      List<Matrix> inputs = inputs(12);
      inputs.get(1).set(0, 0, Double.NaN);
      List<Matrix> gradients = blanks(inputs);
      double[] values = new double[12];
      r.valuesAndGradients(inputs, gradients, values);
      assertThat(values[1]).isNaN();
      assertThat(Stream.of(Layout.values(gradients.get(1))).flatMapToDouble(Arrays::stream)).containsOnly(Double.NaN);
      assertThat(values[2]).isFinite();
    }
  }

  @Test
  void otherFailuresNameTheMatrixToo() {
    List<Matrix> inputs = List.of(line(0.5, 0.5, 0.5, 0), line(1, 0, 3, 4), line(1, 0, 0, 9));
    double[] values = new double[3];
    try (SvMax r = SvMax.builder().normalizeRows(false).parallelism(2).build()) {
      assertThatThrownBy(() -> r.valuesAndGradients(inputs, blanks(inputs), values))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("matrix 1 of the list: the exponential form")
          .hasMessageContaining("norm 5.0");
    }
    assertThat(values[0]).isFinite();
    List<Matrix> singular = List.of(line(1, 0, 0, 1), line(1, 1, 1, 1));
    try (MeanSingularValue r = MeanSingularValue.builder().route(Route.GRAM_POLAR).build()) {
      assertThatThrownBy(() -> r.valuesAndGradients(singular, blanks(singular), values))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageStartingWith("matrix 1 of the list: ");
    }
    List<Matrix> closed = new ArrayList<>(List.of(line(1, 2, 3, 4)));
    try (Arena arena = Arena.ofShared()) {
      closed.add(Matrix.of(arena.allocate(32), ElementType.FLOAT64, 2, 2));
    }
    List<Matrix> out = List.of(line(0, 0, 0, 0), line(0, 0, 0, 0));
    try (VarianceHinge r = VarianceHinge.builder().build()) {
      assertThatThrownBy(() -> r.valuesAndGradients(closed, out, values))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("matrix 1 of the list: ");
      assertThat(values[0]).isFinite();
    }
  }

  @Test
  void argumentsAreCheckedBeforeAnyWork() {
    Matrix ok = line(0, 0, 0, 0, 0, 0);
    Matrix readOnly = Matrix.of(MemorySegment.ofArray(new double[6]).asReadOnly(), ElementType.FLOAT64, 3, 2);
    double[] values = {42, 42};
    double[] shared = new double[18];
    Matrix low = Matrix.of(shared, 0, 3, 2, 2);
    Matrix middle = Matrix.of(shared, 5, 3, 2, 2);
    Matrix high = Matrix.of(shared, 12, 3, 2, 2);
    Matrix highReadOnly =
        Matrix.of(MemorySegment.ofArray(shared).asReadOnly(), ElementType.FLOAT64, 12, 3, 2, 2);
    try (VarianceHinge r = VarianceHinge.builder().build()) {
      refused(r, List.of(SMALL, SMALL), List.of(ok), values, "1 for 2");
      refused(r, List.of(SMALL, SMALL, SMALL), List.of(ok, low, high), values, "room for 3 values, not for 2");
      refused(r, List.of(SMALL, SMALL), List.of(ok, line(0, 0, 0, 0)), values, "matrix 1 of the list: the gradient must be 3×2");
      refused(r, List.of(SMALL, SMALL), List.of(ok, readOnly), values, "matrix 1 of the list: the gradient's memory is read-only");
      refused(r, List.of(SMALL, low), List.of(ok, middle), values, "matrix 1 of the list: the gradient overlaps the input");
      refused(r, List.of(SMALL, line(1, 2)), List.of(ok, line(0, 0)), values, "matrix 1 of the list: a variance needs");
      refused(r, List.of(SMALL, SMALL), List.of(low, middle), values, "gradients 0 and 1 overlap");
      refused(r, List.of(SMALL, SMALL), List.of(low, low), values, "gradients 0 and 1 overlap");
      refused(r, List.of(high, SMALL), List.of(ok, Matrix.of(shared, 11, 3, 2, 2)), values, "gradient 1 overlaps input 0");
      refused(r, List.of(highReadOnly, SMALL), List.of(ok, high), values, "gradient 1 overlaps input 0");
      assertThatThrownBy(() -> r.valuesAndGradients(Arrays.asList(SMALL, null), List.of(ok, low), values))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("input 1 of the list is null");
      assertThat(values).containsOnly(42);
      assertThat(shared).containsOnly(0);
      r.valuesAndGradients(List.of(), List.of(), values);
      r.valuesAndGradients(List.of(SMALL, SMALL), List.of(low, high), values);
      assertThat(values[0]).isEqualTo(values[1]).isEqualTo(r.value(SMALL));
    }
  }

  private static void refused(Regularizer r, List<Matrix> inputs, List<Matrix> gradients, double[] values, String reason) {
    assertThatThrownBy(() -> r.valuesAndGradients(inputs, gradients, values))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  /** Heads of attention: matrices side by side in the rows of one large one, their gradients likewise. */
  @Test
  void columnBlocksOfOneMatrixAreDifferentMatrices() {
    int heads = 5;
    int b = 40;
    int d = 24;
    MemorySegment z = MemorySegment.ofArray(new Random(3).doubles((long) heads * b * d).toArray());
    MemorySegment g = MemorySegment.ofArray(new double[heads * b * d]);
    try (SvMax r = SvMax.builder().parallelism(2).build()) {
      double[] values = new double[heads];
      r.valuesAndGradients(blocks(z, heads, b, d), blocks(g, heads, b, d), values);
      for (int h = 0; h < heads; h++) {
        Matrix alone = Samples.matrix(new double[b][d]);
        assertThat(r.valueAndGradient(blocks(z, heads, b, d).get(h), alone)).isEqualTo(values[h]);
        assertThat(Layout.values(blocks(g, heads, b, d).get(h))).isDeepEqualTo(Layout.values(alone));
      }
    }
  }

  private static List<Matrix> blocks(MemorySegment memory, int heads, int b, int d) {
    return IntStream.range(0, heads)
        .mapToObj(h -> Matrix.of(memory, ElementType.FLOAT64, (long) h * d, b, d, (long) heads * d))
        .toList();
  }

  @Test
  void aConfinedArenaIsReadByItsOwnerOnly() {
    try (Arena arena = Arena.ofConfined(); SvMax r = SvMax.builder().parallelism(3).build()) {
      List<Matrix> inputs = new ArrayList<>(inputs(10));
      MemorySegment memory = arena.allocate(64 * 128 * 8);
      Matrix confined = Matrix.of(memory, ElementType.FLOAT64, 64, 128);
      for (int i = 0; i < 64; i++) {
        confined.set(i, (7 * i) % 128, 1 + i);
      }
      inputs.set(4, confined);
      double[] values = new double[10];
      r.valuesAndGradients(inputs, blanks(inputs), values);
      assertThat(values[4]).isEqualTo(r.value(confined));
    }
  }

  @Test
  void listsMayBeEvaluatedInsideEachOthersThreads() throws Exception {
    List<Matrix> inputs = inputs(12);
    try (WeightedSum r = sum(3);
        ForkJoinPool pool = new ForkJoinPool(1)) {
      double[] expected = new double[12];
      r.valuesAndGradients(inputs, blanks(inputs), expected);
      List<double[]> results =
          IntStream.range(0, 6)
              .parallel()
              .mapToObj(
                  i -> {
                    double[] values = new double[12];
                    r.valuesAndGradients(inputs, blanks(inputs), values);
                    return values;
                  })
              .toList();
      assertThat(results).allSatisfy(values -> assertThat(values).containsExactly(expected));
      double[] values = new double[12];
      pool.submit(() -> r.valuesAndGradients(inputs, blanks(inputs), values)).get(60, TimeUnit.SECONDS);
      assertThat(values).containsExactly(expected);
    }
  }

  @Test
  void anInterruptStaysSet() {
    List<Matrix> inputs = inputs(12);
    try (SvMax r = SvMax.builder().parallelism(2).build()) {
      Thread.currentThread().interrupt();
      r.valuesAndGradients(inputs, blanks(inputs), new double[12]);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void afterCloseNothingIsEvaluated() {
    SvMax r = SvMax.builder().build();
    r.close();
    assertThatThrownBy(() -> r.valuesAndGradients(List.of(SMALL), List.of(line(0, 0, 0, 0, 0, 0)), new double[1]))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void nothingIsAllocatedPerMatrix() {
    List<Matrix> inputs = IntStream.range(0, 12).mapToObj(i -> random(i, 40, 60, ElementType.FLOAT32)).toList();
    List<Matrix> gradients = new ArrayList<>(blanks(inputs));
    double[] values = new double[12];
    for (int threads : new int[] {1, 2}) {
      try (SvMax svMax = SvMax.builder().parallelism(threads).build();
          VarianceHinge hinge = VarianceHinge.builder().parallelism(threads).build()) {
        assertThat(Allocation.fewestBytes(() -> svMax.valuesAndGradients(inputs, gradients, values), SERIES)).isZero();
        assertThat(Allocation.fewestBytes(() -> hinge.valuesAndGradients(inputs, gradients, values), SERIES)).isZero();
      }
    }
  }
}
