package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.linalg.NaiveOps;
import dev.fullrank.linalg.SemiseparableSum;
import dev.fullrank.linalg.Tridiagonal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reduction to tridiagonal form, and functions of the tridiagonal matrix carried back. */
class TridiagonalizationTest {
  private static final int[] ORDERS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 17, 24, 25, 26, 49, 97, 130, 266};
  private static final double[] SHIFTS = {0.25, 1, 3};
  private static final double[] WEIGHTS = {0.5, -1, 2};
  private static final double CONSTANT = 0.75;

  static List<CpuOps> ops() {
    return Implementations.ops();
  }

  /** ¾ + ½·(t + ¼)⁻¹ − (t + 1)⁻¹ + 2·(t + 3)⁻¹. */
  static SemiseparableSum function(Tridiagonal t) {
    SemiseparableSum function = new SemiseparableSum();
    function.set(t, CONSTANT, SHIFTS.length, SHIFTS, WEIGHTS);
    return function;
  }

  /** A positive semidefinite matrix of norm about 1, with NaN below the diagonal. */
  private static double[] upper(int m, int rank) {
    double[] x = Naive.random(m * rank, m + rank);
    double[] a = Naive.product(x, Naive.transposed(x, m, rank), m, rank, m);
    for (int i = 0; i < m * m; i++) {
      a[i] = i % m < i / m ? Double.NaN : a[i] / Math.max(m, rank);
    }
    return a;
  }

  private static double[] full(double[] upper, int m) {
    double[] a = upper.clone();
    for (int i = 0; i < m * m; i++) {
      a[i] = i % m < i / m ? a[i % m * m + i / m] : a[i];
    }
    return a;
  }

  /**
   * f(A) by Gauss–Jordan elimination of A + sI, which no part of the library does: with f of size one and A + sI conditioned by
   * 1/s + 1 the error of either way is a small multiple of m roundings.
   */
  @ParameterizedTest
  @MethodSource("ops")
  void aFunctionIsCarriedBack(CpuOps ops) {
    for (int m : ORDERS) {
      for (int rank : new int[] {1, Math.max(1, m / 2), m, 3 * m}) {
        double[] a = upper(m, rank);
        double[] expected = valueOfFunction(full(a, m), m);
        Tridiagonal t = new Tridiagonal();
        double[] f = new double[m * m];
        Arrays.fill(f, Double.NaN);
        ops.resize(m).tridiagonalize(a, t);
        double[] q = a.clone();
        ops.function(a, function(t), f);
        assertThat(a).as("Q is kept, m=%d", m).isEqualTo(q);
        for (int i = 0; i < m * m; i++) {
          assertThat(f[i]).as("m=%d rank=%d", m, rank).isEqualTo(f[i % m * m + i / m]);
          assertThat(Math.abs(f[i] - expected[i])).as("m=%d rank=%d at %d", m, rank, i).isLessThanOrEqualTo(64 * Math.sqrt(m) * 0x1p-52);
        }
      }
    }
  }

  private static double[] valueOfFunction(double[] a, int m) {
    double[] sum = new double[m * m];
    for (int i = 0; i < m; i++) {
      sum[i * m + i] = CONSTANT;
    }
    NaiveOps naive = new NaiveOps();
    naive.resize(m);
    double[] shifted = new double[m * m];
    double[] inverse = new double[m * m];
    for (int s = 0; s < SHIFTS.length; s++) {
      naive.combine(SHIFTS[s], 1, a, 0, a, shifted);
      assertThat(naive.invert(shifted, inverse)).isTrue();
      for (int i = 0; i < m * m; i++) {
        sum[i] += WEIGHTS[s] * inverse[i];
      }
    }
    return sum;
  }

  /** Trace and norm are those of A, and a matrix that is tridiagonal already keeps its diagonal. */
  @ParameterizedTest
  @MethodSource("ops")
  void theReductionIsOrthogonal(CpuOps ops) {
    for (int m : ORDERS) {
      double[] a = upper(m, m);
      double[] dense = full(a, m);
      double trace = 0;
      double squares = 0;
      for (int i = 0; i < m * m; i++) {
        trace += i % (m + 1) == 0 ? dense[i] : 0;
        squares += dense[i] * dense[i];
      }
      Tridiagonal t = new Tridiagonal();
      ops.resize(m).tridiagonalize(a, t);
      double sum = 0;
      double norm = 0;
      for (int i = 0; i < m; i++) {
        sum += t.diagonal()[i];
        norm += t.diagonal()[i] * t.diagonal()[i] + 2 * t.offDiagonal()[i] * t.offDiagonal()[i];
      }
      assertThat(t.order()).isEqualTo(m);
      assertThat(t.offDiagonal()[m - 1]).isZero();
      assertThat(Math.abs(sum - trace)).as("m=%d", m).isLessThanOrEqualTo(16 * m * 0x1p-52);
      assertThat(Math.abs(norm - squares)).as("m=%d", m).isLessThanOrEqualTo(16 * m * 0x1p-52);
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void zerosAndDiagonalMatricesNeedNoReflection(CpuOps ops) {
    for (int m : new int[] {1, 2, 5, 30}) {
      double[] a = new double[m * m];
      for (int i = 0; i < m; i += 2) {
        a[i * m + i] = i + 1;
      }
      double[] diagonal = a.clone();
      Tridiagonal t = new Tridiagonal();
      ops.resize(m).tridiagonalize(a, t);
      double[] f = new double[m * m];
      ops.function(a, function(t), f);
      for (int i = 0; i < m; i++) {
        double x = diagonal[i * m + i];
        assertThat(t.diagonal()[i]).isEqualTo(x);
        assertThat(t.offDiagonal()[i]).isZero();
        double value = CONSTANT + 0.5 / (x + 0.25) - 1 / (x + 1) + 2 / (x + 3);
        assertThat(Math.abs(f[i * m + i] - value)).isLessThan(8 * 0x1p-52 * 4);
      }
    }
  }

  /** Scaling by a power of two changes exponents only. */
  @ParameterizedTest
  @MethodSource("ops")
  void theReductionScalesExactly(CpuOps ops) {
    int m = 37;
    double[] a = upper(m, m);
    double[] scaled = new double[m * m];
    for (int i = 0; i < m * m; i++) {
      scaled[i] = Math.scalb(a[i], 300);
    }
    Tridiagonal t = new Tridiagonal();
    Tridiagonal large = new Tridiagonal();
    ops.resize(m).tridiagonalize(a, t);
    ops.tridiagonalize(scaled, large);
    for (int i = 0; i < m; i++) {
      assertThat(large.diagonal()[i]).isEqualTo(Math.scalb(t.diagonal()[i], 300));
      assertThat(large.offDiagonal()[i]).isEqualTo(Math.scalb(t.offDiagonal()[i], 300));
    }
  }
}
