package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TridiagonalTest {
  private static Tridiagonal of(int k, double diagonal, double offDiagonal) {
    Tridiagonal t = new Tridiagonal();
    t.resize(k);
    for (int i = 0; i < k; i++) {
      t.diagonal()[i] = diagonal;
      t.offDiagonal()[i] = i + 1 < k ? offDiagonal : 0;
    }
    return t;
  }

  /** a + 2b·cos(iπ/(k + 1)): the bounds hold, and are not far. */
  @ParameterizedTest
  @CsvSource({"1,3,0", "2,2,1", "5,2,-1", "40,2,1", "300,2,-1", "64,1,1e-9", "64,1e200,4e199"})
  void theExtremesAreEnclosed(int k, double a, double b) {
    Tridiagonal t = of(k, a, b);
    double spread = 2 * Math.abs(b) * Math.cos(Math.PI / (k + 1));
    double rounding = 8 * a * 0x1p-52;
    assertThat(t.largest()).isBetween(a + spread - rounding, 1.125 * (a + spread) + rounding);
    assertThat(t.smallest()).isBetween((a - spread) / 1.125 - rounding, a - spread + rounding);
  }

  @Test
  void aMatrixThatIsNotPositiveDefiniteHasNoLowerBound() {
    assertThat(of(2, 1, 1).smallest()).isZero();
    assertThat(of(2, 1, 2).smallest()).isZero();
    assertThat(of(3, 0, 0).smallest()).isZero();
    Tridiagonal negative = of(3, 1, 0);
    negative.diagonal()[1] = -1;
    assertThat(negative.smallest()).isZero();
  }

  /** A smallest eigenvalue far below the others is found, down to the rounding of the largest. */
  @Test
  void aLoneSmallEigenvalueIsFound() {
    for (int exponent = 0; exponent < 50; exponent++) {
      Tridiagonal t = of(9, 1, 0);
      t.diagonal()[4] = Math.scalb(1.0, -exponent);
      assertThat(t.smallest()).isBetween(t.diagonal()[4] / 1.125, t.diagonal()[4]);
    }
  }

  @Test
  void boundsScaleExactly() {
    Tridiagonal t = of(20, 2, 1);
    Tridiagonal scaled = of(20, Math.scalb(2.0, -300), Math.scalb(1.0, -300));
    assertThat(scaled.largest()).isEqualTo(Math.scalb(t.largest(), -300));
    assertThat(scaled.smallest()).isEqualTo(Math.scalb(t.smallest(), -300));
  }

  @Test
  void whatIsNotFiniteGivesNoBounds() {
    Tridiagonal t = of(4, 1, 0);
    t.diagonal()[2] = Double.POSITIVE_INFINITY;
    assertThat(t.largest()).isInfinite();
    t.diagonal()[2] = Double.NaN;
    assertThat(t.largest()).isNaN();
  }
}
