package dev.fullrank.linalg;

import dev.fullrank.Matrix;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sum out_ij := base_ij + factor_j·(own_ij − mean_j) + pull·(own_ij − other_ij), without being formed: base may be out
 * itself.
 *
 * <p>Mutable so that a workspace can keep one and allocate nothing per call; belongs to one thread at a time.
 */
public final class PairGradient {
  private @Nullable Matrix own;
  private @Nullable Matrix other;
  private @Nullable ColumnMoments moments;
  private @Nullable Matrix base;
  private @Nullable Matrix out;
  private double[] factors = {};
  private double pull;
  private int exponent;

  /**
   * The data and their weights.
   *
   * @param factors per unit of the columns of own, whole windows long
   * @param pull factor of the difference of the branches, in units of 2^exponent
   * @param exponent see {@link PairStripe#squaredDistances}
   */
  public PairGradient set(Matrix own, ColumnMoments moments, double[] factors, Matrix other, double pull, int exponent) {
    this.own = own;
    this.moments = moments;
    this.factors = factors;
    this.other = other;
    this.pull = pull;
    this.exponent = exponent;
    return this;
  }

  /** What is added to, and where the sum goes. */
  public PairGradient into(Matrix base, Matrix out) {
    this.base = base;
    this.out = out;
    return this;
  }

  /** Forgets the caller's memory. */
  public void clear() {
    own = null;
    other = null;
    moments = null;
    base = null;
    out = null;
  }

  /** The matrix whose gradient this is. */
  public Matrix own() {
    return Objects.requireNonNull(own);
  }

  /** The other branch. */
  public Matrix other() {
    return Objects.requireNonNull(other);
  }

  /** The first summand. */
  public Matrix base() {
    return Objects.requireNonNull(base);
  }

  /** The sum. */
  public Matrix out() {
    return Objects.requireNonNull(out);
  }

  ColumnMoments moments() {
    return Objects.requireNonNull(moments);
  }

  double[] factors() {
    return factors;
  }

  double pull() {
    return pull;
  }

  int exponent() {
    return exponent;
  }
}
