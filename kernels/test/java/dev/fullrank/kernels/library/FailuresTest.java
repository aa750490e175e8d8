package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.Details;
import dev.fullrank.Device;
import dev.fullrank.DeviceException;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.VarianceHinge;
import dev.fullrank.kernels.standin.Figure;
import dev.fullrank.kernels.standin.Outcome;
import dev.fullrank.kernels.standin.StandIn;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a caller sees of a device that fails, short of being lost. */
class FailuresTest {
  private final StandIn standIn = StandIn.fresh();

  private static Matrix random(int rows, int columns) {
    Random random = new Random(5);
    return Matrix.of(random.doubles((long) rows * columns, -1, 1).toArray(), rows, columns);
  }

  @Test
  void whatDoesNotFitIsSaidAndGivenBackAndTheNextCallIsRight() {
    Matrix small = random(6, 5);
    Matrix large = random(300, 200);
    Matrix g = Matrix.of(new double[300 * 200], 300, 200);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      double expected = r.value(small);
      long allocated = standIn.figure(Figure.DEVICE_BYTES);
      standIn.memoryLimit(allocated + 1_000_000);
      assertThatThrownBy(() -> r.valueAndGradient(large, g))
          .isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.OUT_OF_MEMORY))
          .hasMessageContaining("cuda:0")
          .hasMessageContaining("fewer rows");
      assertThat(standIn.figure(Figure.DEVICE_BYTES)).isLessThanOrEqualTo(allocated);
      assertThat(r.value(small)).isEqualTo(expected);
      standIn.reset();
      assertThat(r.valueAndGradient(large, g)).isPositive();
    }
    standIn.expectNoFault();
  }

  @Test
  void aFailedCallIsReportedAndTheNextOneIsRight() {
    Matrix z = random(6, 5);
    try (Regularizer r = VarianceHinge.builder().device(GPU).build()) {
      double expected = r.value(z);
      standIn.fail("cuMemcpyDtoHAsync", 1, 1);
      assertThatThrownBy(() -> r.value(z))
          .isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.FAILED))
          .hasMessageContaining("cuMemcpyDtoHAsync");
      assertThat(r.value(z)).isEqualTo(expected);
    }
  }

  @Test
  void copiesThatCannotBeSetUpGiveBackWhatTheyHave() {
    Matrix z = random(6, 5);
    List<Figure> figures = List.of(Figure.STREAMS, Figure.EVENTS, Figure.HANDLES, Figure.HOST_ALLOCATIONS, Figure.DEVICE_ALLOCATIONS);
    try (Regularizer r = VarianceHinge.builder().device(GPU).build()) {
      List<Long> before = figures.stream().map(standIn::figure).toList();
      standIn.fail("cuEventCreate", 4, 2); // the first is that of the queue that computes
      assertThatThrownBy(() -> r.value(z))
          .isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.OUT_OF_MEMORY))
          .hasMessageContaining("cuEventCreate");
      assertThat(figures.stream().map(standIn::figure).toList()).isEqualTo(before);
      assertThat(r.value(z)).isPositive();
    }
    standIn.expectNoFault();
  }

  @Test
  void aDecompositionThatFailsIsDoneAgainByTheOtherAlgorithm() {
    Matrix z = random(12, 9);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).route(Route.JACOBI).build()) {
      double expected = r.value(z);
      standIn.gesvdj(Outcome.NOT_CONVERGED);
      try (Evaluation evaluation = r.forward(z)) {
        assertThat(evaluation.value()).isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-14));
        assertThat(((Details.Spectral) evaluation.details()).route()).isEqualTo(Route.BIDIAGONAL);
      }
      standIn.gesvd(Outcome.NOT_CONVERGED);
      assertThatThrownBy(() -> r.value(z)).isInstanceOf(ArithmeticException.class).hasMessageContaining("12×9");
      standIn.reset();
      assertThat(r.value(z)).isEqualTo(expected);
    }
  }

  @Test
  void aDeviceThatDoesNotExistIsSaid() {
    assertThatThrownBy(() -> MeanSingularValue.builder().device(Device.cuda(7)).build())
        .isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.UNAVAILABLE))
        .hasMessageContaining("cuda:7");
  }
}
