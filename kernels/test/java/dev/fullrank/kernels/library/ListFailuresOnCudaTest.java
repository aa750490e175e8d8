package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fullrank.DeviceException;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.NonFiniteInputException;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;
import dev.fullrank.SvMax;
import dev.fullrank.kernels.standin.Figure;
import dev.fullrank.kernels.standin.StandIn;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lists on the device in which something is wrong with a matrix, or with the device. */
class ListFailuresOnCudaTest {
  private static final int INVALID_VALUE = 1;
  private static final int OUT_OF_MEMORY = 2;

  private final StandIn standIn = StandIn.fresh();
  private final OnDevice device = new OnDevice(standIn);
  private final MatrixLists lists = new MatrixLists(device);

  @AfterEach
  void giveBack() {
    lists.free();
  }

  /** Matrices of 4×3 on the host and on the device, of which numbers 2, 3 and 5 hold what is not finite. */
  private void spoil() {
    for (int i = 0; i < 7; i++) {
      Matrix z = MatrixLists.random(i % 2 == 0 ? ElementType.FLOAT32 : ElementType.FLOAT64, 4, 3);
      if (i == 2 || i == 3 || i == 5) {
        z.set(3, 0, Double.NaN);
        z.set(1, i % 3, Double.NEGATIVE_INFINITY);
      }
      if (i < 3) {
        lists.add(z, ElementType.FLOAT64);
        Arrays.stream(new int[] {0, 1, 2}).forEach(j -> lists.gradients.getLast().set(0, j, 42));
      } else {
        lists.addCopy(z, ElementType.FLOAT64, 0, 0);
      }
    }
  }

  @Test
  void aMatrixThatIsNotFiniteIsNamedAndLeavesTheOthersAlone() {
    spoil();
    double[] values = new double[8];
    values[7] = 42;
    try (Regularizer r = SvMax.builder().device(GPU).build()) {
      NonFiniteInputException e =
          catchThrowableOfType(NonFiniteInputException.class, () -> r.valuesAndGradients(lists.inputs, lists.gradients, values));
      assertThat(new long[] {e.index(), e.row(), e.column()}).containsExactly(2, 1, 2);
      assertThat(e).hasMessageContaining("matrix 2 of the list holds -Infinity at row 1, column 2");
      for (int i = 0; i < 7; i++) {
        if (i == 2 || i == 3 || i == 5) {
          assertThat(values[i]).isNaN();
        } else {
          double alone = new MatrixLists(device).add(lists.host(i), ElementType.FLOAT64).evaluate(r)[0];
          assertThat(values[i]).isEqualTo(alone);
          assertThat(MatrixLists.norm(lists.entries(i))).isPositive();
        }
      }
      assertThat(values[7]).isEqualTo(42);
      assertThat(lists.entries(2)).as("of a matrix that is refused").startsWith(42, 42, 42).endsWith(0, 0, 0);
      assertThat(standIn.memory().isWritten(lists.gradients.get(3).address(), Double.BYTES)).isFalse();
      List<Matrix> onDevice = lists.inputs.subList(3, 7);
      assertThatThrownBy(() -> r.valuesAndGradients(onDevice, lists.gradients.subList(3, 7), values))
          .isInstanceOf(NonFiniteInputException.class)
          .hasMessageContaining("matrix 0 of the list holds -Infinity at row 1, column 0");
    }
    standIn.expectNoFault();
  }

  @Test
  void nanIsPassedOnIfThePolicySaysSo() {
    spoil();
    for (SvMax.Form form : SvMax.Form.values()) {
      try (Regularizer r = SvMax.builder().device(GPU).form(form).nonFinite(NonFinitePolicy.PROPAGATE).build()) {
        double[] values = lists.evaluate(r);
        for (int i = 0; i < 7; i++) {
          if (i == 2 || i == 3 || i == 5) {
            assertThat(values[i]).isNaN();
            assertThat(lists.entries(i)).containsOnly(Double.NaN);
          } else {
            assertThat(values[i]).isFinite();
            assertThat(MatrixLists.norm(lists.entries(i))).isFinite();
          }
        }
      }
    }
    standIn.expectNoFault();
  }

  @Test
  void rowsThatAreTooLongForTheExponentialFormAreNamed() {
    double[][] rows = {{0.5, 0.5, 0.5, 0}, {1, 0, 3, 4}, {1, 0, 0, 9}};
    for (double[] each : rows) {
      lists.add(Matrix.of(each, 2, 2), ElementType.FLOAT64);
    }
    double[] values = new double[3];
    try (Regularizer r = SvMax.builder().device(GPU).normalizeRows(false).build()) {
      assertThatThrownBy(() -> r.valuesAndGradients(lists.inputs, lists.gradients, values))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("matrix 1 of the list: the exponential form")
          .hasMessageContaining("norm 5.0");
      assertThat(values[0]).isEqualTo(new MatrixLists(device).add(lists.host(0), ElementType.FLOAT64).evaluate(r)[0]).isPositive();
      assertThat(values[1]).isNaN();
      assertThat(MatrixLists.norm(lists.entries(0))).isPositive();
      assertThat(MatrixLists.norm(lists.entries(1))).isZero();
    }
    standIn.expectNoFault();
  }

