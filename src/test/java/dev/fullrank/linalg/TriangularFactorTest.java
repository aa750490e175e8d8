package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriangularFactorTest {
  private static final ColumnOps OPS = new NaiveColumnOps();

  @ParameterizedTest
  @CsvSource({"1,1,1", "1,4,1", "3,5,2", "5,5,5", "30,7,4", "129,17,50"})
  void hasTheGramMatrixOfTheRows(int n, int d, int block) {
    double[] rows = random(n, d);
    TriangularFactor factor = byBlocks(rows, n, d, block);
    assertThat(gramError(factor, rows, n, d)).isLessThan(32 * 0x1p-52);
    for (int j = 0; j < d; j++) {
      for (int i = j + 1; i < d; i++) {
        assertThat(factor.columnMajor()[j * d + i]).isZero();
      }
    }
  }

  @Test
  void mergesAsStackedRows() {
    int d = 6;
    double[] rows = random(50, d);
    TriangularFactor a = byBlocks(Arrays.copyOfRange(rows, 0, 3 * d), 3, d, 2);
    TriangularFactor b = byBlocks(Arrays.copyOfRange(rows, 3 * d, 50 * d), 47, d, 10);
    double[] before = b.columnMajor().clone();
    a.merge(b);
    assertThat(gramError(a, rows, 50, d)).isLessThan(32 * 0x1p-52);
    assertThat(b.columnMajor()).isEqualTo(before);
    a.merge(new TriangularFactor(d, OPS));
    assertThat(gramError(a, rows, 50, d)).isLessThan(32 * 0x1p-52);
  }

  /** Two columns that differ by 1e-12: their Gram matrix in double is singular, R still knows their difference. */
  @Test
  void keepsWhatTheGramMatrixLoses() {
    int n = 64;
    double[] rows = new double[2 * n];
    for (int i = 0; i < n; i++) {
      rows[2 * i] = 1;
      rows[2 * i + 1] = 1 + (i % 2 == 0 ? 0x1p-40 : -0x1p-40);
    }
    double[] r = byBlocks(rows, n, 2, 10).columnMajor();
    assertThat(Math.abs(r[3])).isBetween(0.999 * 8 * 0x1p-40, 1.001 * 8 * 0x1p-40);
  }

  @Test
  void zeroColumnsAndZeroRowsAreNoSpecialCase() {
    double[] rows = random(9, 4);
    for (int i = 0; i < 9; i++) {
      rows[4 * i + 1] = 0;
      rows[4 * 3 + i % 4] = 0;
    }
    assertThat(gramError(byBlocks(rows, 9, 4, 2), rows, 9, 4)).isLessThan(32 * 0x1p-52);
    assertThat(byBlocks(new double[12], 3, 4, 3).columnMajor()).containsOnly(0);
  }

  private static TriangularFactor byBlocks(double[] rows, int n, int d, int block) {
    TriangularFactor factor = new TriangularFactor(d, OPS);
    for (int from = 0; from < n; from += block) {
      int m = Math.min(block, n - from);
      double[] part = Arrays.copyOfRange(rows, from * d, (from + m) * d);
      for (int i = 0; i < part.length; i++) {
        part[i] *= 8;
      }
      factor.add(part, m, 0.125);
    }
    return factor;
  }

  /** max |RᵀR − XᵀX|_ij / (‖x_i‖·‖x_j‖). */
  private static double gramError(TriangularFactor factor, double[] rows, int n, int d) {
    double[] r = factor.columnMajor();
    double worst = 0;
    for (int a = 0; a < d; a++) {
      for (int b = 0; b < d; b++) {
        double difference = 0;
        double sizeA = 0;
        double sizeB = 0;
        for (int i = 0; i < n; i++) {
          difference += rows[i * d + a] * rows[i * d + b];
          sizeA += rows[i * d + a] * rows[i * d + a];
          sizeB += rows[i * d + b] * rows[i * d + b];
        }
        for (int i = 0; i < d; i++) {
          difference -= r[a * d + i] * r[b * d + i];
        }
        worst = Math.max(worst, Math.abs(difference) / Math.max(Math.sqrt(sizeA * sizeB), Double.MIN_NORMAL));
      }
    }
    return worst;
  }

  private static double[] random(int n, int d) {
    Random random = new Random(n * 31 + d);
    double[] rows = new double[n * d];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextGaussian();
    }
    return rows;
  }
}
