package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packing and storing for every type, byte order and layout: exact, complete, and nothing else touched. */
class PanelsTest {
  private static final List<ByteOrder> ORDERS = List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
  private static final Kernels KERNELS = KernelChoice.get().kernels();
  private static final int[][] SHAPES = {{1, 1}, {1, 9}, {9, 1}, {4, 7}, {13, 11}, {3, 1030}, {1030, 2}};

  @ParameterizedTest
  @EnumSource
  void packsEveryElementAndPadsWithZeros(ElementType type) {
    for (Layout layout : Layout.values()) {
      for (ByteOrder order : ORDERS) {
        for (int[] shape : SHAPES) {
          for (int variant = 0; variant < 4; variant++) {
            double[] scale = variant % 2 == 0 ? null : Naive.random(shape[0], 1);
            double[] shift = variant / 2 == 0 ? null : Naive.random(shape[1], 2);
            Operand y = new Operand().set(layout.random(type, order, shape[0], shape[1], 3), scale, shift);
            for (int width : new int[] {4, 12, 16, 64}) {
              assertPacked(y, true, width);
              assertPacked(y, false, width);
            }
          }
        }
      }
    }
  }

  private static void assertPacked(Operand y, boolean rowsAreLanes, int width) {
    int allLanes = rowsAreLanes ? y.rows() : y.columns();
    int allDepths = rowsAreLanes ? y.columns() : y.rows();
    for (int cut = 0; cut < Math.min(2, Math.min(allLanes, allDepths)); cut++) {
      int lanes = allLanes - cut;
      int depths = allDepths - cut;
      PackedMatrix packed = new PackedMatrix(KERNELS);
      packed.reserve(width, lanes, depths);
      Arrays.fill(packed.values(), Double.NaN);
      new Packer(new Panels()).pack(y, rowsAreLanes, cut, lanes, cut, depths, packed, 0);
      int even = depths + depths % 2;
      for (int lane = 0; lane < Blocking.roundUp(lanes, width); lane++) {
        for (int k = 0; k < even; k++) {
          double expected = 0;
          if (lane < lanes && k < depths) {
            expected = rowsAreLanes ? y.get(cut + lane, cut + k) : y.get(cut + k, cut + lane);
          }
          double got = packed.values()[packed.offset(lane, k)];
          if (got != expected) {
            assertThat(got).as("%s lane %d depth %d width %d", y.matrix(), lane, k, width).isEqualTo(expected);
          }
        }
      }
    }
  }

  @Test
  void squareMatricesAreReadBackFromPanels() {
    int lanes = 11;
    int depths = 7;
    double[] a = Naive.random(lanes * depths, 1);
    double[] line = new double[12];
    for (int width : new int[] {4, 12, 16, 64}) {
      PackedMatrix rows = new PackedMatrix(KERNELS);
      rows.reserve(width, lanes, depths);
      rows.packRows(a, 0, depths, 0, lanes, 0, depths, -2);
      PackedMatrix columns = new PackedMatrix(KERNELS);
      columns.reserve(width, depths, lanes);
      columns.packColumns(a, 0, depths, 0, depths, 0, lanes, -2);
      for (int i = 0; i < lanes; i++) {
        rows.getLane(i, line, depths);
        for (int k = 0; k < depths; k++) {
          assertThat(line[k]).isEqualTo(-2 * a[i * depths + k]);
        }
        columns.getDepth(i, line, depths);
        for (int k = 0; k < depths; k++) {
          assertThat(line[k]).isEqualTo(-2 * a[i * depths + k]);
        }
      }
    }
  }

  @Test
  void lanesAreCopiedBetweenPanelsOfTwoWidths() {
    for (int lanes : new int[] {1, 4, 11, 12, 13, 48, 50}) {
      for (int depth : new int[] {1, 6}) {
        for (int[] widths : new int[][] {{16, 12}, {4, 8}, {64, 12}}) {
          PackedMatrix from = new PackedMatrix(KERNELS);
          from.reserve(widths[0], lanes, depth);
          from.packRows(Naive.random(lanes * depth, 1), 0, depth, 0, lanes, 0, depth, 1);
          PackedMatrix to = new PackedMatrix(KERNELS);
          to.reserve(widths[1], lanes, depth);
          Arrays.fill(to.values(), Double.NaN);
          to.copyLanes(from, 0, lanes);
          for (int lane = 0; lane < Blocking.roundUp(lanes, widths[1]); lane++) {
            for (int k = 0; k < Blocking.roundUp(depth, 2); k++) {
              double expected = lane < lanes ? from.values()[from.offset(lane, k)] : 0;
              assertThat(to.values()[to.offset(lane, k)]).isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void storesRoundedOnceAndTouchesNothingElse(ElementType type) {
    for (Layout layout : Layout.values()) {
      for (ByteOrder order : ORDERS) {
        for (int[] shape : SHAPES) {
          int rows = shape[0];
          int columns = shape[1];
          byte[] memory = layout.memory(type, rows, columns);
          Matrix out = layout.poisoned(memory, type, order, rows, columns);
          byte[] twinMemory = layout.memory(type, rows, columns);
          Matrix twin = layout.poisoned(twinMemory, type, order, rows, columns);
          int ld = columns + 2;
          double[] block = Naive.random(3 + rows * ld, 5);
          int skipped = Math.min(1, Math.min(rows, columns) - 1);
          new Panels().store(block, 3, ld, out, skipped, rows - skipped, skipped, columns - skipped);
          for (int i = skipped; i < rows; i++) {
            for (int j = skipped; j < columns; j++) {
              twin.set(i, j, block[3 + (i - skipped) * ld + j - skipped]);
            }
          }
          assertThat(memory).as("%s %s", layout, out).isEqualTo(twinMemory);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void specialValuesGoThrough(ElementType type) {
    double infinity = Double.POSITIVE_INFINITY;
    double[] special = {0, -0.0, Double.NaN, infinity, -infinity, Double.MAX_VALUE, Double.MIN_VALUE, 1e-40};
    Matrix out = Layout.DENSE.poisoned(type, ByteOrder.LITTLE_ENDIAN, 1, special.length);
    Matrix twin = Layout.DENSE.poisoned(type, ByteOrder.LITTLE_ENDIAN, 1, special.length);
    new Panels().store(special, 0, special.length, out, 0, 1, 0, special.length);
    for (int j = 0; j < special.length; j++) {
      twin.set(0, j, special[j]);
    }
    assertThat(Naive.dense(out)).isEqualTo(Naive.dense(twin));
    PackedMatrix packed = new PackedMatrix(KERNELS);
    packed.reserve(4, 1, special.length);
    new Packer(new Panels()).pack(new Operand().set(out, null, null), true, 0, 1, 0, special.length, packed, 0);
    double[] back = new double[special.length];
    packed.getLane(0, back, special.length);
    assertThat(back).isEqualTo(Naive.dense(out));
  }
}
