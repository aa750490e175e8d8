package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SemiseparableSumTest {
  private static final double[] SHIFTS = {1e-3, 0.5, 7};
  private static final double[] WEIGHTS = {2, -0.25, 1};
  private static final double ALPHA = 0.125;

  /** Against inverses by elimination: both are good to a few roundings times the condition number of T + s, below 10⁴. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 40})
  void generatorsAreThoseOfTheInverses(int k) {
    Tridiagonal t = definite(k);
    SemiseparableSum sum = new SemiseparableSum();
    sum.set(t, ALPHA, SHIFTS.length, SHIFTS, WEIGHTS);
    NaiveOps ops = new NaiveOps();
    ops.resize(k);
    double[] identity = new double[k * k];
    double[] expected = new double[k * k];
    for (int i = 0; i < k; i++) {
      identity[i * k + i] = 1;
    }
    ops.function(identity, sum, expected);
    double error = 64 * 1e4 * 0x1p-53 * 2e3;
    double trace = 0;
    double traceWithMatrix = 0;
    for (int i = 0; i < k; i++) {
      double[] terms = new double[SHIFTS.length];
      System.arraycopy(sum.diagonals(), i * SHIFTS.length, terms, 0, SHIFTS.length);
      for (int j = i; j < k; j++) {
        double entry = i == j ? ALPHA : 0;
        for (int s = 0; s < SHIFTS.length; s++) {
          entry += terms[s];
          terms[s] *= sum.ratios()[j * SHIFTS.length + s];
        }
        assertThat(Math.abs(entry - expected[i * k + j])).as("%d %d", i, j).isLessThan(error);
      }
      trace += expected[i * k + i];
      traceWithMatrix += t.diagonal()[i] * expected[i * k + i];
      traceWithMatrix += i + 1 < k ? 2 * t.offDiagonal()[i] * expected[i * k + i + 1] : 0;
    }
    assertThat(Math.abs(sum.trace() - trace)).isLessThan(k * error);
    assertThat(Math.abs(sum.traceWithMatrix() - traceWithMatrix)).isLessThan(k * error);
  }

  /** LLᵀ of a bidiagonal L. */
  private static Tridiagonal definite(int k) {
    Random random = new Random(k);
    Tridiagonal t = new Tridiagonal();
    t.resize(k);
    double below = 0;
    for (int i = 0; i < k; i++) {
      double diagonal = 0.5 + random.nextDouble();
      double next = i + 1 < k ? random.nextGaussian() : 0;
      t.diagonal()[i] = diagonal * diagonal + below * below;
      t.offDiagonal()[i] = diagonal * next;
      below = next;
    }
    return t;
  }
}
