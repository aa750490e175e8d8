package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoMomentTest {
  @ParameterizedTest
  @CsvSource({"1,1", "1,5", "2,1", "3,7", "17,5", "100,33", "257,2"})
  void equalsTheNaiveTwin(int n, int d) {
    double[] rows = random(n, d, 3);
    CoMoment moment = of(rows, n, d);
    check(moment, rows, n, d, 8);
  }

  @ParameterizedTest
  @CsvSource({"12,3", "61,9", "200,16"})
  void mergesInAnyTreeOrder(int n, int d) {
    double[] rows = random(n, d, 5);
    Random random = new Random(n);
    for (int trial = 0; trial < 20; trial++) {
      List<CoMoment> parts = new ArrayList<>();
      for (int from = 0; from < n; ) {
        int to = Math.min(n, from + 1 + random.nextInt(9));
        parts.add(of(Arrays.copyOfRange(rows, from * d, to * d), to - from, d));
        from = to;
      }
      parts.add(random.nextInt(parts.size()), new CoMoment(d));
      Collections.shuffle(parts, random);
      while (parts.size() > 1) {
        CoMoment taken = parts.remove(random.nextInt(parts.size()));
        CoMoment before = taken.copy();
        parts.get(random.nextInt(parts.size())).merge(taken);
        assertThat(taken.upper()).isEqualTo(before.upper());
      }
      check(parts.getFirst(), rows, n, d, 16);
    }
  }

  @Test
  void keepsItsDigitsWhereTheMeanIsFarFromTheOrigin() {
    int n = 300;
    int d = 4;
    double[] rows = random(n, d, 11);
    for (int i = 0; i < rows.length; i++) {
      rows[i] += 1e8;
    }
    CoMoment whole = new CoMoment(d);
    for (int from = 0; from < n; from += 7) {
      int m = Math.min(7, n - from);
      whole.add(Arrays.copyOfRange(rows, from * d, (from + m) * d), m, 1, CoMomentTest::product);
    }
    // A running mean of 1e8 is off by up to an ulp, 1.5e-8, which enters M linearly through δ: n·ulp·σ in all, relative to n·σ².
    checkCentred(whole, rows, n, d, 1e8 * 0x1p-52);
  }

  @Test
  void aConstantColumnHasNoCoMomentAtAll() {
    int n = 1000;
    double[] rows = random(n, 3, 2);
    for (int i = 0; i < n; i++) {
      rows[3 * i + 1] = 0.1;
    }
    CoMoment moment = new CoMoment(3);
    for (int from = 0; from < n; from += 37) {
      int m = Math.min(37, n - from);
      moment.add(Arrays.copyOfRange(rows, from * 3, (from + m) * 3), m, 1, CoMomentTest::product);
    }
    assertThat(moment.mean()[1]).isEqualTo(0.1);
    assertThat(moment.get(0, 1)).isZero();
    assertThat(moment.diagonal(1)).isZero();
    assertThat(moment.get(1, 2)).isZero();
    assertThat(moment.diagonal(2)).isPositive();
  }

  @Test
  void powersOfTwoChangeExponentsAlone() {
    double[] rows = random(20, 5, 8);
    CoMoment plain = of(rows, 20, 5);
    CoMoment scaled = new CoMoment(5);
    scaled.add(rows, 20, 0x1p-40, CoMomentTest::product);
    scaled.scale(0x1p40);
    assertThat(scaled.mean()).isEqualTo(plain.mean());
    assertThat(scaled.upper()).isEqualTo(plain.upper());
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> new CoMoment(3).merge(new CoMoment(4))).hasMessageContaining("cannot merge 4 columns into 3");
    assertThatThrownBy(() -> new CoMoment(46341)).hasMessageContaining("46341");
    assertThatThrownBy(() -> new CoMoment(0, new double[3], new double[5])).hasMessageContaining("has 6 entries, not 5");
  }

  private static double[] product(Operand y) {
    NaiveOps ops = new NaiveOps();
    double[] gram = ops.resize(y.columns()).buffer(0);
    ops.gramOfColumns(y, gram);
    return gram;
  }

  private static CoMoment of(double[] rows, int n, int d) {
    CoMoment moment = new CoMoment(d);
    moment.add(rows, n, 1, CoMomentTest::product);
    return moment;
  }

  /** Against sums in 60 decimal digits; an entry may be off by {@code ulps} units of the product of its columns' norms. */
  private static void check(CoMoment moment, double[] rows, int n, int d, int ulps) {
    checkCentred(moment, rows, n, d, ulps * 0x1p-52);
    double[] gram = new double[d * d];
    moment.gram(gram);
    for (int a = 0; a < d; a++) {
      for (int b = 0; b < d; b++) {
        double exact = 0;
        double sizeA = 0;
        double sizeB = 0;
        for (int i = 0; i < n; i++) {
          exact += rows[i * d + a] * rows[i * d + b];
          sizeA += rows[i * d + a] * rows[i * d + a];
          sizeB += rows[i * d + b] * rows[i * d + b];
        }
        double size = Math.sqrt(sizeA) * Math.sqrt(sizeB);
        assertThat(Math.abs(gram[a * d + b] - exact)).isLessThanOrEqualTo((ulps + Math.sqrt(n)) * 0x1p-52 * size);
      }
    }
  }

  private static void checkCentred(CoMoment moment, double[] rows, int n, int d, double tolerance) {
    MathContext digits = new MathContext(60);
    BigDecimal[][] centred = new BigDecimal[d][n];
    double[] norms = new double[d];
    for (int j = 0; j < d; j++) {
      BigDecimal sum = BigDecimal.ZERO;
      for (int i = 0; i < n; i++) {
        sum = sum.add(new BigDecimal(rows[i * d + j]));
      }
      BigDecimal mean = sum.divide(BigDecimal.valueOf(n), digits);
      assertThat(Math.abs(moment.mean()[j] / mean.doubleValue() - 1)).isLessThanOrEqualTo(tolerance);
      for (int i = 0; i < n; i++) {
        centred[j][i] = new BigDecimal(rows[i * d + j]).subtract(mean);
        norms[j] = Math.hypot(norms[j], centred[j][i].doubleValue());
      }
    }
    assertThat(moment.count()).isEqualTo(n);
    for (int a = 0; a < d; a++) {
      for (int b = a; b < d; b++) {
        BigDecimal exact = BigDecimal.ZERO;
        for (int i = 0; i < n; i++) {
          exact = exact.add(centred[a][i].multiply(centred[b][i], digits));
        }
        assertThat(Math.abs(moment.get(a, b) - exact.doubleValue())).isLessThanOrEqualTo(tolerance * norms[a] * norms[b]);
      }
    }
  }

  private static double[] random(int n, int d, long seed) {
    Random random = new Random(seed);
    double[] rows = new double[n * d];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = 2 + random.nextGaussian();
    }
    return rows;
  }
}
