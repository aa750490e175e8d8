package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.CovariancePenalty;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.NonFiniteInputException;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;
import dev.fullrank.SvMax;
import dev.fullrank.VarianceHinge;
import dev.fullrank.WeightedSum;
import dev.fullrank.kernels.standin.Figure;
import dev.fullrank.kernels.standin.StandIn;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Matrices in device memory: the same bits as from the host, nothing copied, and no wait before a value is asked for. */
class DeviceResidentTest {
  private static final int ROWS = 19;
  private static final int COLUMNS = 37;

  private final StandIn standIn = StandIn.fresh();
  private final OnDevice device = new OnDevice(standIn);

  @BeforeEach
  void keepWorkInStreams() {
    standIn.deferred(true);
  }

  @AfterEach
  void nothingWentWrong() {
    standIn.expectNoFault();
  }

  private static Matrix random(ElementType type, int rows, int columns) {
    Random random = new Random(rows * 1000L + columns);
    Matrix z = zeros(type, rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        z.set(i, j, random.nextGaussian() + j % 3);
      }
    }
    return z;
  }

  private static Matrix zeros(ElementType type, int rows, int columns) {
    return Matrix.of(MemorySegment.ofArray(new byte[rows * columns * type.bytes()]), type, rows, columns);
  }

  private static List<Regularizer> regularizers() {
    return List.of(
        VarianceHinge.builder().device(GPU).gamma(1.2).build(),
        CovariancePenalty.builder().device(GPU).build(),
        MeanSingularValue.builder().device(GPU).build(),
        SvMax.builder().device(GPU).build(),
        WeightedSum.builder()
            .add(2, VarianceHinge.builder().device(GPU).build())
            .add(-0.5, MeanSingularValue.builder().device(GPU).build())
            .build());
  }

  @ParameterizedTest
  @EnumSource
  void itGivesTheBitsOfAMatrixOnTheHost(ElementType type) {
    for (Regularizer r : regularizers()) {
      try (r) {
        for (Matrix host : List.of(random(type, ROWS, COLUMNS), random(type, COLUMNS, ROWS))) {
          Matrix expected = zeros(type, host.rows(), host.columns());
          double value = r.valueAndGradient(host, expected);
          Matrix z = device.copy(host, 0);
          Matrix g = device.empty(type, host.rows(), host.columns(), 0);
          assertThat(r.valueAndGradient(z, g)).isEqualTo(value);
          assertThat(device.fetch(g).segment().toArray(ValueLayout.JAVA_BYTE))
              .isEqualTo(expected.segment().toArray(ValueLayout.JAVA_BYTE));
          assertThat(device.hasWrittenGaps(g)).isFalse();
          device.free(z, g);
        }
      }
    }
  }

  @Test
  void theHingeWaitsOnlyWhenItsValueIsAskedForAndForThatAlone() {
    Matrix z = device.copy(random(ElementType.FLOAT32, ROWS, COLUMNS), 0);
    Matrix g = device.empty(ElementType.FLOAT32, ROWS, COLUMNS, 0);
    try (Regularizer hinge = VarianceHinge.builder().device(GPU).build()) {
      hinge.value(z);
      standIn.reset();
      standIn.deferred(true);
      try (Evaluation evaluation = hinge.forward(z)) {
        evaluation.gradient(0.5, g);
        assertThat(standIn.figure(Figure.SYNCHRONISATIONS)).isZero();
        evaluation.value();
        assertThat(standIn.figure(Figure.SYNCHRONISATIONS)).isEqualTo(1);
        assertThat(standIn.memory().isWritten(g.address(), Float.BYTES)).as("the gradient is still to come").isFalse();
        standIn.synchronise();
        assertThat(standIn.memory().isWritten(g.address(), Float.BYTES)).isTrue();
      }
      assertThat(standIn.figure(Figure.COPIES_TO_DEVICE)).isZero();
      assertThat(standIn.figure(Figure.BYTES_TO_HOST)).isEqualTo(48);
    }
    device.free(z, g);
  }

  @Test
  void nothingIsAllocatedOnTheDeviceInSteadyState() {
    for (Regularizer r : regularizers()) {
      try (r) {
        Matrix z = device.copy(random(ElementType.FLOAT32, ROWS, COLUMNS), 0);
        Matrix g = device.empty(ElementType.FLOAT32, ROWS, COLUMNS, 0);
        r.valueAndGradient(z, g);
        standIn.reset();
        long bytes = standIn.figure(Figure.DEVICE_BYTES);
        for (int i = 0; i < 3; i++) {
          r.valueAndGradient(z, g);
        }
        assertThat(standIn.figure(Figure.DEVICE_BYTES)).isEqualTo(bytes);
        assertThat(standIn.calls("cuMemAlloc") + standIn.calls("cuMemHostAlloc") + standIn.calls("cuStreamCreate")).isZero();
        device.free(z, g);
      }
    }
  }

  @Test
  void closingGivesEverythingBack() {
    Matrix z = random(ElementType.FLOAT32, ROWS, COLUMNS);
    Matrix g = zeros(ElementType.FLOAT32, ROWS, COLUMNS);
    List<Figure> figures = List.of(Figure.DEVICE_ALLOCATIONS, Figure.HOST_ALLOCATIONS, Figure.STREAMS, Figure.EVENTS, Figure.GRAPHS, Figure.HANDLES);
    List<Long> before = figures.stream().map(standIn::figure).toList();
    for (Regularizer r : regularizers().subList(0, 4)) {
      try (r; Evaluation evaluation = r.forward(z)) {
        r.valueAndGradient(z, g);
        evaluation.gradient(1, g);
        assertThat(standIn.figure(Figure.STREAMS)).as("one to compute, one for copies and one for numbers, twice").isEqualTo(before.get(2) + 6);
      }
      assertThat(figures.stream().map(standIn::figure).toList()).isEqualTo(before);
    }
  }

  @Test
  void nanIsReportedWithTheValueAndTheGradientIsNaN() {
    Matrix host = random(ElementType.FLOAT32, ROWS, COLUMNS);
    host.set(4, 5, Double.POSITIVE_INFINITY);
    host.set(7, 1, Double.NaN);
    Matrix z = device.copy(host, 0);
    Matrix g = device.empty(ElementType.FLOAT32, ROWS, COLUMNS, 0);
    for (Regularizer r : regularizers()) {
      try (r; Evaluation evaluation = r.forward(z)) {
        assertThatThrownBy(evaluation::value)
            .isInstanceOfSatisfying(NonFiniteInputException.class, e -> {
              assertThat(e.row()).isEqualTo(4);
              assertThat(e.column()).isEqualTo(5);
              assertThat(e).hasMessageContaining("Infinity");
            });
      }
    }
    try (Regularizer hinge = VarianceHinge.builder().device(GPU).nonFinite(NonFinitePolicy.PROPAGATE).build();
        Regularizer svMax = SvMax.builder().device(GPU).nonFinite(NonFinitePolicy.PROPAGATE).build()) {
      for (Regularizer r : List.of(hinge, svMax)) {
        assertThat(r.valueAndGradient(z, g)).isNaN();
        Matrix gradient = device.fetch(g);
        assertThat(gradient.get(0, 0)).isNaN();
        assertThat(gradient.get(ROWS - 1, COLUMNS - 1)).isNaN();
      }
    }
    device.free(z, g);
  }

  @Test
  void aMatrixOfAnotherDeviceIsRefused() {
    Matrix elsewhere = Matrix.onDevice(dev.fullrank.Device.cuda(1), 0x1000, ElementType.FLOAT32, 4, 4, 4, 0);
    try (Regularizer r = SvMax.builder().device(GPU).build()) {
      assertThatThrownBy(() -> r.value(elsewhere)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cuda:1");
    }
  }
}
