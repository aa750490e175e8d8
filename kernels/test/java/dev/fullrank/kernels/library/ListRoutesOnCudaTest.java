package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Device;
import dev.fullrank.Divisor;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.SvMax;
import dev.fullrank.cuda.CudaAvailability;
import dev.fullrank.cuda.CudaContext;
import dev.fullrank.cuda.CudaLibrary;
import dev.fullrank.cuda.CudaQueue;
import dev.fullrank.kernels.standin.Outcome;
import dev.fullrank.kernels.standin.StandIn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists on the device by gesvdj, in the streams of their matrices, and of all that SVMax can be asked for. */
class ListRoutesOnCudaTest {
  private final StandIn standIn = StandIn.fresh();
  private final OnDevice device = new OnDevice(standIn);
  private final MatrixLists lists = new MatrixLists(device);

  @AfterEach
  void nothingWentWrong() {
    standIn.expectNoFault();
    lists.free();
  }

  private static Regularizer decomposing() {
    return MeanSingularValue.builder().device(GPU).route(Route.JACOBI).build();
  }

  /** Three shapes of up to 32×32, wide and tall together, and one that is too long. */
  private void addForDecomposition() {
    for (int[] shape : new int[][] {{3, 7}, {7, 3}, {32, 5}, {7, 3}, {33, 2}, {5, 4}, {3, 7}}) {
      lists.add(MatrixLists.random(ElementType.FLOAT64, shape[0], shape[1]), ElementType.FLOAT64);
    }
  }

  private void areRight(double[] values) {
    try (Regularizer here = MatrixLists.reference(false)) {
      for (int i = 0; i < lists.size(); i++) {
        Matrix host = lists.host(i);
        Matrix expected = MatrixLists.zeros(ElementType.FLOAT64, host.rows(), host.columns());
        double value = here.valueAndGradient(host, expected);
        assertThat(values[i]).as("value %d", i).isBetween(value * (1 - 1e-14), value * (1 + 1e-14));
        assertThat(MatrixLists.distance(lists.entries(i), MatrixLists.entries(expected))).as("gradient %d", i).isLessThan(2e-11);
      }
    }
  }

  @Test
  void theReferenceRouteDecomposesMatricesOfOneShapeTogether() {
    addForDecomposition();
    try (Regularizer r = decomposing()) {
      areRight(lists.evaluate(r));
    }
    assertThat(standIn.calls("cusolverDnDgesvdjBatched")).isEqualTo(3);
    assertThat(standIn.calls("cusolverDnDgesvdj")).isEqualTo(1);
    assertThat(standIn.launched()).contains("batch_polar").doesNotContain("batch_eigenvectors");
  }

  @Test
  void thePolarRouteThatIsForcedGoesOneByOneWithTheBitsOfSingleCalls() {
    for (int[] shape : new int[][] {{3, 7}, {7, 3}, {5, 12}}) {
      lists.add(MatrixLists.random(ElementType.FLOAT32, shape[0], shape[1]), ElementType.FLOAT64);
    }
    try (Regularizer r = MeanSingularValue.builder().device(GPU).route(Route.GRAM_POLAR).build()) {
      double[] values = lists.evaluate(r);
      assertThat(standIn.launched()).contains("block_root").doesNotContain("batch_polar");
      for (int i = 0; i < lists.size(); i++) {
        assertThat(values[i]).isEqualTo(r.value(lists.host(i)));
      }
    }
  }

