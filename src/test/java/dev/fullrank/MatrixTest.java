package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class MatrixTest {
  @Test
  void rowsOfAPaddedMatrixLieAStrideApart() {
    double[] memory = {Double.NaN, 1, 2, Double.NaN, 3, 4};
    Matrix m = Matrix.of(memory, 1, 2, 2, 3);
    assertThat(m.get(0, 0)).isEqualTo(1);
    assertThat(m.get(1, 1)).isEqualTo(4);
    assertThat(m.transposed().get(1, 0)).isEqualTo(2);
    assertThat(m.rows(1, 2).get(0, 0)).isEqualTo(3);
  }

  @Test
  void aShapeBeyondTheMemoryIsRefusedInLongArithmetic() {
    assertThatThrownBy(() -> Matrix.of(new float[0], 65536, 65536))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("65536×65536")
        .hasMessageContaining("holds 0");
    assertThatThrownBy(() -> Matrix.of(new float[16], 0, 1 << 30, 2, Long.MAX_VALUE / 2))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("too many");
    assertThatThrownBy(() -> Matrix.of(MemorySegment.NULL, ElementType.FLOAT16, 0, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void overlappingRowsAreRefused() {
    assertThatThrownBy(() -> Matrix.of(new double[100], 0, 3, 5, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 5");
  }
}
