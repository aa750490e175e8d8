package dev.fullrank;

import static dev.fullrank.CovarianceDivisor.FEATURES;
import static dev.fullrank.CovarianceDivisor.OFF_DIAGONAL_ENTRIES;
import static dev.fullrank.InvarianceDivisor.ELEMENTS;
import static dev.fullrank.InvarianceDivisor.SAMPLES;
import static dev.fullrank.VarianceEstimator.BIASED;
import static dev.fullrank.VarianceEstimator.UNBIASED;

/**
 * What the implementations of VICReg mean by its loss. All are
 *
 * <pre>  λ·s(Z, Z′) + μ·h_v·(v(Z) + v(Z′)) + ν·h_c·(c(Z) + c(Z′))</pre>
 *
 * with γ = 1 and covariances divided by n − 1; they differ as follows.
 *
 * <table>
 *   <caption>Conventions</caption>
 *   <tr><th></th><th>λ, μ, ν</th><th>h_v</th><th>h_c</th><th>ε</th><th>variance</th><th>s over</th><th>c over</th></tr>
 *   <tr><td>{@link #OFFICIAL}, {@link #LIGHTLY}, {@link #PYTORCH_METRIC_LEARNING}, {@link #STABLE_PRETRAINING}</td>
 *       <td>25, 25, 1</td><td>½</td><td>1</td><td>1e-4</td><td>n−1</td><td>n·d</td><td>d</td></tr>
 *   <tr><td>{@link #PAPER}</td><td>25, 25, 1</td><td>1</td><td>1</td><td>1e-4</td><td>n−1</td><td>n</td><td>d</td></tr>
 *   <tr><td>{@link #SOLO_LEARN}</td><td>25, 25, 1</td><td>1</td><td>1</td><td>1e-4</td><td>n−1</td><td>n·d</td><td>d</td></tr>
 *   <tr><td>{@link #TENSORFLOW_SIMILARITY}</td>
 *       <td>25, 25, 1</td><td>½</td><td>1</td><td>1e-4</td><td>n</td><td>n·d</td><td>d</td></tr>
 *   <tr><td>{@link #JOLIBRAIN}</td><td>25, 15, 1</td><td>½</td><td>½</td><td>0</td><td>n−1</td><td>n·d</td><td>d</td></tr>
 *   <tr><td>{@link #EB_JEPA}</td><td>1, 1, 1</td><td>1</td><td>1</td><td>1e-4</td><td>n−1</td><td>n·d</td><td>d(d−1)</td></tr>
 * </table>
 *
 * <p>In distributed training the official code and most others gather the batch for v and c first; the conventions here are for
 * the batch that they are given.
 */
public enum VicRegConvention {
  /** facebookresearch/vicreg, {@code main_vicreg.py}: v halved over the two branches, c not. */
  OFFICIAL(25, 25, 1, 0.5, 1, 1e-4, UNBIASED, ELEMENTS, FEATURES),
  /**
   * Equations 1 to 6 of the paper as they are printed: v not halved, and s the mean over samples of the squared distance. The
   * paper's own pseudo-code divides s by d as well: that is {@link #SOLO_LEARN}.
   */
  PAPER(25, 25, 1, 1, 1, 1e-4, UNBIASED, SAMPLES, FEATURES),
  /** lightly-ai/lightly, {@code VICRegLoss}: as official. */
  LIGHTLY(25, 25, 1, 0.5, 1, 1e-4, UNBIASED, ELEMENTS, FEATURES),
  /** KevinMusgrave/pytorch-metric-learning, {@code VICRegLoss}: as official. */
  PYTORCH_METRIC_LEARNING(25, 25, 1, 0.5, 1, 1e-4, UNBIASED, ELEMENTS, FEATURES),
  /** vturrisi/solo-learn, {@code vicreg_loss_func}: v not halved. */
  SOLO_LEARN(25, 25, 1, 1, 1, 1e-4, UNBIASED, ELEMENTS, FEATURES),
  /** rbalestr-lab/stable-pretraining, {@code VICRegLoss}: v halved in each view, which is as official. */
  STABLE_PRETRAINING(25, 25, 1, 0.5, 1, 1e-4, UNBIASED, ELEMENTS, FEATURES),
  /** tensorflow/similarity, {@code VicReg}: biased variance in v, n − 1 in c. */
  TENSORFLOW_SIMILARITY(25, 25, 1, 0.5, 1, 1e-4, BIASED, ELEMENTS, FEATURES),
  /** jolibrain/vicreg-loss, {@code VICRegLoss}: no ε, μ = 15, c halved as well. */
  JOLIBRAIN(25, 15, 1, 0.5, 0.5, 0, UNBIASED, ELEMENTS, FEATURES),
  /** facebookresearch/eb_jepa, {@code VICRegLoss}: unit coefficients, c the mean over the off-diagonal entries. */
  EB_JEPA(1, 1, 1, 1, 1, 1e-4, UNBIASED, ELEMENTS, OFF_DIAGONAL_ENTRIES);

  final double lambda;
  final double mu;
  final double nu;
  final double varianceShare;
  final double covarianceShare;
  final double epsilon;
  final VarianceEstimator varianceEstimator;
  final InvarianceDivisor invarianceDivisor;
  final CovarianceDivisor covarianceDivisor;

  VicRegConvention(
      double lambda,
      double mu,
      double nu,
      double varianceShare,
      double covarianceShare,
      double epsilon,
      VarianceEstimator varianceEstimator,
      InvarianceDivisor invarianceDivisor,
      CovarianceDivisor covarianceDivisor) {
    this.lambda = lambda;
    this.mu = mu;
    this.nu = nu;
    this.varianceShare = varianceShare;
    this.covarianceShare = covarianceShare;
    this.epsilon = epsilon;
    this.varianceEstimator = varianceEstimator;
    this.invarianceDivisor = invarianceDivisor;
    this.covarianceDivisor = covarianceDivisor;
  }
}
