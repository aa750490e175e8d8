package dev.fullrank;

import dev.fullrank.cuda.CudaWorkspace;
import dev.fullrank.cuda.DeviceInput;
import dev.fullrank.cuda.DeviceNuclearNorm;
import dev.fullrank.cuda.DeviceOutput;
import dev.fullrank.linalg.NuclearNorm;

/** s_μ on a GPU. Its decomposition is certified there; of a matrix on the device the certificate is waited for when it is needed first. */
final class CudaSpectralWorkspace implements SpectralWorkspace {
  private final SpectralOptions options;
  private final DeviceInput input;
  private final DeviceOutput output;
  private final DeviceNuclearNorm norm;
  private boolean unitRowsRequired;
  private int divisor;
  private int k;

  CudaSpectralWorkspace(SpectralOptions options, CudaWorkspace workspace) {
    this.options = options;
    HostStore hostTransfer = new HostStore(options.parallelism());
    this.input = new DeviceInput(workspace, hostTransfer);
    this.output = new DeviceOutput(workspace, hostTransfer);
    this.norm = new DeviceNuclearNorm(workspace);
  }

  @Override
  public void forward(Matrix z, boolean valueOnly, boolean unitRowsRequired) {
    this.unitRowsRequired = unitRowsRequired;
    divisor = options.divisor().of(z.rows(), z.columns());
    k = Math.min(z.rows(), z.columns());
    input.bring(z);
    norm.compute(
        input,
        options.normalizeRows(),
        valueOnly,
        new NuclearNorm.Request(options.route(), options.rankPolicy(), options.toleranceFor(z.type())));
    if (!z.isOnDevice()) {
      settle();
    }
  }

  private void settle() {
    norm.settle(input);
    if (!norm.isFinite()) {
      if (options.nonFinite() == NonFinitePolicy.THROW) {
        throw norm.nonFinite(input);
      }
    } else if (unitRowsRequired) {
      SpectralWorkspace.requireUnitRows(Math.scalb(Math.sqrt(norm.largestRowSum()), -exponent()));
    }
  }

  private int exponent() {
    return Math.getExponent(norm.unit());
  }

  @Override
  public double meanSingularValue() {
    settle();
    return norm.isFinite() ? SpectralWorkspace.mean(norm.sum(), divisor, exponent()) : Double.NaN;
  }

  @Override
  public void gradient(double factor, Matrix out) {
    settle();
    norm.gradient(factor / divisor, output.target(out));
    output.deliver(out);
  }

  @Override
  public Details.Spectral details() {
    settle();
    return norm.isFinite()
        ? SpectralWorkspace.details(
            k,
            divisor,
            exponent(),
            norm.sum(),
            norm.lower(),
            norm.upper(),
            norm.squaredNorm(),
            norm.rank(),
            norm.route())
        : SpectralWorkspace.undefined();
  }

  @Override
  public void release() {
    input.release();
  }
}
