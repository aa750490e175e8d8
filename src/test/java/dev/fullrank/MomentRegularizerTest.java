package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link VarianceHinge} and {@link CovariancePenalty} have in common: policies, layouts, threads, life cycle. */
class MomentRegularizerTest {
  /** Makes a regularizer of one kind. */
  enum Kind {
    HINGE,
    COVARIANCE;

    Regularizer with(NonFinitePolicy policy, int parallelism) {
      return switch (this) {
        case HINGE -> VarianceHinge.builder().nonFinite(policy).parallelism(parallelism).build();
        case COVARIANCE -> CovariancePenalty.builder().nonFinite(policy).parallelism(parallelism).build();
      };
    }

    Regularizer simple() {
      return with(NonFinitePolicy.THROW, 1);
    }
  }

  private static final double[][] WIDE = Samples.uneven(20, 19, 260);
  private static final double[][] TALL = Samples.uneven(21, 90, 37);

  static Stream<double[][]> shapes() {
    return Stream.of(WIDE, TALL);
  }

  @ParameterizedTest
  @EnumSource
  void forwardAndBackwardGiveTheBitsOfTheSingleCall(Kind kind) {
    for (double[][] values : List.of(WIDE, TALL)) {
      Matrix z = Samples.matrix(values);
      Regularizer r = kind.simple();
      Matrix whole = Samples.blank(z);
      Matrix apart = Samples.blank(z);
      Matrix doubled = Samples.blank(z);
      double value = r.valueAndGradient(z, whole);
      assertThat(r.value(z)).isEqualTo(value);
      try (Evaluation e = r.forward(z)) {
        assertThat(e.value()).isEqualTo(value);
        assertThat(e.terms()).isEmpty();
        e.gradient(1, apart);
        e.gradient(-2, doubled);
        assertThat(Layout.values(apart)).isDeepEqualTo(Layout.values(whole));
        assertThat(Layout.values(doubled)).isDeepEqualTo(Samples.scaled(Layout.values(whole), -2));
        e.gradient(1, apart);
        assertThat(Layout.values(apart)).isDeepEqualTo(Layout.values(whole));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyLayoutAndTypeOfInputAndOutput(Kind kind) {
    Regularizer r = kind.simple();
    for (double[][] values : List.of(Samples.uneven(22, 5, 131), Samples.uneven(23, 40, 6))) {
      for (ElementType type : ElementType.values()) {
        Matrix dense = Layout.DENSE.of(type, values);
        Matrix expected = Samples.blank(dense);
        double value = r.valueAndGradient(dense, expected);
        for (Layout layout : Layout.values()) {
          Matrix z = layout.of(type, values);
          Matrix g = layout.empty(type, z.rows(), z.columns());
          byte[] before = padding(g);
          assertThat(r.valueAndGradient(z, g)).isEqualTo(value);
          assertThat(Layout.values(g)).isDeepEqualTo(Layout.values(Layout.DENSE.of(type, Layout.values(expected))));
          assertThat(padding(g)).isEqualTo(before);
        }
      }
    }
  }

  /** The bytes of a matrix that belong to no element. */
  private static byte[] padding(Matrix m) {
    Matrix copy = Matrix.strided(
        MemorySegment.ofArray(m.segment().toArray(ValueLayout.JAVA_BYTE)),
        m.type(), m.order(), 0, m.rows(), m.columns(), m.rowStride(), m.columnStride());
    for (int i = 0; i < m.rows(); i++) {
      for (int j = 0; j < m.columns(); j++) {
        copy.set(i, j, 0);
      }
    }
    return copy.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  @ParameterizedTest
  @EnumSource
  void theFloatGradientIsTheDoubleGradientOfTheSameNumbers(Kind kind) {
    Regularizer r = kind.simple();
    for (double[][] values : List.of(WIDE, TALL)) {
      Matrix floats = Layout.DENSE.of(ElementType.FLOAT32, values);
      Matrix same = Samples.matrix(Layout.values(floats));
      Matrix g = Layout.DENSE.empty(ElementType.FLOAT32, floats.rows(), floats.columns());
      Matrix exact = Samples.blank(same);
      assertThat(r.valueAndGradient(floats, g)).isEqualTo(r.valueAndGradient(same, exact));
      double scale = Richardson.norm(Layout.values(exact));
      double[][] difference = Layout.values(g);
      for (int i = 0; i < difference.length; i++) {
        for (int j = 0; j < difference[i].length; j++) {
          difference[i][j] -= exact.get(i, j);
        }
      }
      assertThat(Richardson.norm(difference) / scale).isLessThan(0x1p-24);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anythingNotFiniteThrowsAndNamesItsPlace(Kind kind) {
    Regularizer r = kind.simple();
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      for (int[] at : new int[][] {{0, 0}, {0, 259}, {7, 128}, {18, 0}, {18, 127}, {18, 259}}) {
        for (ElementType type : ElementType.values()) {
          Matrix z = Layout.PADDED_ROWS.of(type, WIDE);
          z.set(at[0], at[1], bad);
          assertThatThrownBy(() -> r.value(z))
              .isInstanceOfSatisfying(
                  NonFiniteInputException.class,
                  e -> assertThat(new long[] {e.row(), e.column()}).containsExactly(at[0], at[1]))
              .hasMessageContaining(Double.toString(bad));
          Matrix g = Samples.blank(z);
          assertThatThrownBy(() -> r.valueAndGradient(z, g)).isInstanceOf(NonFiniteInputException.class);
          assertThatThrownBy(() -> r.forward(z)).isInstanceOf(NonFiniteInputException.class);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void orPropagatesAsNaNEverywhere(Kind kind) {
    Regularizer r = kind.with(NonFinitePolicy.PROPAGATE, 1);
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      Matrix z = Samples.matrix(WIDE);
      z.set(3, 200, bad);
      Matrix g = Layout.PADDED_ROWS.empty(ElementType.BFLOAT16, z.rows(), z.columns());
      for (int i = 0; i < z.rows(); i++) {
        g.set(i, 0, 1);
      }
      assertThat(r.valueAndGradient(z, g)).isNaN();
      for (double[] row : Layout.values(g)) {
        assertThat(row).containsOnly(Double.NaN);
      }
      try (Evaluation e = r.forward(z)) {
        assertThat(e.value()).isNaN();
        assertThat(e.details().toString()).contains("NaN");
      }
      // The workspace is as good as new.
      assertThat(r.value(Samples.matrix(WIDE))).isEqualTo(kind.simple().value(Samples.matrix(WIDE)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void argumentsAreRefusedWithTheirNumbers(Kind kind) {
    Regularizer r = kind.simple();
    Matrix row = Matrix.of(new double[] {1, 2, Double.NaN}, 1, 3);
    assertThatThrownBy(() -> r.value(row)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1×3");
    assertThatThrownBy(() -> r.forward(row)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("two rows");
    assertThatThrownBy(() -> r.valueAndGradient(row, Samples.blank(row))).isInstanceOf(IllegalArgumentException.class);

    double[] memory = new double[40];
    Matrix z = Matrix.of(memory, 0, 4, 3, 5);
    Matrix readOnly =
        Matrix.of(MemorySegment.ofArray(new double[12]).asReadOnly(), ElementType.FLOAT64, 4, 3);
    assertThatThrownBy(() -> r.valueAndGradient(z, Matrix.of(new double[12], 3, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4×3")
        .hasMessageContaining("3×4");
    assertThatThrownBy(() -> r.valueAndGradient(z, readOnly)).hasMessageContaining("read-only");
    assertThatThrownBy(() -> r.valueAndGradient(z, z)).hasMessageContaining("overlaps");
    assertThatThrownBy(() -> r.valueAndGradient(z, Matrix.of(memory, 3, 4, 3, 5))).hasMessageContaining("overlaps");
    assertThat(r.valueAndGradient(z, Matrix.of(memory, 20, 4, 3, 5))).isNotNaN();
    try (Evaluation e = r.forward(z)) {
      assertThatThrownBy(() -> e.gradient(1, readOnly)).hasMessageContaining("read-only");
      assertThatThrownBy(() -> e.gradient(1, z)).hasMessageContaining("overlaps");
    }
  }

  @ParameterizedTest
  @EnumSource
  void closingTwiceIsHarmlessAndUseAfterwardsAnError(Kind kind) {
    Regularizer r = kind.simple();
    Matrix z = Samples.matrix(TALL);
    Evaluation closed = r.forward(z);
    closed.close();
    closed.close();
    assertThatThrownBy(closed::value).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(closed::details).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> closed.gradient(1, Samples.blank(z))).isInstanceOf(IllegalStateException.class);
    Evaluation open = r.forward(z);
    r.close();
    r.close();
    assertThatThrownBy(() -> r.value(z)).isInstanceOf(IllegalStateException.class);
    assertThat(open.value()).isNotNaN();
    open.close();
  }

  @ParameterizedTest
  @EnumSource
  void theSameBitsForAnyNumberOfThreads(Kind kind) {
    // Large enough to be shared out: 200 000 elements in five stripes.
    Matrix z = Layout.PADDED_ROWS.of(ElementType.FLOAT32, Samples.uneven(24, 330, 600));
    Matrix expected = Layout.DENSE.empty(ElementType.FLOAT32, 330, 600);
    double value = kind.with(NonFinitePolicy.THROW, 1).valueAndGradient(z, expected);
    double[][] bits = Layout.values(expected);
    for (int threads : new int[] {2, 3, 7, 16, 0}) {
      Regularizer r = kind.with(NonFinitePolicy.THROW, threads);
      Matrix g = Layout.DENSE.empty(ElementType.FLOAT32, 330, 600);
      for (int run = 0; run < 5; run++) {
        assertThat(r.valueAndGradient(z, g)).isEqualTo(value);
        assertThat(Layout.values(g)).isDeepEqualTo(bits);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneInstanceServesManyThreads(Kind kind) throws InterruptedException {
    Regularizer r = kind.simple();
    Matrix wide = Samples.matrix(WIDE);
    Matrix tall = Samples.matrix(TALL);
    double expectedWide = r.value(wide);
    double expectedTall = r.value(tall);
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Matrix g = Samples.blank(wide);
                      for (int call = 0; call < 50; call++) {
                        assertThat(r.valueAndGradient(wide, g)).isEqualTo(expectedWide);
                        assertThat(r.value(tall)).isEqualTo(expectedTall);
                      }
                    } catch (Throwable e) {
                      failures.add(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aConfinedArenaWorksBelowAndAboveTheParallelThreshold(Kind kind) {
    Regularizer r = kind.with(NonFinitePolicy.THROW, 4);
    for (int b : new int[] {4, 600}) {
      try (Arena arena = Arena.ofConfined()) {
        double[][] values = Samples.uneven(b, b, 300);
        MemorySegment memory = arena.allocate(b * 300L * 8);
        MemorySegment.copy(Samples.matrix(values).segment(), 0, memory, 0, memory.byteSize());
        Matrix z = Matrix.of(memory, ElementType.FLOAT64, b, 300);
        Matrix g = Matrix.of(arena.allocate(b * 300L * 8), ElementType.FLOAT64, b, 300);
        Matrix onHeap = Samples.blank(z);
        assertThat(r.valueAndGradient(z, g)).isEqualTo(r.valueAndGradient(Samples.matrix(values), onHeap));
        assertThat(Layout.values(g)).isDeepEqualTo(Layout.values(onHeap));
      }
    }
  }

  @Test
  void anArenaThatIsClosedIsAnIllegalState() {
    Matrix z;
    try (Arena arena = Arena.ofConfined()) {
      z = Matrix.of(arena.allocate(6 * 8), ElementType.FLOAT64, 3, 2);
    }
    assertThatThrownBy(() -> Kind.HINGE.simple().value(z)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsAllocatedInSteadyState(Kind kind) {
    Regularizer r = kind.simple();
    Matrix z = Layout.PADDED_ROWS.of(ElementType.FLOAT32, Samples.uneven(25, 40, 200));
    Matrix g = Layout.PADDED_ROWS.empty(ElementType.FLOAT32, 40, 200);
    assertThat(Allocation.fewestBytes(() -> r.valueAndGradient(z, g))).isZero();
    assertThat(Allocation.fewestBytes(() -> r.forward(z).close(), 20)).as("the meter sees an evaluation").isPositive();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void anUpstreamFactorThatIsNotFiniteReachesEveryEntry(double[][] values) {
    Matrix z = Samples.matrix(values);
    for (Kind kind : Kind.values()) {
      Matrix g = Samples.blank(z);
      try (Evaluation e = kind.simple().forward(z)) {
        e.gradient(Double.NaN, g);
        for (double[] row : Layout.values(g)) {
          assertThat(row).containsOnly(Double.NaN);
        }
        e.gradient(0, g);
        assertThat(Richardson.norm(Layout.values(g))).isCloseTo(0, within(0.0));
      }
    }
  }

  @Test
  void optionsAreChecked() {
    VarianceHinge.Builder hinge = VarianceHinge.builder();
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> hinge.gamma(bad)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("gamma");
    }
    for (double bad : new double[] {-1e-300, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> hinge.epsilon(bad)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("epsilon");
    }
    assertThatThrownBy(() -> hinge.parallelism(-1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("-1");
    assertThatThrownBy(() -> CovariancePenalty.builder().parallelism(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
