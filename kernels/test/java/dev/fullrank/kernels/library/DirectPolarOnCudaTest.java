package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.Details;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.NonFiniteInputException;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.kernels.standin.StandIn;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Polynomials of the matrix itself, which {@link Route#NEWTON} asks for at any size. */
class DirectPolarOnCudaTest {
  private final StandIn standIn = StandIn.fresh();

  private static MeanSingularValue.Builder newton() {
    return MeanSingularValue.builder().device(GPU).route(Route.NEWTON);
  }

  private static Matrix zeros(ElementType type, int rows, int columns) {
    return Matrix.of(MemorySegment.ofArray(new byte[rows * columns * type.bytes()]), type, rows, columns);
  }

  /** H_b·diag(σ)·H_d with Householder matrices I − (2/n)·J, exact for n a power of two, and σ_i = κ^(−i/(k−1)). */
  private static Matrix hidden(ElementType type, int rows, int columns, double condition) {
    int k = Math.min(rows, columns);
    Matrix z = zeros(type, rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          sum += reflector(rows, i, l) * sigma(l, k, condition) * reflector(columns, l, j);
        }
        z.set(i, j, sum);
      }
    }
    return z;
  }

  private static double reflector(int n, int i, int j) {
    return (i == j ? 1 : 0) - 2.0 / n;
  }

  private static double sigma(int i, int k, double condition) {
    return Math.pow(condition, -i / Math.max(1.0, k - 1));
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 16, 16, 10", "FLOAT32, 16, 32, 10", "FLOAT32, 32, 16, 10", "FLOAT32, 16, 16, 1e5", "FLOAT32, 8, 16, 1e5", "FLOAT32, 16, 8, 1e5",
    "BFLOAT16, 16, 8, 30", "FLOAT16, 8, 8, 30", "FLOAT32, 1, 4, 1", "FLOAT32, 4, 1, 1",
  })
  void valueAndGradientAreThoseOfTheReference(ElementType type, int rows, int columns, double condition) {
    Matrix z = hidden(type, rows, columns, condition);
    Matrix exact = Matrix.of(new double[rows * columns], rows, columns);
    for (int i = 0; i < rows * columns; i++) {
      exact.set(i / columns, i % columns, z.get(i / columns, i % columns));
    }
    Matrix expected = zeros(ElementType.FLOAT64, rows, columns);
    Matrix g = zeros(ElementType.FLOAT64, rows, columns);
    int k = Math.min(rows, columns);
    try (Regularizer reference = MeanSingularValue.builder().route(Route.JACOBI).build();
        Regularizer r = newton().build();
        Evaluation evaluation = r.forward(z)) {
      double value = reference.valueAndGradient(exact, expected);
      // what is left of an error of the polar factor of 4·10⁻⁶ is its square
      assertThat(evaluation.value() / value).isBetween(1 - 1e-10, 1 + 1e-10);
      Details.Spectral details = (Details.Spectral) evaluation.details();
      assertThat(details.route()).isEqualTo(Route.NEWTON);
      assertThat(details.rank()).isEqualTo(k);
      assertThat(value).isBetween(details.lower(), details.upper());
      assertThat(details.upper() / details.lower()).isLessThan(1 + 8e-6);
      evaluation.gradient(k, g);
    }
    double distance = 0;
    for (int i = 0; i < rows * columns; i++) {
      double error = g.get(i / columns, i % columns) - k * expected.get(i / columns, i % columns);
      distance += error * error;
    }
    assertThat(Math.sqrt(distance)).isLessThan(4e-6);
    standIn.expectNoFault();
  }

  /** Seven steps where the condition number is moderate, and seven more; the last combine of each is that of the certificate. */
  @Test
  void moreStepsAreTakenWhereTheConditionAsksForThem() {
    assertThat(combinations(30)).isEqualTo(7 + 1);
    assertThat(combinations(1e5)).isEqualTo(2 * (7 + 1));
  }

  private long combinations(double condition) {
    long before = standIn.launches("combine");
    try (Regularizer r = newton().build()) {
      r.value(hidden(ElementType.FLOAT32, 8, 8, condition));
    }
    return standIn.launches("combine") - before;
  }

  @Test
  void whatCannotBeCertifiedIsRefused() {
    Matrix easy = hidden(ElementType.FLOAT32, 8, 16, 3);
    Matrix singular = zeros(ElementType.FLOAT32, 8, 16);
    for (int j = 0; j < 16; j++) {
      singular.set(j % 7, j, 1);
    }
    try (Regularizer r = newton().build()) {
      double value = r.value(easy);
      assertThatThrownBy(() -> r.value(singular)).isInstanceOf(ArithmeticException.class).hasMessageContaining("NEWTON").hasMessageContaining("8×16");
      assertThatThrownBy(() -> r.value(zeros(ElementType.FLOAT32, 8, 16))).isInstanceOf(ArithmeticException.class);
      assertThat(r.value(easy)).isEqualTo(value);
    }
  }

  @Test
  void aWrongProductIsNotBelieved() {
    Matrix z = hidden(ElementType.FLOAT32, 8, 8, 10);
    standIn.syrkIsWrong(true);
    try (Regularizer r = newton().build()) {
      assertThatThrownBy(() -> r.value(z)).isInstanceOf(ArithmeticException.class);
      standIn.syrkIsWrong(false);
      assertThat(r.value(z)).isGreaterThan(0);
    }
  }

  @Test
  void whatIsNotFiniteIsNamedOrPassedOn() {
    Matrix z = hidden(ElementType.FLOAT32, 8, 8, 10);
    z.set(3, 5, Double.NaN);
    Matrix g = zeros(ElementType.FLOAT32, 8, 8);
    try (Regularizer r = newton().build();
        Regularizer passing = newton().nonFinite(NonFinitePolicy.PROPAGATE).build()) {
      assertThatThrownBy(() -> r.value(z)).isInstanceOf(NonFiniteInputException.class).hasMessageContaining("3");
      assertThat(passing.valueAndGradient(z, g)).isNaN();
      assertThat(g.get(0, 0)).isNaN();
    }
  }

  @Test
  void listsGoOneByOneWithTheBitsOfSingleCalls() {
    Matrix[] z = {hidden(ElementType.FLOAT32, 8, 8, 10), hidden(ElementType.FLOAT32, 8, 16, 30)};
    try (Regularizer r = newton().build()) {
      double[] values = {r.value(z[0]), r.value(z[1])};
      Matrix[] g = {zeros(ElementType.FLOAT32, 8, 8), zeros(ElementType.FLOAT32, 8, 16)};
      double[] together = new double[2];
      r.valuesAndGradients(List.of(z), List.of(g), together);
      assertThat(together).isEqualTo(values);
      assertThat(g[1].get(0, 0)).isNotZero();
    }
    assertThat(standIn.launched()).doesNotContain("batch_polar");
  }
}
