package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.NonFinitePolicy;
import dev.fullrank.Regularizer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing twice is harmless, use after closing is an {@link IllegalStateException}, and nothing else breaks an instance. */
class LifecycleTest {
  private final Matrix z = Kind.data(7, 12).toMatrix();

  @ParameterizedTest
  @EnumSource
  void aClosedRegularizerRefusesEveryUse(Kind kind) {
    Regularizer r = kind.create();
    Kind.bits(r, z);
    r.close();
    assertThatCode(r::close).doesNotThrowAnyException();
    assertThatThrownBy(() -> r.value(z)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> r.forward(z)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Kind.bits(r, z)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aClosedEvaluationRefusesEveryUse(Kind kind) {
    Matrix out = TestMatrix.newMatrix(ElementType.FLOAT64, 7, 12);
    try (Regularizer r = kind.create()) {
      Evaluation evaluation = r.forward(z);
      evaluation.close();
      assertThatCode(evaluation::close).doesNotThrowAnyException();
      assertThatThrownBy(evaluation::value).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(evaluation::details).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> evaluation.gradient(1, out)).isInstanceOf(IllegalStateException.class);
      assertThat(Kind.bits(r, z)).isEqualTo(Kind.bits(kind.create(), z));
    }
  }

  @ParameterizedTest
  @EnumSource
  void evaluationsOfOneRegularizerDoNotDisturbEachOther(Kind kind) {
    Matrix other = Kind.data(9, 8).toMatrix();
    try (Regularizer r = kind.create(); Evaluation first = r.forward(z); Evaluation second = r.forward(other)) {
      Matrix out = TestMatrix.newMatrix(ElementType.FLOAT64, 7, 12);
      first.gradient(1, out);
      assertThat(new Bits(first.value(), out)).isEqualTo(Kind.bits(kind.create(), z));
      Matrix otherOut = TestMatrix.newMatrix(ElementType.FLOAT64, 9, 8);
      second.gradient(1, otherOut);
      assertThat(new Bits(second.value(), otherOut)).isEqualTo(Kind.bits(kind.create(), other));
    }
  }

  /** A workspace that has seen larger and smaller matrices and other types gives the bits of a fresh one. */
  @ParameterizedTest
  @EnumSource
  void shapesAndTypesMayAlternate(Kind kind) {
    int[][] shapes = {{7, 12}, {40, 3}, {3, 40}, {64, 65}, {2, 2}, {7, 12}};
    try (Regularizer r = kind.create(2, NonFinitePolicy.THROW)) {
      for (int[] shape : shapes) {
        for (ElementType type : ElementType.values()) {
          Matrix data = Kind.data(shape[0], shape[1]).toMatrix(type);
          try (Regularizer fresh = kind.create(2, NonFinitePolicy.THROW)) {
            assertThat(Kind.bits(r, data)).as("%s", data).isEqualTo(Kind.bits(fresh, data));
            assertThat(r.value(data)).as("%s", data).isEqualTo(fresh.value(data));
          }
        }
      }
    }
  }
}
