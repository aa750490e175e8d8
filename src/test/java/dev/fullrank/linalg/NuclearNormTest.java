package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.RankPolicy;
import dev.fullrank.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Choice of route, certificate and fall-back, on the naive operations. */
class NuclearNormTest {
  private static final double FLOAT_TOLERANCE = 2e-6;

  private final NaiveOps ops = new NaiveOps();
  private final NuclearNorm<double[]> norm = new NuclearNorm<>(ops, new NaiveColumnOps());

  private static NuclearNorm.Request request(Route route, double tolerance) {
    return new NuclearNorm.Request(route, RankPolicy.MINIMAL_NORM, tolerance);
  }

  /** diag(σ) hidden by H = I − (2/n)·J on both sides; n a power of two, so that H is exact. */
  private static Operand hidden(double[] sigma, int b, int d) {
    double[] e = new double[b * d];
    double sum = 0;
    for (double s : sigma) {
      sum += s;
    }
    for (int i = 0; i < b; i++) {
      for (int j = 0; j < d; j++) {
        double diagonal = i == j && i < sigma.length ? sigma[i] : 0;
        double left = i < sigma.length ? sigma[i] : 0;
        double right = j < sigma.length ? sigma[j] : 0;
        e[i * d + j] = diagonal - 2.0 / d * left - 2.0 / b * right + 4.0 / b / d * sum;
      }
    }
    return new Operand().set(Matrix.of(e, b, d), null, null);
  }

  private static double[] geometric(int count, double condition) {
    double[] sigma = new double[count];
    for (int i = 0; i < count; i++) {
      sigma[i] = Math.pow(condition, -i / (count - 1.0));
    }
    return sigma;
  }

  private static double squaredNorm(double[] sigma) {
    double sum = 0;
    for (double s : sigma) {
      sum += s * s;
    }
    return sum;
  }

  private static double sum(double[] sigma) {
    double sum = 0;
    for (double s : sigma) {
      sum += s;
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"10, GRAM_POLAR", "1e3, GRAM_POLAR", "1e4, GRAM_POLAR", "1e7, JACOBI", "1e12, JACOBI"})
  void atFloatToleranceTheConditionDecides(double condition, Route expected) {
    double[] sigma = geometric(16, condition);
    for (int[] shape : new int[][] {{16, 32}, {32, 16}, {16, 16}}) {
      Operand y = hidden(sigma, shape[0], shape[1]);
      norm.compute(y, squaredNorm(sigma), request(Route.AUTO, FLOAT_TOLERANCE));
      boolean square = shape[0] == shape[1];
      assertThat(norm.route()).isEqualTo(square && expected == Route.JACOBI ? Route.NEWTON : expected);
      assertThat(norm.lower()).isLessThanOrEqualTo(sum(sigma) * (1 + 1e-15));
      assertThat(norm.upper()).isGreaterThanOrEqualTo(sum(sigma) * (1 - 1e-15));
      assertThat(norm.upper() - norm.lower()).isLessThan(1e-4 * sum(sigma));
      assertCertificate(y, FLOAT_TOLERANCE);
    }
  }

  @Test
  void atDoubleToleranceMostConditionNumbersNeedTheReference() {
    double[] sigma = geometric(16, 1e3);
    Operand y = hidden(sigma, 16, 32);
    norm.compute(y, squaredNorm(sigma), request(Route.AUTO, 1e-11));
    assertThat(norm.route()).isEqualTo(Route.JACOBI);
    assertCertificate(y, 1e-11);
  }

  /** The sum to the rounding of the entries, and the certificate, at condition numbers that a Gram matrix does not survive. */
  @ParameterizedTest
  @ValueSource(doubles = {1e2, 1e4, 1e8, 1e12})
  void aSquareMatrixTakesNewtonSteps(double condition) {
    double[] sigma = geometric(16, condition);
    Operand y = hidden(sigma, 16, 16);
    norm.compute(y, squaredNorm(sigma), request(Route.AUTO, 1e-11));
    assertThat(norm.route()).isEqualTo(Route.NEWTON);
    assertThat(Math.abs(norm.sum() - sum(sigma))).isLessThan(64 * 0x1p-52);
    assertThat(norm.lower()).isLessThanOrEqualTo(sum(sigma) + 64 * 0x1p-52);
    assertThat(norm.upper()).isGreaterThanOrEqualTo(sum(sigma) - 64 * 0x1p-52);
    assertCertificate(y, 1e-11);
  }

  /** UVᵀ is ill conditioned by 2/(σ_{k−1} + σ_k): the two routes may differ by some roundings times that. */
  @Test
  void newtonAndJacobiAgreeOnThePolarFactor() {
    double[] sigma = geometric(16, 1e3);
    Operand y = hidden(sigma, 16, 16);
    double[] byNewton = gradientBy(Route.NEWTON, y, sigma);
    double[] byJacobi = gradientBy(Route.JACOBI, y, sigma);
    for (int i = 0; i < byNewton.length; i++) {
      assertThat(Math.abs(byNewton[i] - byJacobi[i])).isLessThan(64 * 0x1p-52 * 1e3);
    }
  }

