package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RitzValuesTest {
  private final RitzValues ritz = new RitzValues(4);

  /** The second difference of order n has the eigenvalues 2 − 2·cos(iπ/(n + 1)) and eigenvectors of sines. */
  @Test
  void endsAndResidualsOfTheSecondDifference() {
    for (int n = 1; n <= 4; n++) {
      double beta = 0.5;
      double[] alpha = {2, 2, 2, 2};
      double[] off = {-1, -1, -1, -1};
      off[n - 1] = beta;
      ritz.find(alpha, off, n);
      double theta = 2 - 2 * Math.cos(Math.PI / (n + 1));
      double last = Math.sqrt(2.0 / (n + 1)) * Math.sin(n * Math.PI / (n + 1));
      assertThat(ritz.least()).isCloseTo(theta, within(1e-14));
      assertThat(ritz.most()).isCloseTo(4 - theta, within(1e-14));
      assertThat(ritz.below()).isCloseTo(theta - beta * last, within(1e-14));
      assertThat(ritz.above()).isCloseTo(4 - theta + beta * last, within(1e-14));
    }
  }

  @Test
  void noResidualMovesNothing() {
    ritz.find(new double[] {3, 5}, new double[] {1, 0}, 2);
    assertThat(ritz.below()).isEqualTo(ritz.least());
    assertThat(ritz.above()).isEqualTo(ritz.most());
  }

  @Test
  void whatIsNotANumberIsSaid() {
    ritz.find(new double[] {Double.NaN, Double.NaN}, new double[] {Double.NaN, Double.NaN}, 2);
    assertThat(ritz.below()).isNaN();
    assertThat(ritz.above()).isNaN();
  }
}
