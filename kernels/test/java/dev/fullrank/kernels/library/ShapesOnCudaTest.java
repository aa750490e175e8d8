package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Details;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.RankPolicy;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.kernels.standin.StandIn;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** s_μ and its gradient at tiny, wide and tall shapes, without rank, and from many threads, against the reference of the CPU. */
class ShapesOnCudaTest {
  private final StandIn standIn = StandIn.fresh();

  private static double[] random(int size) {
    return new Random(size).doubles(size, -1, 1).toArray();
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5", "5, 1", "2, 2", "7, 31", "31, 7", "32, 33", "33, 33", "3, 700", "20000, 2", "2, 20000"})
  void valueAndGradientAreThoseOfTheReference(int b, int d) {
    double[] x = random(b * d);
    double[] g = new double[b * d];
    double[] expected = new double[b * d];
    try (Regularizer there = MeanSingularValue.builder().device(GPU).build();
        Regularizer here = MeanSingularValue.builder().route(Route.JACOBI).build()) {
      double value = here.valueAndGradient(Matrix.of(x, b, d), Matrix.of(expected, b, d));
      assertThat(there.valueAndGradient(Matrix.of(x, b, d), Matrix.of(g, b, d)) / value - 1).isBetween(-1e-13, 1e-13);
      assertThat(distance(g, expected) * Math.min(b, d)).isLessThan(1e-11);
    }
    standIn.expectNoFault();
  }

  /** The last row is the sum of two others, and the policies differ in what becomes of the direction without energy. */
  @Test
  void rankDeficiencyIsSeen() {
    double[] x = random(5 * 8);
    for (int j = 0; j < 8; j++) {
      x[4 * 8 + j] = x[j] + x[8 + j];
    }
    for (RankPolicy policy : RankPolicy.values()) {
      try (Regularizer r = MeanSingularValue.builder().device(GPU).rankPolicy(policy).build();
          Evaluation evaluation = r.forward(Matrix.of(x, 5, 8))) {
        double[] g = new double[40];
        evaluation.gradient(5, Matrix.of(g, 5, 8));
        double energy = distance(g, new double[40]);
        assertThat(energy * energy).isBetween(policy == RankPolicy.COMPLETION ? 4.999 : 3.999, policy == RankPolicy.COMPLETION ? 5.001 : 4.001);
        assertThat(((Details.Spectral) evaluation.details()).rank()).isEqualTo(4);
      }
    }
    standIn.expectNoFault();
  }

  @Test
  void zeroHasAZeroGradient() {
    double[] g = random(12);
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      assertThat(r.valueAndGradient(Matrix.of(new double[12], 3, 4), Matrix.of(g, 3, 4))).isZero();
      assertThat(g).containsOnly(0);
    }
    standIn.expectNoFault();
  }

  @Test
  void threadsShareARegularizer() throws InterruptedException {
    Matrix z = Matrix.of(random(48), 6, 8);
    List<Double> values = new ArrayList<>();
    try (Regularizer r = MeanSingularValue.builder().device(GPU).build()) {
      double expected = r.value(z);
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Thread.Builder builder = t % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
        threads.add(builder.start(() -> {
          for (int i = 0; i < 5; i++) {
            double value = r.value(z);
            synchronized (values) {
              values.add(value);
            }
          }
        }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(values).hasSize(20).containsOnly(expected);
    }
    standIn.expectNoFault();
  }
}
