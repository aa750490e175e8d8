package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.NonFiniteInputException;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** NaN and infinities anywhere among the addressed entries have one outcome at once: never a finite number. */
class NonFiniteTest {
  /** The large one is for the threads of the CPU; where kernels are interpreted, less must do. */
  private static final int[][] SHAPES =
      Kind.DEVICE.isCuda() ? new int[][] {{9, 14}, {2, 1}} : new int[][] {{9, 14}, {14, 9}, {2, 1}, {150, 260}};

  private static final double[] VALUES =
      Kind.DEVICE.isCuda()
          ? new double[] {Double.NaN, Double.NEGATIVE_INFINITY}
          : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

  /** First, last, and the last of the first row, where a vector's tail may be dropped. */
  private static int[][] places(int rows, int columns) {
    return new int[][] {{0, 0}, {rows - 1, columns - 1}, {0, columns - 1}, {rows / 2, columns / 2}};
  }

  @ParameterizedTest
  @EnumSource
  void theExceptionNamesTheFirstOffender(Kind kind) {
    try (Regularizer r = kind.create(2, NonFinitePolicy.THROW)) {
      for (int[] shape : SHAPES) {
        for (ElementType type : ElementType.values()) {
          Matrix z = Kind.data(shape[0], shape[1]).toMatrix(type);
          Bits before = shape[1] > 1 ? Kind.bits(r, z) : null;
          for (int[] place : places(shape[0], shape[1])) {
            for (double value : VALUES) {
              double entry = z.get(place[0], place[1]);
              z.set(place[0], place[1], value);
              assertNamed(r, z, place);
              z.set(place[0], place[1], entry);
            }
          }
          if (before != null) {
            assertThat(Kind.bits(r, z)).as("usable afterwards").isEqualTo(before);
          }
        }
      }
    }
  }

  private static void assertNamed(Regularizer r, Matrix z, int[] place) {
    NonFiniteInputException e = catchThrowableOfType(NonFiniteInputException.class, () -> Kind.bits(r, z));
    assertThat(e).as("%s at %s", z, Arrays.toString(place)).isNotNull();
    assertThat(e.row()).isEqualTo(place[0]);
    assertThat(e.column()).isEqualTo(place[1]);
    assertThat(e).hasMessageContaining("row " + place[0] + ", column " + place[1]);
    assertThatThrownBy(() -> r.value(z)).isInstanceOf(NonFiniteInputException.class);
    assertThatThrownBy(() -> r.forward(z)).isInstanceOf(NonFiniteInputException.class);
  }

  @ParameterizedTest
  @EnumSource
  void propagationMakesTheValueAndEveryEntryNaN(Kind kind) {
    try (Regularizer r = kind.create(2, NonFinitePolicy.PROPAGATE)) {
      for (int[] shape : SHAPES) {
        for (ElementType type : ElementType.values()) {
          Matrix z = Kind.data(shape[0], shape[1]).toMatrix(type);
          for (int[] place : places(shape[0], shape[1])) {
            for (double value : VALUES) {
              double entry = z.get(place[0], place[1]);
              z.set(place[0], place[1], value);
              assertAllNaN(r, z);
              z.set(place[0], place[1], entry);
            }
          }
        }
      }
    }
  }

  private static void assertAllNaN(Regularizer r, Matrix z) {
    Matrix out = TestMatrix.newMatrix(Tolerance.gradientType(z.type()), z.rows(), z.columns());
    assertThat(r.valueAndGradient(z, out)).isNaN();
    assertThat(Arrays.stream(Reference.values(out)).allMatch(Double::isNaN)).isTrue();
    assertThat(r.value(z)).isNaN();
    try (Evaluation evaluation = r.forward(z)) {
      assertThat(evaluation.value()).isNaN();
      Matrix again = TestMatrix.newMatrix(Tolerance.gradientType(z.type()), z.rows(), z.columns());
      evaluation.gradient(0, again);
      assertThat(Arrays.stream(Reference.values(again)).allMatch(Double::isNaN)).as("upstream 0").isTrue();
      assertThat(evaluation.details()).isNotNull();
    }
  }

  /** Large finite numbers, whose squares or sums overflow, are not infinities; a mean is finite wherever it is representable. */
  @ParameterizedTest
  @EnumSource
  void finiteInputIsNeverTakenForInfinite(Kind kind) {
    for (double size : new double[] {Double.MAX_VALUE, 0x1p600, 0x1p-600, Double.MIN_VALUE}) {
      Matrix z = TestMatrix.of("huge", 9, 5, (i, j) -> (i * j + i + j) % 3 == 0 ? size : -size).toMatrix();
      Reference reference = Reference.of(z);
      boolean meanFits = Double.isFinite(Math.scalb(reference.mean(), reference.exponent()));
      Matrix out = SpectralCertificate.poisoned(ElementType.FLOAT64, 9, 5);
      try (Regularizer r = kind.create(1, NonFinitePolicy.THROW)) {
        double value = r.valueAndGradient(z, out);
        assertThat(Double.isNaN(value)).as("%s of ±%s", kind, size).isFalse();
        // c(Z) itself is beyond the range of double where its fourth powers are.
        boolean quartic = kind == Kind.COVARIANCE || kind == Kind.SUM;
        if (size <= 1 || !quartic) {
          boolean scaleFree = kind == Kind.HINGE || kind == Kind.SVMAX || kind == Kind.MEAN_OF_UNIT_ROWS;
          assertThat(Double.isFinite(value)).isEqualTo(meanFits || scaleFree);
          assertThat(Arrays.stream(Reference.values(out)).allMatch(Double::isFinite)).as("gradient at ±%s", size).isTrue();
        }
      } catch (ArithmeticException refusal) {
        assertThat(kind).as("a forced route may decline a singular matrix").isEqualTo(Kind.MEAN_BY_GRAM_POLAR);
      }
    }
  }
}
