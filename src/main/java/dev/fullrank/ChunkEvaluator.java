package dev.fullrank;

import dev.fullrank.linalg.ColumnOps;
import dev.fullrank.linalg.DenseOps;
import dev.fullrank.linalg.NuclearNorm;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.RowScaling;

/** s_μ of one batch of rows after the other, as the regularizer has it. Not thread-safe. */
final class ChunkEvaluator {
  private final int columns;
  private final DenseOps<double[]> ops;
  private final NuclearNorm<double[]> nuclearNorm;
  private final RowScaling scaling = new RowScaling();
  private final Operand operand = new Operand();

  ChunkEvaluator(int columns, DenseOps<double[]> ops, ColumnOps columnOps) {
    this.columns = columns;
    this.ops = ops;
    this.nuclearNorm = new NuclearNorm<>(ops, columnOps);
  }

  /**
   * The summary of one batch.
   *
   * @param rows dense and row-major, finite
   * @param first the first row of the batch
   * @param type whose precision the value has to match
   */
  ChunkSummary evaluate(double[] rows, int first, int batch, ElementType type) {
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
    return ChunkSummary.of(batch, scaling.unscale(mean), SpectralSummary.utilisation(mean, Math.sqrt(squaredNorm), k));
  }
}
