package dev.fullrank;

import dev.fullrank.cpu.CpuOps;
import dev.fullrank.linalg.NuclearNorm;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.RowScaling;

/** One evaluation of s_μ on the CPU: input scaling, sum of singular values, bounds, and what the gradient needs. */
final class SpectralWorkspace {
  private final SpectralOptions options;
  private final CpuOps ops;
  private final NuclearNorm<double[]> norm;
  private final RowScaling scaling = new RowScaling();
  private final Operand y = new Operand();
  private final NuclearNorm.Request floatRequest;
  private final NuclearNorm.Request doubleRequest;
  private int k;
  private int divisor;
  private boolean finite;

  SpectralWorkspace(SpectralOptions options) {
    this.options = options;
    this.ops = CpuOps.create(options.parallelism());
    this.norm = new NuclearNorm<>(ops, ops.kernels());
    this.floatRequest = request(ElementType.FLOAT32);
    this.doubleRequest = request(ElementType.FLOAT64);
  }

  private NuclearNorm.Request request(ElementType type) {
    return new NuclearNorm.Request(options.route(), options.rankPolicy(), options.toleranceFor(type));
  }

  /**
   * Computes s_μ.
   *
   * @param unitRowsRequired refuses rows longer than 1
   */
  void forward(Matrix z, boolean valueOnly, boolean unitRowsRequired) {
    k = Math.min(z.rows(), z.columns());
    divisor = options.divisor().of(z.rows(), z.columns());
    finite = scaling.prepare(ops, z, options.normalizeRows(), y);
    if (!finite) {
      if (options.nonFinite() == NonFinitePolicy.THROW) {
        throw Checks.nonFinite(z);
      }
      return;
    }
    if (unitRowsRequired) {
      requireUnitRows();
    }
    NuclearNorm.Request request = z.type() == ElementType.FLOAT64 ? doubleRequest : floatRequest;
    if (valueOnly) {
      norm.computeValue(y, scaling.squaredNorm(), z.type(), request);
    } else {
      norm.compute(y, scaling.squaredNorm(), request);
    }
  }

  /** Rounding to bfloat16 moves a norm by less than 2⁻⁸; twice that is still a unit row. */
  private void requireUnitRows() {
    double longest = scaling.unscale(Math.sqrt(scaling.largestRowSum()));
    if (longest > 1 + 0x1p-7) {
      throw new IllegalArgumentException(
          "the exponential form is defined for rows of unit norm, the longest row has norm " + longest
              + "; set normalizeRows(true) or use the linear form");
    }
  }

  /** out := factor·∂s_μ/∂z; NaN everywhere if the input was not finite. */
  void gradient(double factor, Matrix out) {
    if (!finite) {
      Checks.fill(out, Double.NaN);
      return;
    }
    norm.gradient(y, factor / divisor, scaling.normalized(), scaling.inverseNorms(), out);
  }

  double meanSingularValue() {
    return finite ? mean(norm.sum()) : Double.NaN;
  }

  double lower() {
    return finite ? Math.nextDown(mean(norm.lower())) : Double.NaN;
  }

  double upper() {
    return finite ? Math.nextUp(mean(norm.upper())) : Double.NaN;
  }

  /** The mean is finite where it is representable, even if the sum overflows: divide first, unscale then. */
  private double mean(double sum) {
    return scaling.unscale(sum / divisor) + 0.0;
  }

  /** ‖E‖_F/divisor. */
  double lowerBound() {
    return finite ? scaling.unscale(Math.sqrt(scaling.squaredNorm()) / divisor) : Double.NaN;
  }

  /** √k·‖E‖_F/divisor. */
  double upperBound() {
    return finite ? scaling.unscale(Math.sqrt(k) * (Math.sqrt(scaling.squaredNorm()) / divisor)) : Double.NaN;
  }

  Details.Spectral details() {
    double s = meanSingularValue();
    double least = lowerBound();
    double most = upperBound();
    double utilisation = utilisation(s, least, most);
    return new Details.Spectral(s, lower(), upper(), least, most, utilisation, finite ? norm.rank() : 0, finite ? norm.route() : Route.AUTO);
  }

  private double utilisation(double s, double least, double most) {
    if (!finite) {
      return Double.NaN;
    }
    return k == 1 || most <= least ? 1 : Math.clamp((s - least) / (most - least), 0, 1);
  }

  /** Forgets the caller's memory. */
  void release() {
    y.clear();
  }
}
