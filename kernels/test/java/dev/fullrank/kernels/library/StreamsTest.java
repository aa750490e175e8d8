package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.VarianceHinge;
import dev.fullrank.cuda.CudaAvailability;
import dev.fullrank.cuda.CudaContext;
import dev.fullrank.cuda.CudaLibrary;
import dev.fullrank.cuda.CudaQueue;
import dev.fullrank.kernels.standin.Figure;
import dev.fullrank.kernels.standin.StandIn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams that belong to the caller: work goes there, in order, without a wait, and nothing holds on to them. */
class StreamsTest {
  private final StandIn standIn = StandIn.fresh();
  private final OnDevice device = new OnDevice(standIn);

  @AfterEach
  void nothingWentWrong() {
    standIn.expectNoFault();
  }

  private static CudaLibrary library() {
    return ((CudaAvailability.Available) CudaAvailability.get()).library();
  }

  private static Matrix data(double shift) {
    float[] values = new float[60];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (Math.sin(i * i) + shift * i);
    }
    return Matrix.of(values, 12, 5);
  }

  @Test
  void evaluationsInDifferentStreamsFollowEachOtherInOneWorkspace() {
    try (CudaContext context = library().context(0);
        Regularizer hinge = VarianceHinge.builder().gamma(100).device(GPU).build()) {
      double[] expected = {hinge.value(data(0)), hinge.value(data(1))};
      context.makeCurrent();
      try (CudaQueue first = context.queue(); CudaQueue second = context.queue()) {
        Matrix z1 = device.copy(data(0), first.ownStream());
        Matrix z2 = device.copy(data(1), second.ownStream());
        Matrix g1 = device.empty(ElementType.FLOAT32, 12, 5, first.ownStream());
        Matrix g2 = device.empty(ElementType.FLOAT32, 12, 5, second.ownStream());
        standIn.deferred(true);
        standIn.reset();
        standIn.deferred(true);
        try (Evaluation e = hinge.forward(z1)) {
          e.gradient(1, g1);
        }
        try (Evaluation e = hinge.forward(z2)) {
          e.gradient(1, g2);
          assertThat(standIn.figure(Figure.SYNCHRONISATIONS)).isZero();
          assertThat(e.value()).isEqualTo(expected[1]);
        }
        assertThat(hinge.value(z1)).isEqualTo(expected[0]);
        Matrix onTheHost = Matrix.of(new float[60], 12, 5);
        hinge.valueAndGradient(data(0), onTheHost);
        assertThat(device.fetch(g1).get(3, 3)).isEqualTo(onTheHost.get(3, 3)).isNotZero();
        hinge.valueAndGradient(data(1), onTheHost);
        assertThat(device.fetch(g2).get(3, 3)).isEqualTo(onTheHost.get(3, 3)).isNotZero();
        device.free(z1, z2, g1, g2);
      }
      // the streams are gone
      assertThat(hinge.value(data(0))).isEqualTo(expected[0]);
    }
  }

  @Test
  void aGradientMayGoToAnotherStreamThanTheInputs() {
    try (CudaContext context = library().context(0);
        Regularizer hinge = VarianceHinge.builder().gamma(100).device(GPU).build()) {
      context.makeCurrent();
      Matrix expected = Matrix.of(new float[60], 12, 5);
      hinge.valueAndGradient(data(1), expected);
      try (CudaQueue other = context.queue()) {
        Matrix g = device.empty(ElementType.FLOAT32, 12, 5, other.ownStream());
        standIn.deferred(true);
        hinge.valueAndGradient(data(1), g);
        assertThat(device.fetch(g).get(7, 2)).isEqualTo(expected.get(7, 2)).isNotZero();
        device.free(g);
      }
    }
  }

  @Test
  void whoOwnsTheInputMayOverwriteItOnceAGradientInAnotherStreamWasAskedFor() {
    try (CudaContext context = library().context(0);
        Regularizer hinge = VarianceHinge.builder().gamma(100).device(GPU).build()) {
      context.makeCurrent();
      Matrix expected = Matrix.of(new float[60], 12, 5);
      hinge.valueAndGradient(data(1), expected);
      try (CudaQueue owner = context.queue(); CudaQueue other = context.queue()) {
        Matrix z = device.copy(data(1), owner.ownStream());
        Matrix g = device.empty(ElementType.FLOAT32, 12, 5, other.ownStream());
        standIn.deferred(true);
        try (Evaluation evaluation = hinge.forward(z)) {
          evaluation.gradient(1, g);
        }
        owner.fill(z.address(), 0, (long) Float.BYTES * 12 * (5 + OnDevice.GAP) - Float.BYTES * OnDevice.GAP);
        owner.synchronize();
        assertThat(device.fetch(g).get(7, 2)).isEqualTo(expected.get(7, 2)).isNotZero();
        device.free(z, g);
      }
    }
  }
}
