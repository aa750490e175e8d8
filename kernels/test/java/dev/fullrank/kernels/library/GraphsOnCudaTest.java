package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.kernels.standin.Figure;
import dev.fullrank.kernels.standin.StandIn;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The work of the polar route is recorded for matrices of one shape, and is the same work. */
class GraphsOnCudaTest {
  private static final String LAUNCH = "cuGraphLaunch";

  private final StandIn standIn = StandIn.fresh();

  private static Matrix random(int rows, int columns, int seed) {
    Matrix z = zeros(rows, columns);
    Random random = new Random(seed);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        z.set(i, j, random.nextGaussian());
      }
    }
    return z;
  }

  private static Matrix zeros(int rows, int columns) {
    return Matrix.of(MemorySegment.ofArray(new byte[rows * columns * Float.BYTES]), ElementType.FLOAT32, rows, columns);
  }

  private static Regularizer onDevice() {
    return MeanSingularValue.builder().device(GPU).build();
  }

  @Test
  void theThirdMatrixOfAShapeIsOneCallAndHasTheBitsOfTheFirst() {
    standIn.deferred(true);
    Matrix z = random(5, 9, 1);
    Matrix other = random(5, 9, 2);
    Matrix g = zeros(5, 9);
    Matrix again = zeros(5, 9);
    try (Regularizer r = onDevice()) {
      double first = r.valueAndGradient(z, g);
      r.valueAndGradient(other, again); // the first gradient has found memory: pieces once more
      assertThat(standIn.calls(LAUNCH)).isZero();
      for (int i = 1; i <= 3; i++) {
        r.valueAndGradient(other, again);
        long products = standIn.calls("cublasDgemm_v2");
        assertThat(r.valueAndGradient(z, again)).isEqualTo(first);
        assertThat(standIn.calls(LAUNCH)).isEqualTo(2L * i);
        assertThat(standIn.calls("cublasDgemm_v2") - products).as("that of the gradient").isEqualTo(1);
        expectSame(again, g);
      }
      assertThat(standIn.calls("cuGraphInstantiateWithFlags")).isEqualTo(1);
    }
    standIn.expectNoFault();
  }

  private static void expectSame(Matrix a, Matrix b) {
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.columns(); j++) {
        assertThat(a.get(i, j)).isEqualTo(b.get(i, j));
      }
    }
  }

  @Test
  void anotherShapeHasWorkOfItsOwn() {
    try (Regularizer r = onDevice()) {
      double wide = r.value(random(4, 7, 3));
      double tall = r.value(random(7, 4, 3));
      for (int i = 0; i < 4; i++) {
        assertThat(r.value(random(4, 7, 3))).isEqualTo(wide);
        assertThat(r.value(random(4, 7, 3))).isEqualTo(wide);
        assertThat(r.value(random(7, 4, 3))).isEqualTo(tall);
        assertThat(r.value(random(7, 4, 3))).isEqualTo(tall);
      }
      assertThat(standIn.calls(LAUNCH)).isPositive();
      assertThat(standIn.figure(Figure.GRAPHS)).isEqualTo(1);
    }
    assertThat(standIn.figure(Figure.GRAPHS)).isZero();
    standIn.expectNoFault();
  }

  /** What follows recorded work goes on where that ended. */
  @Test
  void moreStepsFollowRecordedOnes() {
    Matrix hard = random(6, 6, 4);
    for (int j = 0; j < 6; j++) {
      hard.set(5, j, hard.get(4, j) + 1e-4 * hard.get(5, j));
    }
    try (Regularizer r = MeanSingularValue.builder().device(GPU).route(Route.GRAM_POLAR).build()) {
      double first = r.value(hard);
      long blocks = standIn.launches("block_root");
      for (int i = 0; i < 3; i++) {
        assertThat(r.value(hard)).isEqualTo(first);
      }
      assertThat(standIn.launches("block_root") - blocks).isEqualTo(3 * 2);
      assertThat(standIn.calls(LAUNCH)).isPositive();
    }
    standIn.expectNoFault();
  }

  @Test
  void whereNothingCanBeRecordedThePiecesDo() {
    for (String function : new String[] {"cuStreamBeginCapture_v2", "cuGraphInstantiateWithFlags"}) {
      standIn.reset();
      standIn.failAlways(function, 801);
      Matrix z = random(5, 9, 1);
      try (Regularizer r = onDevice()) {
        double first = r.value(z);
        for (int i = 0; i < 3; i++) {
          assertThat(r.value(z)).isEqualTo(first);
        }
        assertThat(standIn.calls(LAUNCH)).isZero();
        assertThat(standIn.calls(function)).as("one try of " + function).isEqualTo(1);
      }
    }
  }

  @Test
  void aLibraryThatRefusesToBeRecordedIsUsedWithout() {
    Matrix z = random(5, 9, 1);
    try (Regularizer r = onDevice()) {
      double first = r.value(z);
      assertThat(r.value(z)).isEqualTo(first);
      Regularizer fresh = onDevice();
      fresh.value(z);
      standIn.fail("cublasDgemm_v2", 3, 15);
      assertThat(fresh.value(z)).isEqualTo(first);
      assertThat(fresh.value(z)).isEqualTo(first);
      fresh.close();
    }
    assertThat(standIn.figure(Figure.GRAPHS)).isZero();
  }

  @Test
  void recordedWorkGoesIntoTheStreamOfTheCaller() {
    standIn.deferred(true);
    OnDevice device = new OnDevice(standIn);
    Matrix host = random(5, 9, 1);
    Matrix z = device.copy(host, 0);
    try (Regularizer r = onDevice()) {
      double expected = r.value(host);
      for (int i = 0; i < 3; i++) {
        try (Evaluation evaluation = r.forward(z)) {
          assertThat(evaluation.value()).isEqualTo(expected);
        }
      }
      assertThat(standIn.calls(LAUNCH)).isPositive();
    }
    device.free(z);
    standIn.expectNoFault();
  }
}
