package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.fullrank.linalg.Families.Family;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Extremes of scale, grading and shape, and the manners of a workspace. */
@Tag("single")
class JacobiSvdEdgeTest {
  private static final double EPS = Math.ulp(1.0);

  private final JacobiSvd svd = new JacobiSvd(new NaiveColumnOps());

  /**
   * A = X·D with integer unimodular X: ∏σ_i = ∏d_i, and σ_k(A) = 1/σ₁(A⁻¹) with A⁻¹ = D⁻¹X⁻¹ also exact. An algorithm that is
   * accurate only relative to σ₁ finds none of the digits of the small values.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 40, 140})
  void smallValuesOfScaledColumnsKeepTheirDigits(int binaryDigitsPerColumn) {
    int k = 8;
    IntToDoubleFunction d = j -> Math.scalb(1.0, -binaryDigitsPerColumn * ((j * 5) % k));
    // X is lower triangular with ones down to the second subdiagonal; the columns of its inverse repeat 1, −1, 0.
    double[] a = Families.columnMajor(k, k, (i, j) -> i >= j && i <= j + 2 ? d.applyAsDouble(j) : 0);
    double[] inverse = Families.columnMajor(k, k, (i, j) -> i < j ? 0 : new int[] {1, -1, 0}[(i - j) % 3] / d.applyAsDouble(i));
    svd.decompose(a, k, k);
    double smallest = svd.singularValues()[k - 1];
    double logProduct = 0;
    for (int i = 0; i < k; i++) {
      int e = -binaryDigitsPerColumn * i;
      logProduct += Math.log(Math.scalb(svd.singularValues()[i], -e));
    }
    assertThat(logProduct).isCloseTo(0, Offset.offset(8 * k * EPS));
    svd.decompose(inverse, k, k);
    assertThat(smallest * svd.singularValues()[0]).isCloseTo(1, Offset.offset(8 * k * EPS));
  }

  @Test
  void columnsFromOneDownToTheSmallestNumbersStayOrthogonal() {
    int n = 30;
    int k = 16;
    Family f = Families.gaussian("Gaussian", n, k, 7);
    double[] a = Families.columnMajor(n, k, (i, j) -> f.a()[j * n + i] * Math.pow(10, -20.0 * j));
    svd.decompose(a.clone(), n, k);
    int rank = 0;
    for (int i = 0; i < k; i++) {
      assertThat(svd.singularValues()[i]).isBetween(Math.pow(10, -20.0 * i - 1), Math.pow(10, -20.0 * i + 1));
      rank++;
    }
    double[] q = new double[n * k];
    svd.polarFactor(rank, q);
    expectOrthonormal(q, n, k);
    assertThat(svd.rank(1e-100)).isEqualTo(5);
    assertThat(svd.rank(0)).isEqualTo(k);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1074 + 60, -1000, -300, -5, 5, 300, 1000})
  void aPowerOfTwoScalesTheValuesAndLeavesThePolarFactorAlone(int exponent) {
    int n = 24;
    int k = 10;
    // 8-bit integers: nothing is lost in subnormals.
    double[] a = Families.columnMajor(n, k, (i, j) -> (i * 37 + j * 11 + i * j * 5) % 255 - 127);
    double[] q = new double[n * k];
    double[] scaledQ = new double[n * k];
    svd.decompose(a.clone(), n, k);
    double[] values = Arrays.copyOf(svd.singularValues(), k);
    svd.polarFactor(k, q);
    svd.decompose(Arrays.stream(a).map(x -> Math.scalb(x, exponent)).toArray(), n, k);
    for (int i = 0; i < k; i++) {
      assertThat(svd.singularValues()[i]).isEqualTo(Math.scalb(values[i], exponent));
    }
    svd.polarFactor(k, scaledQ);
    assertThat(scaledQ).isEqualTo(q);
  }

  @Test
  void theSmallestNumbersOfAllAreDecomposed() {
    double tiny = Double.MIN_VALUE;
    svd.decompose(new double[] {tiny, 0, 0, -tiny}, 2, 2);
    assertThat(svd.singularValues()).startsWith(tiny, tiny);
    double[] q = new double[4];
    svd.polarFactor(2, q);
    assertThat(q).containsExactly(1, 0, 0, -1);
  }

  /** Rows (1,0) and (1,1) in turn: AᵀA = n·[[1, ½], [½, ½]]. */
  @Test
  void veryTallMatricesNeedNoSquareOfTheirHeight() {
    int n = 400_000;
    double[] a = Families.columnMajor(n, 2, (i, j) -> j == 0 ? 1 : i % 2);
    double[] q = new double[2 * n];
    svd.decompose(a.clone(), n, 2);
    for (int i = 0; i < 2; i++) {
      double sigma = Math.sqrt(n * (3 + (i == 0 ? 1 : -1) * Math.sqrt(5)) / 4);
      assertThat(svd.singularValues()[i]).isCloseTo(sigma, Offset.offset(4 * Math.sqrt(n) * EPS * sigma));
    }
    svd.polarFactor(2, q);
    double nuclear = svd.singularValues()[0] + svd.singularValues()[1];
    // DoubleStream.sum compensates; a plain sum of 400000 positive terms is not good to 1e-11 itself.
    double inner = IntStream.range(0, 2 * n).mapToDouble(i -> a[i] * q[i]).sum();
    assertThat(inner).isCloseTo(nuclear, Offset.offset(1e-11 * nuclear));
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        int qi = i * n;
        int qj = j * n;
        double gram = IntStream.range(0, n).mapToDouble(l -> q[qi + l] * q[qj + l]).sum();
        assertThat(gram).isCloseTo(i == j ? 1 : 0, Offset.offset(1e-11));
      }
    }
  }

  /** UVᵀ = (A + cof A)/(σ₁ + σ₂) for det A &gt; 0, and σ₁ + σ₂ = √(‖A‖² + 2·det A). */
  @Test
  void twoByTwoHasAClosedForm() {
    double[] a = {3, -1, 0.5, 2};
    double nuclear = Math.sqrt(9 + 1 + 0.25 + 4 + 2 * 6.5);
    double[] expected = {(3 + 2) / nuclear, (-1 - 0.5) / nuclear, (0.5 + 1) / nuclear, (2 + 3) / nuclear};
    svd.decompose(a, 2, 2);
    double[] q = new double[4];
    svd.polarFactor(2, q);
    assertThat(svd.singularValues()[0] + svd.singularValues()[1]).isCloseTo(nuclear, Offset.offset(8 * EPS));
    assertThat(q).containsExactly(expected, Offset.offset(8 * EPS));
  }

  @Test
  void thePolarFactorOfAPositiveDefiniteMatrixIsTheIdentity() {
    int k = 32;
    svd.decompose(Families.columnMajor(k, k, (i, j) -> i == j ? 2 : Math.abs(i - j) == 1 ? -0.9 : 0), k, k);
    double[] q = new double[k * k];
    svd.polarFactor(k, q);
    assertThat(q).containsExactly(Families.columnMajor(k, k, (i, j) -> i == j ? 1 : 0), Offset.offset(k * k * EPS));
  }

  /** W = UVᵀ − U_rV_rᵀ must vanish on the row and the column space of A. */
  @Test
  void completionTouchesOnlyTheNullSpaces() {
    for (int n : new int[] {32, 64, 256}) {
      int k = 16;
      Family f = Families.hidden("rank 5", n, k, i -> i < 5 ? 1.0 / (i + 1) : 0);
      svd.decompose(f.a().clone(), n, k);
      double[] minimal = new double[n * k];
      double[] w = new double[n * k];
      svd.polarFactor(5, minimal);
      svd.completedPolarFactor(5, w);
      new NaiveColumnOps().axpy(-1, minimal, 0, w, 0, n * k);
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          assertThat(Math.abs(new NaiveColumnOps().dot(f.a(), i * n, w, j * n, n))).as("AᵀW").isLessThan(n * EPS);
        }
      }
      for (int i = 0; i < n; i++) {
        for (int l = 0; l < n; l++) {
          double awt = 0;
          for (int j = 0; j < k; j++) {
            awt += f.a()[j * n + i] * w[j * n + l];
          }
          assertThat(Math.abs(awt)).as("AWᵀ").isLessThan(n * EPS);
        }
      }
    }
  }

  @Test
  void zeroHasAMinimalAndACompletedFactor() {
    for (int n : new int[] {5, 9, 50}) {
      int k = 5;
      double[] q = new double[n * k];
      Arrays.fill(q, Double.NaN);
      svd.decompose(new double[n * k], n, k);
      assertThat(svd.rank(EPS)).isZero();
      assertThat(svd.sweeps()).isZero();
      svd.polarFactor(0, q);
      assertThat(q).containsOnly(0);
      svd.completedPolarFactor(0, q);
      assertThat(q).isEqualTo(Families.columnMajor(n, k, (i, j) -> i == j ? 1 : 0));
    }
  }

  @Test
  void blockSizesDoNotMatter() {
    for (Family f : Families.givenSpectra()) {
      svd.decompose(f.a().clone(), f.n(), f.k());
      double[] expected = Arrays.copyOf(svd.singularValues(), f.k());
      for (int pairs : new int[] {1, 2 * f.k() * 3, 2 * f.k() * 5}) {
        JacobiSvd tiny = new JacobiSvd(new NaiveColumnOps(), new JacobiSvd.Settings(7 * f.k() + 1, pairs, 40));
        tiny.decompose(f.a().clone(), f.n(), f.k());
        assertThat(Arrays.copyOf(tiny.singularValues(), f.k()))
            .as("%s in blocks of %d", f, pairs)
            .containsExactly(expected, Offset.offset(4 * Math.sqrt(f.n()) * EPS));
      }
    }
  }

  @Test
  void aUsedWorkspaceGivesTheSameBitsAsANewOneAndReadsOnlyItsPart() {
    Family small = Families.gaussian("Gaussian", 20, 9, 3);
    Family large = Families.gaussian("Gaussian", 60, 31, 4);
    svd.decompose(small.a().clone(), small.n(), small.k());
    double[] values = Arrays.copyOf(svd.singularValues(), small.k());
    double[] q = new double[small.n() * small.k()];
    svd.completedPolarFactor(4, q);

    svd.decompose(large.a().clone(), large.n(), large.k());
    svd.completedPolarFactor(7, new double[large.n() * large.k()]);
    double[] a = padded(small.a());
    svd.decompose(a, small.n(), small.k());
    assertThat(Arrays.copyOf(svd.singularValues(), small.k())).isEqualTo(values);
    double[] again = padded(q);
    svd.completedPolarFactor(4, again);
    assertThat(Arrays.copyOf(again, q.length)).isEqualTo(q);
    assertThat(Arrays.copyOfRange(again, q.length, again.length)).containsOnly(Double.NaN);
    assertThat(Arrays.copyOfRange(a, q.length, a.length)).containsOnly(Double.NaN);
  }

  @Test
  void nothingIsAllocatedOnceTheBuffersHaveGrown() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    SymmetricEigen eigen = new SymmetricEigen(new NaiveColumnOps());
    Family square = Families.gaussian("Gaussian", 20, 20, 1);
    Family tall = Families.hidden("rank 5", 64, 16, i -> i < 5 ? 1 : 0);
    double[] a = new double[64 * 16];
    double[] q = new double[64 * 16];
    double[] w = new double[20];
    long before = 0;
    // The first rounds load classes and grow buffers.
    for (int round = 0; round < 20; round++) {
      before = threads.getCurrentThreadAllocatedBytes();
      for (Family f : new Family[] {square, tall}) {
        System.arraycopy(f.a(), 0, a, 0, f.a().length);
        svd.decompose(a, f.n(), f.k());
        svd.polarFactor(svd.rank(1e-10), q);
        svd.completedPolarFactor(svd.rank(1e-10), q);
      }
      System.arraycopy(square.a(), 0, a, 0, 400);
      eigen.decompose(a, 20, w);
      System.arraycopy(square.a(), 0, a, 0, 400);
      eigen.values(a, 20, w);
      before = threads.getCurrentThreadAllocatedBytes() - before;
    }
    // The array of two families above; the call that measures allocates nothing.
    assertThat(before).isLessThanOrEqualTo(32);
  }

  @Test
  void whatCannotBeDecomposedIsRefused() {
    assertThatThrownBy(() -> svd.polarFactor(0, new double[4])).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> svd.decompose(new double[6], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("n = 2, k = 3");
    assertThatThrownBy(() -> svd.decompose(new double[5], 3, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> svd.decompose(new double[0], 65536, 65536)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> svd.decompose(new double[1], 1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> svd.decompose(new double[0], 40_000, 40_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32767");
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> svd.decompose(new double[] {1, 0, 0, bad}, 2, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not finite");
    }
    double[] a = {1, 0, 0, 0};
    svd.decompose(a, 2, 2);
    assertThatThrownBy(() -> svd.polarFactor(1, a)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another");
    assertThatThrownBy(() -> svd.polarFactor(1, new double[3])).isInstanceOf(IllegalArgumentException.class);
    for (int rank : new int[] {-1, 2, 3}) {
      assertThatThrownBy(() -> svd.completedPolarFactor(rank, new double[4]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rank " + rank);
    }
  }

  private static double[] padded(double[] x) {
    double[] longer = Arrays.copyOf(x, x.length + 3);
    Arrays.fill(longer, x.length, longer.length, Double.NaN);
    return longer;
  }

  private static void expectOrthonormal(double[] q, int n, int k) {
    double[] gram = JacobiSvdContract.gram(q, n, k);
    IntStream.range(0, k * k).forEach(i -> assertThat(Math.abs(gram[i] - (i % (k + 1) == 0 ? 1 : 0))).isLessThan(n * EPS));
  }
}
