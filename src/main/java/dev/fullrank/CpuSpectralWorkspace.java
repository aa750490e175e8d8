package dev.fullrank;

import dev.fullrank.cpu.CpuOps;
import dev.fullrank.linalg.NuclearNorm;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.RowScaling;

/** s_μ on the CPU. */
final class CpuSpectralWorkspace implements SpectralWorkspace {
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

  CpuSpectralWorkspace(SpectralOptions options) {
    this.options = options;
    this.ops = CpuOps.create(options.parallelism());
    this.norm = new NuclearNorm<>(ops, ops.kernels());
    this.floatRequest = request(ElementType.FLOAT32);
    this.doubleRequest = request(ElementType.FLOAT64);
  }

  private NuclearNorm.Request request(ElementType type) {
    return new NuclearNorm.Request(options.route(), options.rankPolicy(), options.toleranceFor(type));
  }

  @Override
  public void forward(Matrix z, boolean valueOnly, boolean unitRowsRequired) {
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
      SpectralWorkspace.requireUnitRows(Math.scalb(Math.sqrt(scaling.largestRowSum()), -scaling.exponent()));
    }
    NuclearNorm.Request request = z.type() == ElementType.FLOAT64 ? doubleRequest : floatRequest;
    if (valueOnly) {
      norm.computeValue(y, scaling.squaredNorm(), z.type(), request);
    } else {
      norm.compute(y, scaling.squaredNorm(), request);
    }
  }

  @Override
  public void gradient(double factor, Matrix out) {
    if (!finite) {
      Checks.fill(out, Double.NaN);
      return;
    }
    norm.gradient(y, factor / divisor, scaling.normalized(), scaling.inverseNorms(), out);
  }

  @Override
  public double meanSingularValue() {
    return finite ? SpectralWorkspace.mean(norm.sum(), divisor, scaling.exponent()) : Double.NaN;
  }

  @Override
  public Details.Spectral details() {
    return finite
        ? SpectralWorkspace.details(
            k, divisor, scaling.exponent(), norm.sum(), norm.lower(), norm.upper(), scaling.squaredNorm(), norm.rank(), norm.route())
        : SpectralWorkspace.undefined();
  }

  @Override
  public void release() {
    y.clear();
  }
}
