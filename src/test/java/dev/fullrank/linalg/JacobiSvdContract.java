package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.linalg.Families.Family;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every implementation of {@link ColumnOps}: known values, certified polar factors, a loud end. */
abstract class JacobiSvdContract {
  /** The promise of the library for both properties of a certified gradient. */
  private static final double CERTIFICATE = 1e-11;

  private static final double EPS = Math.ulp(1.0);

  private final ColumnOps ops;
  private final JacobiSvd svd;

  JacobiSvdContract(ColumnOps ops) {
    this.ops = ops;
    svd = new JacobiSvd(ops);
  }

  static List<Family> families() {
    return Families.all();
  }

  @ParameterizedTest
  @MethodSource("families")
  void valuesAreTheKnownOnes(Family f) {
    svd.decompose(f.a().clone(), f.n(), f.k());
    double[] s = svd.singularValues();
    for (int i = 0; i < f.sigma().length; i++) {
      assertThat(Math.abs(s[i] - f.sigma()[i])).as("σ_%d", i).isLessThanOrEqualTo(4 * Math.sqrt(f.n()) * EPS * f.sigma()[0]);
    }
    for (int i = 1; i < f.k(); i++) {
      assertThat(s[i]).isLessThanOrEqualTo(s[i - 1]);
    }
    assertThat(norm(s, f.k())).isCloseTo(norm(f.a(), f.n() * f.k()), within(f));
  }

  @ParameterizedTest
  @MethodSource("families")
  void bothPolarFactorsAreCertified(Family f) {
    svd.decompose(f.a().clone(), f.n(), f.k());
    int rank = svd.rank(f.n() * EPS);
    double[] q = new double[f.n() * f.k()];
    Arrays.fill(q, Double.NaN);
    svd.polarFactor(rank, q);
    certify(f, q);
    double[] projector = gram(q, f.n(), f.k());
    double trace = 0;
    for (int i = 0; i < f.k(); i++) {
      trace += projector[i * f.k() + i];
    }
    assertThat(trace).as("‖U_r·V_rᵀ‖² is the rank").isBetween(rank - CERTIFICATE, rank + CERTIFICATE);

    svd.completedPolarFactor(rank, q);
    certify(f, q);
    double[] identity = gram(q, f.n(), f.k());
    for (int i = 0; i < f.k(); i++) {
      for (int j = 0; j < f.k(); j++) {
        assertThat(Math.abs(identity[i * f.k() + j] - (i == j ? 1 : 0))).isLessThan(CERTIFICATE / f.k());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void rankIsTheNumberOfValuesAboveTheThreshold(Family f) {
    svd.decompose(f.a().clone(), f.n(), f.k());
    int expected = 0;
    for (int i = 0; i < f.k(); i++) {
      expected += svd.singularValues()[i] > 1e-6 * svd.singularValues()[0] ? 1 : 0;
    }
    assertThat(svd.rank(1e-6)).isEqualTo(expected);
    if (f.sigma().length > 0 && (f.rank() == 0 || f.sigma()[f.rank() - 1] > 1e-12 * f.sigma()[0])) {
      assertThat(svd.rank(f.n() * EPS)).isEqualTo(f.rank());
    }
  }

  @Test
  void aLimitOnSweepsEndsTheCallLoudly() {
    Family f = Families.gaussian("Gaussian", 20, 20, 5);
    JacobiSvd impatient = new JacobiSvd(ops, new JacobiSvd.Settings(64, 64, 2));
    assertThatThrownBy(() -> impatient.decompose(f.a(), f.n(), f.k()))
        .isInstanceOf(ConvergenceException.class)
        .hasMessageContaining("2 sweeps");
    assertThatThrownBy(() -> impatient.polarFactor(0, new double[400])).isInstanceOf(IllegalStateException.class);
  }

  private void certify(Family f, double[] q) {
    int k = f.k();
    double nuclear = 0;
    for (int i = 0; i < k; i++) {
      nuclear += svd.singularValues()[i];
    }
    assertThat(new NaiveColumnOps().dot(q, 0, f.a(), 0, f.n() * k)).isGreaterThanOrEqualTo(nuclear * (1 - CERTIFICATE));
    double[] w = new double[k];
    new SymmetricEigen(new NaiveColumnOps()).values(gram(q, f.n(), k), k, w);
    assertThat(Math.sqrt(w[0])).as("‖P‖₂").isLessThanOrEqualTo(1 + CERTIFICATE);
  }

  private static Offset<Double> within(Family f) {
    return Offset.offset(4 * Math.sqrt(f.n()) * EPS * norm(f.a(), f.n() * f.k()));
  }

  private static double norm(double[] x, int n) {
    return Math.sqrt(Arrays.stream(x, 0, n).map(v -> v * v).sum());
  }

  static double[] gram(double[] q, int n, int k) {
    double[] g = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        g[i * k + j] = new NaiveColumnOps().dot(q, i * n, q, j * n, n);
      }
    }
    return g;
  }
}
