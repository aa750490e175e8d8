package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.Precision;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products with data against the textbook, at every small shape and at ugly ones, on every layout; outputs start as NaN. */
class CpuOpsTest {
  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
  private static final ByteOrder BIG = ByteOrder.BIG_ENDIAN;

  private static final List<Layout> LAYOUTS = List.of(Layout.values());
  private static final List<ElementType> TYPES = List.of(ElementType.values());

  static List<CpuOps> ops() {
    return Implementations.ops();
  }

  /** All shapes to 12 × 12, and 17, 257, 266 with each other and with small sides. */
  static List<int[]> shapes() {
    List<int[]> shapes = new ArrayList<>();
    for (int m = 1; m <= 12; m++) {
      for (int n = 1; n <= 12; n++) {
        shapes.add(new int[] {m, n});
      }
    }
    for (int[] shape : new int[][] {{17, 17}, {15, 10}, {17, 257}, {266, 3}, {3, 1030}, {2, 5000}, {266, 257}, {50, 401}}) {
      shapes.add(shape);
    }
    return shapes;
  }

  /** Y with m rows and n columns; layout, type and which of scale and shift there are go round with the shape. */
  static Operand operand(int m, int n, ByteOrder order) {
    Layout layout = LAYOUTS.get((m + n) % 4);
    ElementType type = TYPES.get((m + 2 * n) % 4);
    double[] scale = m % 3 == 0 ? null : Naive.random(m, 21);
    double[] shift = n % 3 == 0 ? null : Naive.random(n, 22);
    return new Operand().set(layout.random(type, order, m, n, 23), scale, shift);
  }

  static double[] poisoned(int n) {
    double[] x = new double[n];
    Arrays.fill(x, Double.NaN);
    return x;
  }

  private static double gramRatio(CpuOps ops, int m, int n) {
    Operand wide = operand(m, n, LITTLE);
    Operand tall = operand(n, m, BIG);
    ops.resize(m);
    double[] ofRows = poisoned(m * m);
    double[] ofColumns = poisoned(m * m);
    ops.gramOfRows(wide, ofRows);
    ops.gramOfColumns(tall, ofColumns);
    double[] y = Naive.dense(wide);
    double[] z = Naive.dense(tall);
    double rowsRatio = productRatio(ofRows, y, Naive.transposed(y, m, n), m, n, m);
    double columnsRatio = productRatio(ofColumns, Naive.transposed(z, n, m), z, m, n, m);
    return Math.max(rowsRatio, columnsRatio);
  }

  static double productRatio(double[] got, double[] a, double[] b, int m, int k, int n) {
    return Naive.ratio(got, Naive.product(a, b, m, k, n), Naive.product(Naive.absolute(a), Naive.absolute(b), m, k, n), k);
  }

