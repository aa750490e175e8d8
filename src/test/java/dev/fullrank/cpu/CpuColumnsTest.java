package dev.fullrank.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.ElementType;
import dev.fullrank.Layout;
import dev.fullrank.Matrix;
import dev.fullrank.Samples;
import dev.fullrank.linalg.ColumnMoments;
import dev.fullrank.linalg.ColumnWindow;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuColumnsTest {
  private static final double ULP = 0x1p-53;

  private final CpuColumns columns = CpuColumns.create(1);

  private ColumnMoments moments(Matrix z) {
    ColumnMoments m = new ColumnMoments();
    columns.moments(z, m);
    return m;
  }

  /** Σ(x − mean)² without rounding but for the last 40 digits. */
  private static double exactSumOfSquares(Matrix z, int j) {
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal squares = BigDecimal.ZERO;
    for (int i = 0; i < z.rows(); i++) {
      BigDecimal x = new BigDecimal(z.get(i, j));
      sum = sum.add(x);
      squares = squares.add(x.multiply(x));
    }
    BigDecimal correction = sum.multiply(sum).divide(BigDecimal.valueOf(z.rows()), new MathContext(200));
    return squares.subtract(correction).doubleValue();
  }

  private static double exactMean(Matrix z, int j) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < z.rows(); i++) {
      sum = sum.add(new BigDecimal(z.get(i, j)));
    }
    return sum.divide(BigDecimal.valueOf(z.rows()), new MathContext(40)).doubleValue();
  }

  /**
   * A window's sums are off by at most ROWS roundings, their merging by a few for each window; the origin, an entry, lies some
   * standard deviations from the mean and so loses a factor of the square of these.
   */
  private static double tolerance(Matrix z, int j) {
    double variance = exactSumOfSquares(z, j) / z.rows();
    double distance = z.get(0, j) - exactMean(z, j);
    double windows = Math.ceilDiv(z.rows(), ColumnWindow.ROWS);
    return (ColumnWindow.ROWS + 4 * windows) * ULP * (1 + distance * distance / variance);
  }

  private static void assertAccurate(Matrix z, ColumnMoments m) {
    for (int j = 0; j < z.columns(); j++) {
      double exact = exactSumOfSquares(z, j);
      assertThat(Math.abs(m.sumOfSquares(j) - exact) / exact)
          .as("relative error of column %d of %s", j, z)
          .isLessThanOrEqualTo(tolerance(z, j));
      double spread = Math.sqrt(exact / z.rows());
      double mean = exactMean(z, j);
      assertThat(Math.abs(m.mean(j) - mean)).isLessThanOrEqualTo(ULP * Math.abs(mean) + 64 * ULP * spread);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 31, 32, 33, 63, 64, 65, 257})
  void momentsMatchExactArithmeticAtUglySizes(int b) {
    for (int d : new int[] {1, 2, 5, 8, 17, 33, 127, 128, 129}) {
      Matrix z = Samples.matrix(Samples.normal(b * 1000L + d, b, d, 1, 0));
      assertAccurate(z, moments(z));
    }
  }

  @Test
  void aRowThatIsLeftOutIsNoticed() {
    CpuColumns broken = new CpuColumns(BrokenKernels.losingTheLastRow(KernelChoice.get().kernels()), Parallel.of(1));
    Matrix z = Samples.matrix(Samples.normal(1, 1000, 3, 1, 0));
    ColumnMoments m = new ColumnMoments();
    broken.moments(z, m);
    assertThatThrownBy(() -> assertAccurate(z, m)).isInstanceOf(AssertionError.class);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e3, 1e8, 1e14})
  void anOffsetCostsNoAccuracy(double offset) {
    Matrix z = Samples.matrix(Samples.normal(3, 300, 9, 1, offset));
    assertAccurate(z, moments(z));
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void everyLayoutAndTypeGivesTheBitsOfTheDenseMatrix(Layout layout) {
    double[][] values = Samples.uneven(5, 70, 131);
    for (ElementType type : ElementType.values()) {
      ColumnMoments dense = moments(Layout.DENSE.of(type, values));
      ColumnMoments other = moments(layout.of(type, values));
      for (int j = 0; j < 131; j++) {
        assertThat(other.mean(j)).isEqualTo(dense.mean(j));
        assertThat(other.sumOfSquares(j)).isEqualTo(dense.sumOfSquares(j));
      }
    }
  }

  @Test
  void narrowTypesAreSummedInDouble() {
    for (ElementType type : ElementType.values()) {
      Matrix z = Layout.DENSE.of(type, Samples.normal(6, 500, 5, 1, 10));
      assertAccurate(z, moments(z));
    }
  }

  @Test
  void vectorAndScalarKernelsAgreeBitForBit() {
    CpuColumns scalar = new CpuColumns(new ScalarKernels(), Parallel.of(1));
    for (int d : new int[] {1, 3, 31, 33, 128, 200}) {
      Matrix z = Samples.matrix(Samples.uneven(d, 77, d));
      ColumnMoments a = moments(z);
      ColumnMoments b = new ColumnMoments();
      scalar.moments(z, b);
      double[] factors = new Random(d).doubles(ColumnWindow.padded(d)).toArray();
      Matrix outA = Samples.blank(z);
      Matrix outB = Samples.blank(z);
      columns.deviations(z, a, factors, outA);
      scalar.deviations(z, b, factors, outB);
      for (int j = 0; j < d; j++) {
        assertThat(a.mean(j)).isEqualTo(b.mean(j));
        assertThat(a.sumOfSquares(j)).isEqualTo(b.sumOfSquares(j));
      }
      assertThat(Layout.values(outA)).isDeepEqualTo(Layout.values(outB));
    }
  }

  @Test
  void anOutlierInRowZeroOfALongColumnIsNoOrigin() {
    int b = 60_000;
    double[][] values = Samples.normal(8, b, 2, 1e-3, 0);
    values[0][0] = 1e6;
    Matrix z = Samples.matrix(values);
    double exact = exactSumOfSquares(z, 0);
    // About row 0 the squares would have cancelled to 1/60000, so this asks for more than one pass can give.
    assertThat(Math.abs(moments(z).sumOfSquares(0) - exact) / exact).isLessThan(64 * ULP);
  }

  @Test
  void onlyEqualEntriesMakeAColumnConstant() {
    double[] levels = {0, 0.1, -3e300, Double.MAX_VALUE, Double.MIN_VALUE, 1 / 3.0};
    double[][] values = new double[100][2 * levels.length];
    for (int i = 0; i < 100; i++) {
      for (int j = 0; j < levels.length; j++) {
        values[i][2 * j] = levels[j];
        values[i][2 * j + 1] = i == 57 ? Math.nextDown(levels[j]) : levels[j];
      }
    }
    ColumnMoments m = moments(Samples.matrix(values));
    for (int j = 0; j < levels.length; j++) {
      assertThat(m.isConstant(2 * j)).as("all entries %s", levels[j]).isTrue();
      assertThat(m.mean(2 * j)).isEqualTo(levels[j]);
      assertThat(m.isConstant(2 * j + 1)).as("one of %s an ulp lower", levels[j]).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1060, -1000, -500, -400, 400, 500, 1000, 1020})
  void powersOfTwoScaleTheStandardDeviationBitForBit(int p) {
    double[][] values = new double[130][40];
    Random random = new Random(9);
    for (double[] row : values) {
      for (int j = 0; j < row.length; j++) {
        row[j] = random.nextInt(-100, 100) / 8.0; // few bits, so that scaling is exact among subnormals
      }
    }
    ColumnMoments plain = moments(Samples.matrix(values));
    double[][] scaled = new double[130][40];
    for (int i = 0; i < 130; i++) {
      for (int j = 0; j < 40; j++) {
        scaled[i][j] = Math.scalb(values[i][j], p);
      }
    }
    ColumnMoments m = moments(Samples.matrix(scaled));
    for (int j = 0; j < 40; j++) {
      assertThat(m.std(j, 129, 0)).isEqualTo(Math.scalb(plain.std(j, 129, 0), p));
      assertThat(m.mean(j)).isEqualTo(Math.scalb(plain.mean(j), p));
    }
  }

  @Test
  void theWholeRangeOfDoubleIsCovered() {
    double max = Double.MAX_VALUE;
    double min = Double.MIN_VALUE;
    double[][] values = {{max, max, min, 0}, {-max, max / 2, 0, min}, {max, max, 0, 0}, {-max, max / 2, min, 0}};
    ColumnMoments m = moments(Samples.matrix(values));
    assertThat(m.isFinite()).isTrue();
    assertThat(m.mean(0)).isEqualTo(0);
    assertThat(m.std(0, 4, 0)).isEqualTo(max);
    assertThat(m.mean(1)).isEqualTo(0.75 * max);
    assertThat(m.std(1, 4, 0)).isEqualTo(0.25 * max);
    assertThat(m.scaledStd(2, 4, 0)).isEqualTo(Math.scalb(0.5, m.exponent(2) == 0 ? 0 : -1074 - m.exponent(2)));
    assertThat(m.isConstant(3)).isFalse();
  }

  @Test
  void anEntryThatIsNotFiniteIsNoticedWhereverItIs() {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      for (int[] at : new int[][] {{0, 0}, {0, 130}, {1, 0}, {31, 127}, {32, 128}, {66, 64}, {66, 130}}) {
        for (ElementType type : ElementType.values()) {
          double[][] values = Samples.uneven(5, 67, 131);
          values[at[0]][at[1]] = bad;
          ColumnMoments m = moments(Layout.PADDED_ROWS.of(type, values));
          assertThat(m.isFinite()).as("%s at %d, %d of %s", bad, at[0], at[1], type).isFalse();
        }
      }
    }
  }
}
