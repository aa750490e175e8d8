package dev.fullrank.linalg;

/**
 * Z = V_r·Λ_r^(-1/2)·V_rᵀ, the pseudo-inverse square root of a Gram matrix, from its eigenvalue decomposition; and the sum of
 * singular values from the eigenvalues alone.
 *
 * <p>By Weyl's inequality an eigenvalue of the computed Gram matrix differs from the exact λ = σ² by at most the norm of its
 * rounding error, {@code floor}. Hence Σσ lies between Σ√max(λ − floor, 0) and Σ√(λ + floor).
 *
 * @param <S> a square matrix in the memory of the device
 */
final class GramEigen<S> {
  private static final int FACTOR = 1;
  private static final int FACTOR_TRANSPOSED = 2;

  private final DenseOps<S> ops;
  private final SymmetricEigen eigen;
  private double[] vectors = {};
  private double[] transposed = {};
  private double[] values = {};
  private double lower;
  private double upper;
  private double sum;
  private int rank;

  GramEigen(DenseOps<S> ops, ColumnOps columnOps) {
    this.ops = ops;
    this.eigen = new SymmetricEigen(columnOps);
  }

  /** Enclosure of Σσ from below. */
  double lower() {
    return lower;
  }

  /** Enclosure of Σσ from above. */
  double upper() {
    return upper;
  }

  /** Σ√λ over the positive computed eigenvalues. */
  double sum() {
    return sum;
  }

  /** Number of eigenvalues that were kept. */
  int rank() {
    return rank;
  }

  /** The mean of σ₁/σ_i, where those that were not kept count nothing. */
  double meanRatio() {
    return ops.trace(ops.buffer(GramRoot.Z)) * Math.sqrt(values[0]) / ops.order();
  }

  /** Eigenvalues only: fills sum, enclosure and the number of eigenvalues above the floor. */
  void values(double floor) {
    int k = load();
    eigen.values(vectors, k, values);
    enclose(k, floor, floor);
  }

  /**
   * Computes Z into buffer {@link GramRoot#Z} from the eigenvalues that are at least {@code cut}.
   *
   * @return false if the others may hold more than {@code tail} of the sum; Z is undefined then
   */
  boolean compute(double floor, double cut, double tail) {
    int k = load();
    eigen.decompose(vectors, k, values);
    double lost = enclose(k, floor, cut);
    if (!(lost <= tail * sum)) {
      return false;
    }
    // Z = Σ v·(λ^(-1/2)·vᵀ); the symmetric split λ^(-1/4) would not scale exactly with powers of two of E
    for (int i = 0; i < k; i++) {
      boolean kept = values[i] >= cut && values[i] > 0;
      double weight = kept ? 1 / Math.sqrt(values[i]) : 0;
      for (int j = 0; j < k; j++) {
        transposed[j * k + i] = kept ? vectors[i * k + j] : 0;
        vectors[i * k + j] *= weight;
      }
    }
    ops.upload(vectors, ops.buffer(FACTOR));
    ops.upload(transposed, ops.buffer(FACTOR_TRANSPOSED));
    ops.symmetricProduct(ops.buffer(FACTOR_TRANSPOSED), ops.buffer(FACTOR), ops.buffer(GramRoot.Z));
    return true;
  }

  private int load() {
    int k = ops.order();
    if (values.length < k) {
      vectors = new double[Math.multiplyExact(k, k)];
      transposed = new double[Math.multiplyExact(k, k)];
      values = new double[k];
    }
    ops.download(ops.buffer(GramRoot.G), vectors);
    return k;
  }

  /** Sums the spectrum; returns an upper bound of the part below the cut. */
  private double enclose(int k, double floor, double cut) {
    double below = 0;
    lower = 0;
    upper = 0;
    sum = 0;
    rank = 0;
    for (int i = k - 1; i >= 0; i--) {
      double value = values[i];
      boolean kept = value >= cut && value > 0;
      double most = Math.sqrt(Math.max(value, 0) + floor);
      lower += Math.sqrt(Math.max(value - floor, 0));
      upper += most;
      sum += Math.sqrt(Math.max(value, 0));
      below += kept ? 0 : most;
      rank += kept ? 1 : 0;
    }
    return below;
  }
}