  @Test
  void memoryThatIsClosedFailsAlone() {
    Matrix z = MatrixLists.random(ElementType.FLOAT64, 4, 3);
    lists.add(z, ElementType.FLOAT64);
    try (Arena arena = Arena.ofShared()) {
      lists.add(Matrix.of(arena.allocate(96, 8), ElementType.FLOAT64, 4, 3), ElementType.FLOAT64);
    }
    lists.add(z, ElementType.FLOAT64);
    double[] values = new double[3];
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      assertThatThrownBy(() -> r.valuesAndGradients(lists.inputs, lists.gradients, values))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("matrix 1 of the list: ");
      assertThat(values[0]).isPositive().isEqualTo(values[2]);
      assertThat(values[1]).isNaN();
      assertThat(lists.entries(2)).containsExactly(lists.entries(0));
      assertThat(MatrixLists.norm(lists.entries(0))).isPositive();
    }
    standIn.expectNoFault();
  }

  @Test
  void aFailedCallFailsTheListAndTheNextOneIsRight() {
    lists.add(MatrixLists.random(ElementType.FLOAT64, 4, 3), ElementType.FLOAT64);
    lists.addCopy(MatrixLists.random(ElementType.FLOAT64, 3, 5), ElementType.FLOAT64, 0, 0);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      double[] expected = lists.evaluate(r);
      for (int nth = 1; nth <= 4; nth++) {
        double[] values = new double[2];
        standIn.fail("cuLaunchKernel", nth, INVALID_VALUE);
        assertThatThrownBy(() -> r.valuesAndGradients(lists.inputs, lists.gradients, values))
            .isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.FAILED))
            .hasMessageContaining("cuLaunchKernel");
        assertThat(values).containsOnly(Double.NaN);
        assertThat(lists.evaluate(r)).containsExactly(expected);
      }
    }
  }

  private void addOnTheHost(int count) {
    for (int i = 0; i < count; i++) {
      lists.add(MatrixLists.random(ElementType.FLOAT32, 20 + i / 4, 2 + i % 2), ElementType.FLOAT32);
    }
  }

  /** A quarter of the free memory is enough for a few of them. */
  @Test
  void littleMemoryMakesSeveralBatches() {
    addOnTheHost(20);
    double[] expected;
    double[][] gradients = new double[lists.size()][];
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      expected = lists.evaluate(r);
      Arrays.setAll(gradients, lists::entries);
    }
    long launches = standIn.figure(Figure.LAUNCHES);
    standIn.reset();
    standIn.memoryLimit(standIn.figure(Figure.DEVICE_BYTES) + 40_000);
    standIn.deferred(true);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      assertThat(lists.evaluate(r)).containsExactly(expected);
      for (int i = 0; i < lists.size(); i++) {
        assertThat(lists.entries(i)).containsExactly(gradients[i]);
      }
      assertThat(standIn.figure(Figure.LAUNCHES)).isBetween(4 * launches, 12 * launches);
      assertThat(MatrixLists.oneByOne(standIn)).isZero();
    }
    standIn.expectNoFault();
  }

  /** Each allocation of a batch in turn, before and after values were found. */
  @Test
  void whatDoesNotFitTogetherGoesOneByOne() {
    addOnTheHost(2);
    double[] expected;
    double[][] gradients = new double[2][];
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      expected = lists.evaluate(r);
      Arrays.setAll(gradients, lists::entries);
    }
    long allocations = standIn.calls("cuMemAlloc_v2");
    assertThat(allocations).isGreaterThan(6);
    for (int nth = 1; nth <= allocations; nth++) {
      try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
        standIn.reset();
        standIn.fail("cuMemAlloc_v2", nth, OUT_OF_MEMORY);
        lists.gradients.forEach(g -> g.set(0, 0, Double.NaN));
        double[] values = lists.evaluate(r);
        assertThat(MatrixLists.oneByOne(standIn)).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
          assertThat(values[i]).isBetween(expected[i] * (1 - 1e-14), expected[i] * (1 + 1e-14));
          assertThat(MatrixLists.distance(lists.entries(i), gradients[i])).isLessThan(1e-6);
        }
      }
    }
    standIn.expectNoFault();
  }

  @Test
  void whatDoesNotFitAtAllIsSaidAndTheNextListIsRight() {
    addOnTheHost(2);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      double[] expected = lists.evaluate(r);
      standIn.failAlways("cuMemAlloc_v2", OUT_OF_MEMORY);
      lists.add(MatrixLists.random(ElementType.FLOAT64, 300, 20), ElementType.FLOAT64);
      assertThatThrownBy(() -> lists.evaluate(r))
          .isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.OUT_OF_MEMORY));
      standIn.reset();
      assertThat(lists.evaluate(r)).startsWith(expected);
      assertThat(MatrixLists.oneByOne(standIn)).isZero();
    }
    standIn.expectNoFault();
  }

  @Test
  void nothingIsAllocatedInSteadyStateAndClosingGivesEverythingBack() {
    lists.add(MatrixLists.random(ElementType.FLOAT32, 5, 9), ElementType.FLOAT16);
    lists.addCopy(MatrixLists.random(ElementType.BFLOAT16, 6, 4), ElementType.FLOAT32, 0, 0);
    List<Figure> figures = List.of(Figure.DEVICE_ALLOCATIONS, Figure.HOST_ALLOCATIONS, Figure.STREAMS, Figure.HANDLES);
    List<Long> before = figures.stream().map(standIn::figure).toList();
    try (Regularizer r = SvMax.builder().device(GPU).build()) {
      lists.evaluate(r);
      standIn.reset();
      lists.evaluate(r);
      assertThat(standIn.calls("cuMemAlloc") + standIn.calls("cuMemHostAlloc") + standIn.calls("cuStreamCreate")).isZero();
    }
    assertThat(figures.stream().map(standIn::figure).toList()).isEqualTo(before);
    standIn.expectNoFault();
  }
}
