package dev.fullrank;

import dev.fullrank.linalg.ColumnOps;
import dev.fullrank.linalg.DenseOps;
import dev.fullrank.linalg.NuclearNorm;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.RowScaling;

/** On the CPU. */
final class CpuSampleOps implements SampleOps {
  private final DenseOps<double[]> ops;
  private final NuclearNorm<double[]> nuclearNorm;
  private final RowScaling scaling = new RowScaling();
  private final Operand operand = new Operand();

  CpuSampleOps(DenseOps<double[]> ops, ColumnOps columnOps) {
    this.ops = ops;
    this.nuclearNorm = new NuclearNorm<>(ops, columnOps);
  }

  @Override
  public double[] gramOfColumns(Operand y) {
    double[] gram = ops.resize(y.columns()).buffer(0);
    ops.gramOfColumns(y, gram);
    return gram;
  }

  @Override
  public ChunkSummary chunk(double[] rows, int columns, int first, int batch, ElementType type) {
    scaling.prepare(ops, Matrix.of(rows, first * columns, batch, columns, columns), false, operand);
    double squaredNorm = scaling.squaredNorm();
    if (squaredNorm == 0) {
      return ChunkSummary.of(batch, 0, 1);
    }
    // A value needs no tolerance: it is asked for as accurately as the type allows.
    NuclearNorm.Request request = new NuclearNorm.Request(Route.AUTO, RankPolicy.MINIMAL_NORM, type.epsilon());
    nuclearNorm.computeValue(operand, squaredNorm, type, request);
    operand.clear();
    int k = Math.min(batch, columns);
    double mean = nuclearNorm.sum() / k;
    return ChunkSummary.of(batch, Math.scalb(mean, -scaling.exponent()), SpectralSummary.utilisation(mean, Math.sqrt(squaredNorm), k));
  }

  @Override
  public void close() {}
}
