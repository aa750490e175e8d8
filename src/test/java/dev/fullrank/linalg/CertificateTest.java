package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Matrix;
import org.junit.jupiter.api.Test;

/** With Y = I the residual is Z² − I, which is chosen here. */
class CertificateTest {
  private static final int K = 16;

  private final NaiveOps ops = new NaiveOps();
  private final Certificate<double[]> certificate = new Certificate<>(ops);

  private double residual(double[] z) {
    double[] identity = new double[K * K];
    for (int i = 0; i < K; i++) {
      identity[i * (K + 1)] = 1;
      z[i * (K + 1)] += 1;
    }
    ops.resize(K);
    return certificate.polarResidual(new Operand().set(Matrix.of(identity, K, K), null, null), identity, z, 1e-8);
  }

  @Test
  void anExactInverseRootLeavesNothing() {
    assertThat(residual(new double[K * K])).isZero();
  }

  /** Z = I + ε·vvᵀ with v = (e_i ± e_j)/√2, to which every second vector of signs is orthogonal: ‖Z² − I‖₂ = 2ε + ε². */
  @Test
  void noResidualOfRankOneOnTwoCoordinatesHides() {
    double epsilon = 1e-6;
    for (int i = 0; i < K; i++) {
      for (int j = 0; j < i; j++) {
        for (int sign = -1; sign <= 1; sign += 2) {
          double[] z = new double[K * K];
          z[i * (K + 1)] = epsilon / 2;
          z[j * (K + 1)] = epsilon / 2;
          z[i * K + j] = sign * epsilon / 2;
          z[j * K + i] = sign * epsilon / 2;
          assertThat(residual(z)).as("%d %d %d", i, j, sign).isBetween(2 * epsilon, 100 * epsilon);
        }
      }
    }
  }

  /** Y = I and a Gram matrix that is wrong by ε·vvᵀ, of which Z is the inverse root: only the products with the data tell. */
  @Test
  void anErrorOfTheGramMatrixShows() {
    double epsilon = 1e-6;
    double[] identity = new double[K * K];
    for (int i = 0; i < K; i++) {
      identity[i * (K + 1)] = 1;
    }
    ops.resize(K);
    Operand y = new Operand().set(Matrix.of(identity, K, K), null, null);
    for (double wanted : new double[] {1e-8, 1}) {
      double[] g = identity.clone();
      g[K + 1] += epsilon;
      double[] z = identity.clone();
      z[K + 1] = 1 / Math.sqrt(1 + epsilon);
      assertThat(certificate.polarResidual(y, g, z, wanted)).isBetween(epsilon, 1e5 * epsilon);
    }
  }

  @Test
  void aNumberThatIsNoneIsNotForgotten() {
    double[] z = new double[K * K];
    z[3] = Double.NaN;
    assertThat(residual(z)).isNaN();
  }
}
