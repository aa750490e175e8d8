package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.linalg.ChebyshevSeries;
import dev.fullrank.linalg.NaiveOps;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Polynomials of symmetric matrices in single precision, against the recurrence in double. */
class ChebyshevSumTest {
  private static final int[] ORDERS = {1, 2, 3, 5, 8, 13, 17, 24, 31, 49, 97, 130, 266};

  static List<CpuOps> ops() {
    return Implementations.ops();
  }

  /** X·Xᵀ/n + I for random X, n the longer side: with eigenvalues from 1 to about 2.4; NaN below the diagonal. */
  private static double[] upper(int m) {
    double[] x = Naive.random(2 * m * m, m);
    double[] a = Naive.product(x, Naive.transposed(x, m, 2 * m), m, 2 * m, m);
    for (int i = 0; i < m * m; i++) {
      a[i] = i % m < i / m ? Double.NaN : a[i] / (2 * m) + (i % (m + 1) == 0 ? 1 : 0);
    }
    return a;
  }

  /** All degrees from 1 to 40 or so: every number of baby steps and of giant steps. */
  @ParameterizedTest
  @MethodSource("ops")
  void everyDegreeIsThatOfTheRecurrence(CpuOps ops) {
    ChebyshevSeries series = new ChebyshevSeries();
    int degree = 0;
    for (double least = 0.99; least > 0.1; least *= 0.9) {
      for (double accuracy = 0.1; accuracy > 1e-8; accuracy *= 0.5) {
        if (series.choose(least, 2.5, accuracy) && series.degree() != degree) {
          degree = series.degree();
          compare(ops, 17, series);
        }
      }
    }
    assertThat(degree).isGreaterThan(30);
  }

  @ParameterizedTest
  @MethodSource("ops")
  void everyOrderIsThatOfTheRecurrence(CpuOps ops) {
    ChebyshevSeries series = new ChebyshevSeries();
    assertThat(series.choose(0.9, 2.5, 1e-7)).isTrue();
    for (int m : ORDERS) {
      compare(ops, m, series);
    }
  }

  /** The largest coefficient is about 1; each step rounds some √m times. */
  private static void compare(CpuOps ops, int m, ChebyshevSeries series) {
    double[] a = upper(m);
    double[] before = a.clone();
    NaiveOps naive = new NaiveOps();
    naive.resize(m);
    double[] expected = new double[m * m];
    naive.chebyshev(a, series, expected);
    double[] f = new double[m * m];
    Arrays.fill(f, Double.NaN);
    ops.resize(m).chebyshev(a, series, f);
    assertThat(a).isEqualTo(before);
    double bound = series.degree() * (4 + Math.sqrt(m)) * 0x1p-24;
    for (int i = 0; i < m * m; i++) {
      assertThat(f[i]).as("m=%d", m).isEqualTo(f[i % m * m + i / m]);
      assertThat(Math.abs(f[i] - expected[i])).as("m=%d degree=%d at %d", m, series.degree(), i).isLessThanOrEqualTo(bound);
    }
    ops.chebyshev(a, series, a);
    assertThat(a).isEqualTo(f);
  }
}
