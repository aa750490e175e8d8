package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.linalg.Families.Family;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both factorizations: A = Q·R column by column, Q orthogonal, and R as graded as pivoting promises. */
@Tag("single")
class QrTest {
  private static final double EPS = Math.ulp(1.0);

  private static final ColumnOps OPS = new NaiveColumnOps();

  static List<Family> families() {
    List<Family> all = new ArrayList<>(Families.all());
    all.add(Families.unknown("graded columns", 40, 20, (i, j) -> Math.sin(i * i + j) * Math.pow(10, -15.0 * j), 20));
    all.add(Families.unknown("graded rows", 40, 20, (i, j) -> Math.sin(i * i + j) * Math.pow(10, -7.0 * i), 20));
    return all;
  }

  @ParameterizedTest
  @MethodSource("families")
  void pivotedFactorsReproduceEveryColumn(Family f) {
    double[] a = f.a().clone();
    PivotedQr qr = new PivotedQr(OPS);
    qr.factor(a, f.n(), f.n(), f.k());
    double[] product = new double[f.n() * f.k()];
    for (int c = 0; c < f.k(); c++) {
      for (int i = 0; i <= c && i < qr.rank(); i++) {
        product[c * f.n() + i] = a[c * f.n() + i];
      }
    }
    qr.applyQ(a, f.n(), f.n(), product, f.n(), f.k());
    boolean[] seen = new boolean[f.k()];
    for (int c = 0; c < f.k(); c++) {
      seen[qr.pivot(c)] = true;
      expectColumn(f, qr.pivot(c), product, c * f.n());
    }
    assertThat(seen).containsOnly(true);
    double[] q = identity(f.n(), f.k());
    qr.applyQ(a, f.n(), f.n(), q, f.n(), f.k());
    expectOrthonormal(q, f.n(), f.k());
  }

  /** |r_jj| is at least the norm of what is left of every later column; downdated norms are good to √u. */
  @ParameterizedTest
  @MethodSource("families")
  void pivotsAreTheLargestRemainingColumns(Family f) {
    double[] a = f.a().clone();
    PivotedQr qr = new PivotedQr(OPS);
    qr.factor(a, f.n(), f.n(), f.k());
    for (int c = 1; c < f.k(); c++) {
      double left = 0;
      for (int j = Math.min(c, qr.rank() - 1); j >= 0; j--) {
        left = Math.hypot(left, a[c * f.n() + j]);
        assertThat(left).isLessThanOrEqualTo(Math.abs(a[j * f.n() + j]) * (1 + 1e-6));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void blocksOfRowsReproduceEveryColumn(Family f) {
    // From one row at a time after the first block, through a last block of another size, to one block.
    for (int blockEntries : new int[] {1, 7 * f.k() + 1, f.n() * f.k()}) {
      double[] a = f.a().clone();
      double[] r = new double[f.k() * f.k()];
      Arrays.fill(r, Double.NaN);
      TallQr qr = new TallQr(OPS, blockEntries);
      qr.factor(a, f.n(), f.k(), r);
      double[] product = new double[f.n() * f.k()];
      for (int c = 0; c < f.k(); c++) {
        System.arraycopy(r, c * f.k(), product, c * f.n(), f.k());
        for (int i = c + 1; i < f.k(); i++) {
          assertThat(r[c * f.k() + i]).isZero();
        }
      }
      qr.applyQ(a, f.n(), f.k(), product, f.k());
      for (int c = 0; c < f.k(); c++) {
        expectColumn(f, c, product, c * f.n());
      }
      double[] q = identity(f.n(), f.k());
      qr.applyQ(a, f.n(), f.k(), q, f.k());
      expectOrthonormal(q, f.n(), f.k());
    }
  }

  /** Relative to the column's own norm, however small; LAPACK's test of QR divides by n·ε too, and lets the ratio be 30. */
  private static void expectColumn(Family f, int column, double[] product, int offset) {
    double[] difference = new double[f.n()];
    for (int i = 0; i < f.n(); i++) {
      difference[i] = product[offset + i] - f.a()[column * f.n() + i];
    }
    double norm = ColumnNorm.of(OPS, f.a(), column * f.n(), f.n());
    assertThat(ColumnNorm.of(OPS, difference, 0, f.n())).isLessThanOrEqualTo(2 * f.n() * EPS * norm + Double.MIN_NORMAL);
  }

  private static double[] identity(int n, int k) {
    return Families.columnMajor(n, k, (i, j) -> i == j ? 1 : 0);
  }

  private static void expectOrthonormal(double[] q, int n, int k) {
    double[] gram = JacobiSvdContract.gram(q, n, k);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        assertThat(Math.abs(gram[i * k + j] - (i == j ? 1 : 0))).isLessThanOrEqualTo(n * EPS);
      }
    }
  }
}