  /** The last matrix of each batch fails: there are three. Wrong is the factor of the shorter side, which is the one that is used. */
  @ParameterizedTest
  @EnumSource(names = {"NOT_CONVERGED", "WRONG"})
  void decompositionsThatFailAreDoneOneByOne(Outcome outcome) {
    addForDecomposition();
    standIn.gesvdjBatched(outcome);
    try (Regularizer r = decomposing()) {
      areRight(lists.evaluate(r));
    }
    assertThat(standIn.calls("cusolverDnDgesvdj")).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource
  void allFormsAndDivisorsAreThoseOfSingleCalls(SvMax.Form form) {
    for (int[] shape : new int[][] {{4, 9}, {9, 4}, {1, 6}, {6, 1}}) {
      lists.add(MatrixLists.random(ElementType.FLOAT32, shape[0], shape[1]), ElementType.FLOAT64);
    }
    for (Divisor divisor : Divisor.values()) {
      for (boolean normalize : new boolean[] {true, form == SvMax.Form.EXPONENTIAL}) {
        SvMax.Builder builder = SvMax.builder().form(form).strength(0.3).divisor(divisor).normalizeRows(normalize);
        try (Regularizer there = builder.device(GPU).build();
            Regularizer here = builder.device(Device.cpu()).route(Route.JACOBI).build()) {
          double[] values = lists.evaluate(there);
          for (int i = 0; i < lists.size(); i++) {
            Matrix host = lists.host(i);
            Matrix expected = MatrixLists.zeros(ElementType.FLOAT64, host.rows(), host.columns());
            double value = here.valueAndGradient(host, expected);
            double[] g = MatrixLists.entries(expected);
            assertThat(Math.abs(values[i] - value)).isLessThan(1e-13 * Math.abs(value));
            assertThat(MatrixLists.distance(lists.entries(i), g)).isLessThanOrEqualTo(1e-11 * (MatrixLists.norm(g) + 1e-3));
          }
        }
      }
    }
  }

  private static CudaLibrary library() {
    return ((CudaAvailability.Available) CudaAvailability.get()).library();
  }

  /** A decomposition that is right, but says that it did not converge. */
  @Test
  void theStatusOfADecompositionCounts() {
    Matrix diagonal = MatrixLists.zeros(ElementType.FLOAT64, 3, 4);
    for (int i = 0; i < 3; i++) {
      diagonal.set(i, i, 1 + i);
    }
    lists.add(diagonal, ElementType.FLOAT64).add(diagonal, ElementType.FLOAT64);
    standIn.gesvdjBatched(Outcome.NOT_CONVERGED);
    try (Regularizer r = decomposing()) {
      areRight(lists.evaluate(r));
    }
    assertThat(standIn.calls("cusolverDnDgesvdj")).isEqualTo(1);
  }

  /** Inputs in two streams, gradients in the second and a third: work comes after what is in them, and before what comes next. */
  @Test
  void streamsAreWaitedForAndWaitForWhatWasDone() {
    Matrix z = MatrixLists.random(ElementType.FLOAT32, 6, 3).rows(1, 6);
    try (CudaContext context = library().context(0);
        Regularizer r = SvMax.builder().device(GPU).build()) {
      // a longer list than the next, which then need not wait because memory grows
      lists.add(z, ElementType.FLOAT32).addCopy(z, ElementType.FLOAT32, 0, 0).addCopy(z, ElementType.FLOAT32, 0, 0);
      double expected = lists.evaluate(r)[0];
      double[] gradient = lists.entries(0);
      context.makeCurrent();
      try (CudaQueue first = context.queue(); CudaQueue second = context.queue(); CudaQueue third = context.queue()) {
        MatrixLists streams = new MatrixLists(device);
        streams.addCopy(z, ElementType.FLOAT32, first.ownStream(), third.ownStream());
        streams.addCopy(MatrixLists.random(ElementType.FLOAT32, 5, 3), ElementType.FLOAT32, second.ownStream(), second.ownStream());
        Matrix source = device.copy(z, 0);
        Matrix late = streams.inputs.get(1);
        long bytes = Float.BYTES * (5L * (3 + OnDevice.GAP) - OnDevice.GAP);
        standIn.deferred(true);
        second.fill(late.address(), 0, bytes);
        for (int i = 0; i < 5; i++) {
          long row = (long) Float.BYTES * i * (3 + OnDevice.GAP);
          second.copy(late.address() + row, source.address() + row, 3L * Float.BYTES);
        }
        assertThat(streams.evaluate(r)).containsOnly(expected);
        assertThat(firstRow(third, streams.gradients.get(0))).containsExactly(Arrays.copyOf(gradient, 3));
        assertThat(firstRow(second, streams.gradients.get(1))).containsExactly(Arrays.copyOf(gradient, 3));
        for (int i = 0; i < 2; i++) {
          assertThat(streams.entries(i)).containsExactly(gradient);
        }
        device.free(source);
        streams.free();
      }
      assertThat(lists.evaluate(r)).as("the streams are gone").containsOnly(expected);
    }
  }

  /** As the owner of a stream reads a gradient there, without waiting for others. */
  private static double[] firstRow(CudaQueue owner, Matrix gradient) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment row = arena.allocate((long) gradient.columns() * gradient.type().bytes(), Double.BYTES);
      owner.copyToHost(row.address(), gradient.address(), row.byteSize());
      owner.synchronize();
      return MatrixLists.entries(Matrix.of(row, gradient.type(), 1, gradient.columns()));
    }
  }

  @Test
  void aListMayBeEmptyOrHaveNothingForABatch() {
    standIn.sharedBytes(10 << 10);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      r.valuesAndGradients(List.of(), List.of(), new double[0]);
      lists.add(MatrixLists.random(ElementType.FLOAT64, 40, 45), ElementType.FLOAT64);
      areRight(lists.evaluate(r));
    }
    assertThat(standIn.launched()).doesNotContain("batch_polar");
  }
}
