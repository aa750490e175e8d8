package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.ElementType;
import dev.fullrank.Layout;
import dev.fullrank.Matrix;
import dev.fullrank.Samples;
import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.ColumnWindow;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of floats, wherever they lie, against the same numbers column by column, which take the way of all other matrices. */
class FloatStripeTest {
  private static final int PADDING = 5;

  private final CpuColumns columns = CpuColumns.create(1);

  /** The same shape in every kind of memory whose rows are runs of floats; all other memory holds NaN. */
  private static Map<String, Matrix> memories(int b, int d) {
    int floats = PADDING + b * (d + PADDING);
    float[] padded = new float[floats];
    Arrays.fill(padded, Float.NaN);
    float[] shifted = new float[floats + 1];
    ByteBuffer swapped = ByteBuffer.allocate(4 * floats).order(ByteOrder.BIG_ENDIAN);
    MemorySegment offHeap = Arena.ofAuto().allocate(4L * floats, 4);
    Map<String, Matrix> memories = new LinkedHashMap<>();
    memories.put("dense array", Matrix.of(new float[b * d], b, d));
    memories.put("padded array", Matrix.of(padded, PADDING, b, d, d + PADDING));
    memories.put(
        "array off its grid",
        Matrix.of(MemorySegment.ofArray(shifted).asSlice(2), ElementType.FLOAT32, PADDING, b, d, d + PADDING));
    memories.put("swapped bytes", Matrix.of(swapped, ElementType.FLOAT32, PADDING, b, d, d + PADDING));
    memories.put("off the heap", Matrix.of(offHeap, ElementType.FLOAT32, PADDING, b, d, d + PADDING));
    return memories;
  }

  private static Matrix memory(String where, int b, int d) {
    return Objects.requireNonNull(memories(b, d).get(where));
  }

  private static void fill(Matrix m, double[][] values) {
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[i].length; j++) {
        m.set(i, j, values[i][j]);
      }
    }
  }

  /** With several stripes, pieces, chunks and blocks, whole ones and not. */
  @ParameterizedTest
  @CsvSource({"2, 1", "3, 7", "9, 130", "33, 1025", "70, 4100", "130, 3000", "1300, 129", "5000, 37"})
  void everyMemoryGivesTheBitsOfTheGeneralWay(int b, int d) {
    double[][] values = Samples.uneven(b + 7L * d, b, d);
    Matrix general = Layout.COLUMN_MAJOR.of(ElementType.FLOAT32, values);
    Matrix expected = Layout.COLUMN_MAJOR.empty(ElementType.FLOAT32, b, d);
    ColumnMoments reference = new ColumnMoments();
    columns.moments(general, reference);
    double[] factors = new Random(d).doubles(ColumnWindow.padded(d)).toArray();
    Arrays.fill(factors, Math.min(128, d), Math.min(256, factors.length), 0); // a window that is dead
    columns.deviations(general, reference, factors, expected);
    double[][] bits = Layout.values(expected);
    Map<String, Matrix> outs = memories(b, d);
    memories(b, d)
        .forEach(
            (where, z) -> {
              fill(z, values);
              ColumnMoments m = new ColumnMoments();
              columns.moments(z, m);
              for (int j = 0; j < d; j++) {
                assertThat(m.mean(j)).as("mean %d, %s", j, where).isEqualTo(reference.mean(j));
                assertThat(m.sumOfSquares(j)).as("squares %d, %s", j, where).isEqualTo(reference.sumOfSquares(j));
              }
              outs.forEach(
                  (to, out) -> {
                    columns.fill(Double.NaN, out);
                    columns.deviations(z, m, factors, out);
                    assertThat(Layout.values(out)).as("from %s to %s", where, to).isDeepEqualTo(bits);
                  });
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void theSameBitsHoweverRowsAreShared(int threads) {
    CpuColumns shared = new CpuColumns(KernelChoice.get().kernels(), new Parallel(threads, 0));
    for (int[] shape : new int[][] {{5000, 37}, {300, 1100}, {40, 9000}}) {
      Matrix z = memory("padded array", shape[0], shape[1]);
      fill(z, Samples.uneven(1, shape[0], shape[1]));
      ColumnMoments alone = new ColumnMoments();
      ColumnMoments together = new ColumnMoments();
      columns.moments(z, alone);
      double[] factors = new Random(3).doubles(ColumnWindow.padded(shape[1])).toArray();
      Matrix expected = Matrix.of(new float[shape[0] * shape[1]], shape[0], shape[1]);
      columns.deviations(z, alone, factors, expected);
      for (int run = 0; run < 5; run++) {
        shared.moments(z, together);
        for (int j = 0; j < shape[1]; j++) {
          assertThat(together.sumOfSquares(j)).isEqualTo(alone.sumOfSquares(j));
          assertThat(together.mean(j)).isEqualTo(alone.mean(j));
        }
        Matrix out = Matrix.of(new float[shape[0] * shape[1]], shape[0], shape[1]);
        shared.deviations(z, together, factors, out);
        assertThat(out.segment().mismatch(expected.segment())).isEqualTo(-1);
      }
    }
  }

  /** An outlier in row 0 makes one window go twice; the ones beside it go once. */
  @ParameterizedTest
  @ValueSource(ints = {0, 130, 299})
  void aColumnThatCancelsIsTakenInAgainAndNoOtherIsHarmed(int column) {
    int b = 40_000;
    Matrix z = Matrix.of(new float[b * 300], b, 300);
    Random random = new Random(2);
    for (int i = 0; i < b; i++) {
      for (int j = 0; j < 300; j++) {
        z.set(i, j, j == column && i == 0 ? 1e6 : 1e-3 * random.nextGaussian());
      }
    }
    ColumnMoments m = new ColumnMoments();
    columns.moments(z, m);
    for (int j = 0; j < 300; j += j == column ? 1 : 13) {
      double mean = 0;
      for (int i = 0; i < b; i++) {
        mean += z.get(i, j) / b;
      }
      double squares = 0;
      for (int i = 0; i < b; i++) {
        squares += (z.get(i, j) - mean) * (z.get(i, j) - mean);
      }
      assertThat(Math.abs(m.sumOfSquares(j) / squares - 1)).as("column %d", j).isLessThan(1e-12);
    }
    assertThat(Math.abs(m.mean(column) * b / 1e6 - 1)).isLessThan(1e-5);
  }

  /** What is not needed is not read: the values of dead windows may be anything by then. */
  @ParameterizedTest
  @ValueSource(strings = {"dense array", "off the heap"})
  void windowsWithoutAFactorAreNotRead(String where) {
    Matrix z = memory(where, 20, 500);
    fill(z, Samples.normal(4, 20, 500, 1, 0));
    ColumnMoments m = new ColumnMoments();
    columns.moments(z, m);
    double[] factors = new double[ColumnWindow.padded(500)];
    Arrays.fill(factors, 128, 256, 1);
    Matrix out = memory(where, 20, 500);
    Matrix expected = Matrix.of(new float[20 * 500], 20, 500);
    columns.deviations(z, m, factors, expected);
    for (int i = 0; i < 20; i++) {
      for (int j = 0; j < 500; j++) {
        out.set(i, j, Double.NaN);
        z.set(i, j, j >= 128 && j < 256 ? z.get(i, j) : Double.NaN);
      }
    }
    columns.deviations(z, m, factors, out);
    assertThat(Layout.values(out)).isDeepEqualTo(Layout.values(expected));
    assertThat(out.get(3, 130)).isNotZero();
    assertThat(out.get(3, 300)).isZero();
  }
}