  @ParameterizedTest
  @MethodSource("ops")
  void gramMatrices(CpuOps ops) {
    for (int[] shape : shapes()) {
      assertThat(gramRatio(ops, shape[0], shape[1])).as("%d × %d", shape[0], shape[1]).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void productsInSinglePrecision(CpuOps ops) {
    for (int[] shape : shapes()) {
      int m = shape[0];
      int n = shape[1];
      Operand y = narrow(m, n, LITTLE);
      Operand z = narrow(n, m, BIG);
      double[] wide = Naive.dense(y);
      double[] tall = Naive.dense(z);
      double[] g = poisoned(m * m);
      ops.resize(m).gramOfRows(y, g, Precision.SINGLE);
      assertSingle(g, wide, Naive.transposed(wide, m, n), m, n, m);
      Arrays.fill(g, Double.NaN);
      ops.gramOfColumns(z, g, Precision.SINGLE);
      assertSingle(g, Naive.transposed(tall, n, m), tall, m, n, m);
      double[] square = Naive.random(m * m, 1);
      Matrix out = LAYOUTS.get(m % 4).poisoned(ElementType.FLOAT64, BIG, m, n);
      ops.leftProduct(square, y, null, out, Precision.SINGLE);
      assertSingle(Naive.dense(out), square, wide, m, m, n);
      out = LAYOUTS.get(n % 4).poisoned(ElementType.FLOAT64, LITTLE, n, m);
      ops.rightProduct(z, square, false, null, out, Precision.SINGLE);
      assertSingle(Naive.dense(out), tall, square, n, m, m);
    }
  }

  /** Not double, and within (terms + 2)·2⁻²⁴ of it, relative to the sum of absolute values: two factors and each term round. */
  private static void assertSingle(double[] got, double[] a, double[] b, int m, int k, int n) {
    double[] magnitude = Naive.product(Naive.absolute(a), Naive.absolute(b), m, k, n);
    double ratio = Naive.ratio(got, Naive.product(a, b, m, k, n), magnitude, k + 2) * 0x1p-28;
    assertThat(ratio).as("%d × %d × %d", m, k, n).isLessThanOrEqualTo(1);
  }

  private static Operand narrow(int m, int n, ByteOrder order) {
    ElementType type = TYPES.get(1 + (m + 2 * n) % 3);
    double[] scale = m % 3 == 0 ? null : Naive.random(m, 21);
    double[] shift = n % 3 == 0 ? null : Naive.random(n, 22);
    return new Operand().set(LAYOUTS.get((m + n) % 4).random(type, order, m, n, 23), scale, shift);
  }

  @ParameterizedTest
  @MethodSource("ops")
  void epiloguesFollowSinglePrecisionInDouble(CpuOps ops) {
    for (int[] shape : new int[][] {{7, 5}, {12, 40}, {17, 257}}) {
      int m = shape[0];
      int n = shape[1];
      double[] identity = new double[m * m];
      for (int i = 0; i < m; i++) {
        identity[i * m + i] = 1;
      }
      Operand y = new Operand().set(Layout.PADDED.random(ElementType.FLOAT32, LITTLE, m, n, 5), null, null);
      double[] q = Naive.random(n, 6);
      Matrix out = Layout.DENSE.poisoned(ElementType.FLOAT64, LITTLE, m, n);
      Matrix twin = Layout.DENSE.poisoned(ElementType.FLOAT64, LITTLE, m, n);
      ops.resize(m).leftProduct(identity, y, q, out, Precision.SINGLE);
      ops.leftProduct(identity, y, q, twin, Precision.DOUBLE);
      assertThat(Naive.dense(out)).isEqualTo(Naive.dense(twin));
      Operand z = new Operand().set(Layout.PADDED.random(ElementType.FLOAT32, LITTLE, n, m, 5), null, null);
      out = Layout.DENSE.poisoned(ElementType.FLOAT64, LITTLE, n, m);
      twin = Layout.DENSE.poisoned(ElementType.FLOAT64, LITTLE, n, m);
      ops.rightProduct(z, identity, true, q, out, Precision.SINGLE);
      ops.rightProduct(z, identity, true, q, twin, Precision.DOUBLE);
      assertThat(Naive.dense(out)).isEqualTo(Naive.dense(twin));
    }
  }

  @Test
  void singlePrecisionIsRefusedForDoubles() {
    Operand y = new Operand().set(Layout.DENSE.random(ElementType.FLOAT64, LITTLE, 3, 4, 1), null, null);
    assertThatThrownBy(() -> CpuOps.create(1).resize(3).gramOfRows(y, new double[9], Precision.SINGLE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("single precision");
  }

  @Test
  void theComparisonSeesBrokenKernels() {
    for (Kernels kernels : Implementations.kernels()) {
      for (Kernels broken : List.of(BrokenKernels.losingTheLastStep(kernels), BrokenKernels.losingTheLastColumn(kernels))) {
        int m = kernels.tileColumns();
        assertThat(gramRatio(Implementations.eager(broken, Blocking.of(broken), 1), m, 11)).isGreaterThan(1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void symmetricProduct(CpuOps ops) {
    for (int m : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 17, 97, 130, 266}) {
      double[] a = Naive.random(m * m, m);
      double[] b = Naive.transposed(a, m, m);
      double[] c = poisoned(m * m);
      ops.resize(m).symmetricProduct(a, b, c);
      assertThat(productRatio(c, a, b, m, m, m)).as("m=%d", m).isLessThanOrEqualTo(1);
      assertThat(c).as("symmetric, m=%d", m).isEqualTo(Naive.transposed(c, m, m));
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void leftProductAndItsEpilogue(CpuOps ops) {
    for (int[] shape : shapes()) {
      int m = shape[0];
      int n = shape[1];
      Operand y = operand(m, n, BIG);
      double[] square = Naive.random(m * m, 1);
      double[] q = m % 2 == 0 ? null : Naive.random(n, 2);
      double[] dense = Naive.dense(y);
      double[] expected = Naive.product(square, dense, m, m, n);
      double[] magnitude = Naive.product(Naive.absolute(square), Naive.absolute(dense), m, m, n);
      for (int i = 0; i < m * n && q != null; i++) {
        expected[i] -= dense[i] * q[i % n];
        magnitude[i] += Math.abs(dense[i] * q[i % n]);
      }
      Matrix out = LAYOUTS.get(m % 4).poisoned(ElementType.FLOAT64, BIG, m, n);
      ops.resize(m).leftProduct(square, y, q, out);
      assertThat(Naive.ratio(Naive.dense(out), expected, magnitude, m + 2)).as("%d × %d", m, n).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void rightProductAndItsEpilogue(CpuOps ops) {
    for (int[] shape : shapes()) {
      int m = shape[0];
      int n = shape[1];
      Operand y = operand(n, m, LITTLE);
      double[] square = Naive.random(m * m, 1);
      boolean project = m % 2 == 0;
      double[] factors = n % 2 == 0 ? null : Naive.random(n, 2);
      double[] dense = Naive.dense(y);
      double[] expected = Naive.product(dense, square, n, m, m);
      double[] magnitude = Naive.product(Naive.absolute(dense), Naive.absolute(square), n, m, m);
      for (int i = 0; i < n; i++) {
        finishRow(dense, expected, magnitude, i, m, project, factors == null ? 1 : factors[i]);
      }
      Matrix out = LAYOUTS.get(n % 4).poisoned(ElementType.FLOAT64, LITTLE, n, m);
      ops.resize(m).rightProduct(y, square, project, factors, out);
      assertThat(Naive.ratio(Naive.dense(out), expected, magnitude, 2 * m + 4)).as("%d × %d", n, m).isLessThanOrEqualTo(1);
    }
  }

  private static void finishRow(
      double[] y, double[] product, double[] magnitude, int row, int m, boolean project, double factor) {
    double t = 0;
    double size = 0;
    for (int j = row * m; j < row * m + m && project; j++) {
      t += product[j] * y[j];
      size += magnitude[j] * Math.abs(y[j]);
    }
    for (int j = row * m; j < row * m + m; j++) {
      product[j] = factor * (product[j] - t * y[j]);
      magnitude[j] = Math.abs(factor) * (magnitude[j] + size * Math.abs(y[j]));
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void resultsAreRoundedOnceToTheTypeOfTheOutput(CpuOps ops) {
    int m = 9;
    int n = 70;
    Operand y = new Operand().set(Layout.DENSE.random(ElementType.FLOAT64, LITTLE, m, n, 1), null, null);
    double[] square = Naive.random(m * m, 2);
    Matrix exact = Layout.DENSE.poisoned(ElementType.FLOAT64, LITTLE, m, n);
    ops.resize(m).leftProduct(square, y, null, exact);
    for (ElementType type : ElementType.values()) {
      Matrix out = Layout.DENSE.poisoned(type, LITTLE, m, n);
      Matrix rounded = Layout.DENSE.poisoned(type, LITTLE, m, n);
      ops.leftProduct(square, y, null, out);
      for (int i = 0; i < m * n; i++) {
        rounded.set(i / n, i % n, exact.get(i / n, i % n));
      }
      assertThat(Naive.dense(out)).as("%s", type).isEqualTo(Naive.dense(rounded));
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void theResultMayBeTheDataItself(CpuOps ops) {
    for (int[] shape : new int[][] {{9, 300}, {130, 131}}) {
      int m = shape[0];
      int n = shape[1];
      double[] square = Naive.random(m * m, 2);
      ops.resize(m);
      Matrix wide = Layout.PADDED.random(ElementType.FLOAT32, LITTLE, m, n, 1);
      Matrix expected = Layout.DENSE.poisoned(ElementType.FLOAT32, LITTLE, m, n);
      ops.leftProduct(square, new Operand().set(wide, null, null), null, expected);
      ops.leftProduct(square, new Operand().set(wide, null, null), null, wide);
      assertThat(Naive.dense(wide)).isEqualTo(Naive.dense(expected));
      Matrix tall = Layout.PADDED.random(ElementType.FLOAT32, LITTLE, n, m, 1);
      expected = Layout.DENSE.poisoned(ElementType.FLOAT32, LITTLE, n, m);
      ops.rightProduct(new Operand().set(tall, null, null), square, true, null, expected);
      ops.rightProduct(new Operand().set(tall, null, null), square, true, null, tall);
      assertThat(Naive.dense(tall)).isEqualTo(Naive.dense(expected));
    }
  }

  /** The longer side squared would be 12.8 GB. */
  @ParameterizedTest
  @MethodSource("ops")
  void theLongSideIsNeverSquared(CpuOps ops) {
    int n = 40_000;
    float[] values = new float[2 * n];
    for (int i = 0; i < n; i++) {
      values[2 * i] = 1;
      values[2 * i + 1] = i % 2;
    }
    Matrix tall = Matrix.of(values, n, 2);
    double[] g = new double[4];
    ops.resize(2).gramOfColumns(new Operand().set(tall, null, null), g);
    assertThat(g).containsExactly(n, 0.5 * n, 0.5 * n, 0.5 * n);
    ops.gramOfRows(new Operand().set(tall.transposed(), null, null), g);
    assertThat(g).containsExactly(n, 0.5 * n, 0.5 * n, 0.5 * n);
    ops.rightProduct(new Operand().set(tall, null, null), new double[] {0, 1, 1, 0}, false, null, tall);
    assertThat(Arrays.copyOf(values, 4)).containsExactly(0, 1, 1, 1);
  }

  @ParameterizedTest
  @MethodSource("ops")
  void closedMemoryIsReportedAndTheOperationsStayUsable(CpuOps ops) {
    Operand y = operand(12, 70, LITTLE);
    double[] expected = new double[144];
    ops.resize(12).gramOfRows(y, expected);
    for (Matrix closed : List.of(confinedAndClosed(), sharedAndClosed())) {
      assertThatThrownBy(() -> ops.gramOfRows(new Operand().set(closed, null, null), new double[144]))
          .isInstanceOf(IllegalStateException.class);
      double[] again = new double[144];
      ops.gramOfRows(y, again);
      assertThat(again).isEqualTo(expected);
    }
  }

  private static Matrix confinedAndClosed() {
    try (Arena arena = Arena.ofConfined()) {
      return Matrix.of(arena.allocate(12 * 70 * Float.BYTES), ElementType.FLOAT32, 12, 70);
    }
  }

  private static Matrix sharedAndClosed() {
    try (Arena arena = Arena.ofShared()) {
      return Matrix.of(arena.allocate(12 * 70 * Float.BYTES), ElementType.FLOAT32, 12, 70);
    }
  }

  @Test
  void wrongShapesAreNamed() {
    CpuOps ops = CpuOps.create(1).resize(3);
    Operand y = operand(4, 5, LITTLE);
    assertThatThrownBy(() -> ops.gramOfRows(y, new double[16]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("order is 3")
        .hasMessageContaining("4 rows");
    Matrix small = Layout.DENSE.poisoned(ElementType.FLOAT32, LITTLE, 4, 4);
    assertThatThrownBy(() -> ops.resize(4).leftProduct(new double[16], y, null, small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4×5")
        .hasMessageContaining("4×4");
    assertThatThrownBy(() -> ops.resize(50_000)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("50000");
    assertThatThrownBy(() -> ops.resize(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void buffersStayWhileTheOrderStaysAndGrowWithIt() {
    CpuOps ops = CpuOps.create(1).resize(5);
    double[] first = ops.buffer(0);
    assertThat(ops.buffer(1)).isNotSameAs(first);
    assertThat(ops.resize(5).buffer(0)).isSameAs(first);
    assertThat(ops.resize(3).buffer(0)).isSameAs(first);
    assertThat(ops.resize(9).buffer(0)).hasSizeGreaterThanOrEqualTo(81);
  }
}
