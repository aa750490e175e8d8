package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  /** Rows 1 GiB apart in a sparse file of more than 4 GiB: byte offsets beyond int, in reading and in writing. */
  @Test
  @Tag("single")
  void aMappedFileBeyondFourGibibytesIsReadAndWritten(@TempDir Path folder) throws IOException {
    long gibibyte = 1L << 28;
    float[] values = {3, 1, 0, -2, 1, 1, 5, 2, 0, 1, -1, 4};
    try (Arena arena = Arena.ofShared();
        FileChannel file = FileChannel.open(
            folder.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      MemorySegment mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, (gibibyte + 1024) * 4 * Float.BYTES, arena);
      Matrix z = Matrix.of(mapped, ElementType.FLOAT32, gibibyte, 4, 3, gibibyte - 100);
      Matrix gap = Matrix.of(mapped, ElementType.FLOAT32, gibibyte + 64, 4, 3, gibibyte - 100);
      Matrix far = Matrix.of(mapped, ElementType.FLOAT32, 4 * gibibyte, 4, 3, 3);
      for (int i = 0; i < values.length; i++) {
        z.set(i / 3, i % 3, values[i]);
      }
      float[] expected = new float[12];
      double value = MeanSingularValue.builder().build().valueAndGradient(Matrix.of(values, 4, 3), Matrix.of(expected, 4, 3));
      try (MeanSingularValue r = MeanSingularValue.builder().build(); Evaluation e = r.forward(z)) {
        assertThat(e.value()).isEqualTo(value);
        e.gradient(1, far);
      }
      for (int i = 0; i < values.length; i++) {
        assertThat(far.get(i / 3, i % 3)).isEqualTo(expected[i]);
        assertThat(gap.get(i / 3, i % 3)).isZero();
      }
    }
  }
}
