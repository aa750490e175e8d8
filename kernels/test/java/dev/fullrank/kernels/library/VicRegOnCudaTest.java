package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fullrank.Branch;
import dev.fullrank.Matrix;
import dev.fullrank.NonFiniteInputException;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.VicReg;
import dev.fullrank.VicRegConvention;
import dev.fullrank.VicRegEvaluation;
import dev.fullrank.kernels.standin.StandIn;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** VICReg on the device against VICReg on the CPU. */
class VicRegOnCudaTest {
  private static final int N = 14;
  private static final int D = 9;

  private final StandIn standIn = StandIn.fresh();

  @AfterEach
  void nothingWentWrong() {
    standIn.expectNoFault();
  }

  private static double[] random(long seed, double scale) {
    return new Random(seed).doubles((long) N * D, -scale, scale).toArray();
  }

  private static Matrix matrix(double[] values) {
    return Matrix.of(values, N, D);
  }

  private static void assertNear(double[] actual, double[] expected) {
    double largest = 0;
    for (double x : expected) {
      largest = Math.max(largest, Math.abs(x));
    }
    assertThat(actual).containsExactly(expected, within(1e-13 * largest));
  }

  @ParameterizedTest
  @EnumSource
  void valuesAndGradientsAreThoseOfTheCpu(VicRegConvention convention) {
    Matrix z1 = matrix(random(1, 1));
    Matrix z2 = matrix(random(2, 1));
    double[][] g = new double[4][N * D];
    VicReg cpu = VicReg.builder(convention).build();
    VicReg gpu = VicReg.builder(convention).device(GPU).build();
    standIn.deferred(true);
    double expected = cpu.valueAndGradient(z1, z2, matrix(g[0]), matrix(g[1]));
    assertThat(gpu.valueAndGradient(z1, z2, matrix(g[2]), matrix(g[3]))).isCloseTo(expected, within(1e-14 * expected));
    assertNear(g[2], g[0]);
    assertNear(g[3], g[1]);
    try (VicRegEvaluation there = gpu.forward(z1, z2); VicRegEvaluation here = cpu.forward(z1, z2)) {
      assertThat(there.invariance()).isCloseTo(here.invariance(), within(1e-14));
      for (Branch branch : Branch.values()) {
        double variance = here.variance(branch).value();
        assertThat(there.variance(branch).value()).isCloseTo(variance, within(1e-14));
        assertThat(there.covariance(branch).value()).isCloseTo(here.covariance(branch).value(), within(1e-13));
      }
      there.invarianceGradient(0.5, matrix(g[2]), matrix(g[3]));
      here.invarianceGradient(0.5, matrix(g[0]), matrix(g[1]));
      assertNear(g[2], g[0]);
      assertNear(g[3], g[1]);
      there.variance(Branch.SECOND).gradient(2, matrix(g[2]));
      here.variance(Branch.SECOND).gradient(2, matrix(g[0]));
      assertNear(g[2], g[0]);
    }
    cpu.close();
    gpu.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0x1p-700, 0x1p-1060, 0x1p600, 0x1p1000})
  void theRangeOfDoubleIsUsedToItsEnds(double scale) {
    Matrix z1 = matrix(random(3, scale));
    Matrix z2 = matrix(random(4, scale));
    VicReg cpu = VicReg.builder(VicRegConvention.OFFICIAL).coefficients(1, 0, 0).build();
    VicReg gpu = VicReg.builder(VicRegConvention.OFFICIAL).coefficients(1, 0, 0).device(GPU).build();
    double expected = cpu.value(z1, z2);
    assertThat(gpu.value(z1, z2)).satisfies(
        v -> assertThat(v == expected || Math.abs(v - expected) <= 1e-13 * expected).as(v + " for " + expected).isTrue());
    cpu.close();
    gpu.close();
  }

  @Test
  void whatIsNotFiniteIsNamedOrSpreads() {
    double[] bad = random(5, 1);
    bad[3 * D + 2] = Double.NaN;
    Matrix z1 = matrix(random(6, 1));
    double[] g1 = new double[N * D];
    double[] g2 = new double[N * D];
    VicReg strict = VicReg.builder(VicRegConvention.OFFICIAL).device(GPU).build();
    assertThatThrownBy(() -> strict.valueAndGradient(z1, matrix(bad), matrix(g1), matrix(g2)))
        .isInstanceOfSatisfying(NonFiniteInputException.class, e -> {
          assertThat(e.row()).isEqualTo(3);
          assertThat(e.column()).isEqualTo(2);
        });
    assertThat(g1).containsOnly(0);
    VicReg lenient = VicReg.builder(VicRegConvention.OFFICIAL).device(GPU).nonFinite(NonFinitePolicy.PROPAGATE).build();
    assertThat(lenient.valueAndGradient(z1, matrix(bad), matrix(g1), matrix(g2))).isNaN();
    assertThat(g2).containsOnly(Double.NaN);
    strict.close();
    lenient.close();
  }
}
