package dev.fullrank;

import dev.fullrank.cuda.CudaSession;
import dev.fullrank.cuda.DeviceGram;
import dev.fullrank.linalg.Operand;

/** On a GPU, to which staged rows are copied. */
final class CudaSampleOps implements SampleOps {
  private final CudaGuard guard;
  private final DeviceGram gram;
  private final MeanSingularValue meanSingularValue;

  /**
   * @throws DeviceException if the device cannot be used
   */
  CudaSampleOps(Device device, int parallelism) {
    guard = new CudaGuard(CudaSession.of(device));
    gram = new DeviceGram(guard.workspace(), new HostStore(parallelism));
    meanSingularValue = MeanSingularValue.builder().device(device).parallelism(parallelism).build();
  }

  @Override
  public double[] gramOfColumns(Operand y) {
    return guard.get(() -> gram.gramOfColumns(y));
  }

  @Override
  public ChunkSummary chunk(double[] rows, int columns, int first, int batch, ElementType type) {
    try (Evaluation evaluation = meanSingularValue.forward(Matrix.of(rows, first * columns, batch, columns, columns))) {
      Details.Spectral details = (Details.Spectral) evaluation.details();
      return ChunkSummary.of(batch, details.meanSingularValue(), details.utilisation());
    }
  }

  @Override
  public void close() {
    meanSingularValue.close();
    guard.close();
  }
}
