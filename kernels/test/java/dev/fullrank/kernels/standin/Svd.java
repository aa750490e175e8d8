package dev.fullrank.kernels.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

/** A singular value decomposition as it came from the device: A = U·diag(σ)·Vᵀ. */
final class Svd {
  private final int status;
  private final double[] sigma;
  private final Columns u;
  private final Columns v;

  Svd(int status, double[] sigma, Columns u, Columns v) {
    this.status = status;
    this.sigma = sigma;
    this.u = u;
    this.v = v;
  }

  int status() {
    return status;
  }

  double[] sigma() {
    return sigma.clone();
  }

  Columns v() {
    return v;
  }

  /** The same where what was called v is its transpose. */
  Svd withVTransposed() {
    return new Svd(status, sigma, u, v.transposed());
  }

  /** The product within {@code room} of ‖A‖, orthonormal factors within {@code room}, and singular values in order. */
  void expectDecomposition(Columns a, double room) {
    for (int j = 0; j < a.columns(); j++) {
      for (int i = 0; i < a.rows(); i++) {
        double product = 0;
        for (int p = 0; p < sigma.length; p++) {
          product += u.at(i, p) * sigma[p] * v.at(j, p);
        }
        assertThat(product).isCloseTo(a.at(i, j), offset(room * a.norm()));
      }
    }
    assertThat(u.distanceFromOrthonormal()).isLessThanOrEqualTo(room);
    assertThat(v.distanceFromOrthonormal()).isLessThanOrEqualTo(room);
    for (int p = 0; p < sigma.length; p++) {
      assertThat(sigma[p]).isBetween(0.0, p == 0 ? Double.POSITIVE_INFINITY : sigma[p - 1]);
    }
  }
}