  private double[] gradientBy(Route route, Operand y, double[] sigma) {
    double[] g = new double[y.rows() * y.columns()];
    norm.compute(y, squaredNorm(sigma), request(route, 1e-11));
    norm.gradient(y, 1, false, new double[0], Matrix.of(g, y.rows(), y.columns()));
    return g;
  }

  @Test
  void newtonRefusesWhatIsNotSquareOrMayBeSingular() {
    double[] sigma = geometric(16, 10);
    assertThatThrownBy(() -> norm.compute(hidden(sigma, 16, 32), squaredNorm(sigma), request(Route.NEWTON, 1e-11)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("NEWTON");
    double[] deficient = geometric(16, 10);
    deficient[15] = 1e-16;
    assertThatThrownBy(() -> norm.compute(hidden(deficient, 16, 16), squaredNorm(deficient), request(Route.NEWTON, 1e-11)))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aDeficientMatrixWithAGapTakesTheEigenvalueRoute() {
    double[] sigma = geometric(15, 4);
    Operand y = hidden(sigma, 32, 16);
    norm.compute(y, squaredNorm(sigma), request(Route.AUTO, FLOAT_TOLERANCE));
    assertThat(norm.route()).isEqualTo(Route.GRAM_EIGEN);
    assertThat(norm.rank()).isEqualTo(15);
    assertThat(norm.lower()).isLessThanOrEqualTo(sum(sigma));
    assertThat(norm.upper()).isGreaterThanOrEqualTo(sum(sigma));
    assertCertificate(y, FLOAT_TOLERANCE);
  }

  @Test
  void theZeroMatrixHasAZeroGradient() {
    Operand y = new Operand().set(Matrix.of(new double[12], 3, 4), null, null);
    for (Route route : new Route[] {Route.AUTO, Route.GRAM_EIGEN, Route.JACOBI}) {
      norm.compute(y, 0, request(route, FLOAT_TOLERANCE));
      assertThat(norm.sum()).isZero();
      assertThat(norm.rank()).isZero();
      assertThat(gradient(y)).containsOnly(0);
    }
  }

  @Test
  void aWrongGramMatrixFailsTheCertificate() {
    NaiveOps broken = new NaiveOps() {
      @Override
      public void gramOfRows(Operand y, double[] g, Precision precision) {
        super.gramOfRows(y, g, precision);
        double last = y.get(0, y.columns() - 1);
        g[0] -= last * last;
      }
    };
    NuclearNorm<double[]> distrustful = new NuclearNorm<>(broken, new NaiveColumnOps());
    double[] sigma = geometric(16, 10);
    Operand y = hidden(sigma, 16, 32);
    assertThatThrownBy(() -> distrustful.compute(y, squaredNorm(sigma), request(Route.GRAM_POLAR, FLOAT_TOLERANCE)))
        .isInstanceOf(ArithmeticException.class);
    distrustful.compute(y, squaredNorm(sigma), request(Route.AUTO, FLOAT_TOLERANCE));
    assertThat(distrustful.route()).isNotEqualTo(Route.GRAM_POLAR);
  }

  /** Operations that spoil polynomials of matrices, if wanted, and count them. */
  private static final class Polynomials extends NaiveOps {
    double error;
    int count;

    @Override
    public void chebyshev(double[] a, ChebyshevSeries p, double[] f) {
      super.chebyshev(a, p, f);
      f[0] *= 1 + error;
      count++;
    }
  }

  private static Operand rounded(Operand y) {
    float[] values = new float[y.rows() * y.columns()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) y.get(i / y.columns(), i % y.columns());
    }
    return new Operand().set(Matrix.of(values, y.rows(), y.columns()), null, null);
  }

  @ParameterizedTest
  @CsvSource({"1, true", "1.5, true", "3, true", "4, false", "100, false"})
  void aPolynomialServesWellConditionedFloats(double condition, boolean expected) {
    double[] sigma = geometric(64, condition);
    for (int[] shape : new int[][] {{64, 128}, {128, 64}, {64, 64}}) {
      Polynomials counting = new Polynomials();
      NuclearNorm<double[]> counted = new NuclearNorm<>(counting, new NaiveColumnOps());
      Operand y = rounded(hidden(sigma, shape[0], shape[1]));
      counted.compute(y, squaredNorm(sigma), request(Route.AUTO, FLOAT_TOLERANCE));
      assertThat(counting.count).isEqualTo(expected ? 1 : 0);
      assertThat(counted.route()).isEqualTo(Route.GRAM_POLAR);
      assertThat(Math.abs(counted.sum() / sum(sigma) - 1)).isLessThan(4e-7);
      assertThat(counted.lower()).isLessThanOrEqualTo(sum(sigma) * (1 + 1e-7)); // the entries were rounded
      assertThat(counted.upper()).isGreaterThanOrEqualTo(sum(sigma) * (1 - 1e-7));
      assertThat(counted.upper() - counted.lower()).isLessThan(1e-5 * sum(sigma));
    }
  }

  @Test
  void aPolynomialThatIsNotAccurateEnoughGivesWayToTheRationalFunction() {
    double[] sigma = geometric(64, 2);
    Operand y = rounded(hidden(sigma, 64, 128));
    Polynomials polynomials = new Polynomials();
    NuclearNorm<double[]> norm = new NuclearNorm<>(polynomials, new NaiveColumnOps());
    norm.compute(y, squaredNorm(sigma), request(Route.AUTO, 1e-8));
    assertThat(polynomials.count).as("more is asked for").isZero();
    double sum = norm.sum();
    polynomials.error = 1e-5;
    norm.compute(y, squaredNorm(sigma), request(Route.GRAM_POLAR, FLOAT_TOLERANCE));
    assertThat(polynomials.count).as("tried").isEqualTo(1);
    assertThat(Math.abs(norm.sum() / sum - 1)).isLessThan(1e-14);
    polynomials.error = 0;
    norm.compute(y, squaredNorm(sigma), request(Route.AUTO, FLOAT_TOLERANCE));
    Operand doubles = hidden(sigma, 64, 128);
    norm.compute(doubles, squaredNorm(sigma), request(Route.AUTO, FLOAT_TOLERANCE));
    assertThat(polynomials.count).as("not for binary64").isEqualTo(2);
  }

  @Test
  void smallMatricesNeedNoPolynomial() {
    double[] sigma = geometric(32, 2);
    Polynomials polynomials = new Polynomials();
    Operand y = rounded(hidden(sigma, 32, 64));
    new NuclearNorm<>(polynomials, new NaiveColumnOps()).compute(y, squaredNorm(sigma), request(Route.AUTO, FLOAT_TOLERANCE));
    assertThat(polynomials.count).isZero();
  }

  @Test
  void valuesAloneTakeTheTridiagonalRouteWhereItIsAccurateEnough() {
    double[] sigma = geometric(16, 1e5);
    Operand y = hidden(sigma, 16, 32);
    norm.computeValue(y, squaredNorm(sigma), ElementType.FLOAT32, request(Route.AUTO, FLOAT_TOLERANCE));
    assertThat(norm.route()).isEqualTo(Route.TRIDIAGONAL);
    assertThat(Math.abs(norm.sum() - sum(sigma))).isLessThan(1e-7);
    norm.computeValue(y, squaredNorm(sigma), ElementType.FLOAT64, request(Route.AUTO, 1e-11));
    assertThat(norm.route()).isEqualTo(Route.JACOBI);
    assertThat(Math.abs(norm.sum() - sum(sigma))).isLessThan(1e-14);
  }

  private double[] gradient(Operand y) {
    double[] g = new double[y.rows() * y.columns()];
    norm.gradient(y, 1, false, new double[0], Matrix.of(g, y.rows(), y.columns()));
    return g;
  }

  /** ⟨G, Y⟩ ≥ ‖Y‖_*·(1 − δ) and ‖G‖₂ ≤ 1 + δ, the latter by the reference decomposition. */
  private void assertCertificate(Operand y, double tolerance) {
    double[] g = gradient(y);
    double inner = 0;
    for (int i = 0; i < g.length; i++) {
      inner += g[i] * y.get(i / y.columns(), i % y.columns());
    }
    assertThat(inner).isGreaterThan(norm.sum() * (1 - tolerance));
    JacobiSvd svd = new JacobiSvd(new NaiveColumnOps());
    double[] tall = new double[g.length];
    boolean wide = y.rows() <= y.columns();
    Matrix view = Matrix.of(g, y.rows(), y.columns());
    ops.store(
        new Operand().set(wide ? view : view.transposed(), null, null),
        Matrix.of(tall, Math.min(y.rows(), y.columns()), Math.max(y.rows(), y.columns())));
    svd.decompose(tall, Math.max(y.rows(), y.columns()), Math.min(y.rows(), y.columns()));
    assertThat(svd.singularValues()[0]).isLessThan(1 + tolerance);
  }

  @Test
  void valuesOnlyAreNoGradient() {
    Operand y = hidden(new double[] {1, 1}, 2, 2);
    assertThatThrownBy(() -> norm.compute(y, 2, request(Route.TRIDIAGONAL, 1e-11))).hasMessageContaining("TRIDIAGONAL");
  }
}
