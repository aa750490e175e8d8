package dev.fullrank.jmh.bench;

import dev.fullrank.Matrix;
import dev.fullrank.cpu.CpuOps;
import dev.fullrank.linalg.Operand;
import dev.fullrank.linalg.Precision;

/** The two products inside this library, which are no public API: the only place of the benchmarks that knows them. */
final class FullrankProduct implements Task {
  private final Problem problem;
  private final CpuOps ops;
  private final Operand operand;
  private final double[] square;
  private final Matrix out;

  FullrankProduct(Problem problem) {
    this.problem = problem;
    this.ops = CpuOps.create(problem.threads()).resize(problem.order());
    Matrix e = FullrankContender.matrix(Inputs.embeddings(problem), problem.type(), problem.b(), problem.d());
    this.operand = new Operand().set(e, null, null);
    boolean gemm = problem.operation() == Operation.GEMM;
    this.square = gemm ? Inputs.symmetric(problem) : new double[problem.order() * problem.order()];
    this.out = FullrankContender.matrix(
        new double[problem.b() * problem.d()], problem.type(), problem.b(), problem.d());
  }

  @Override
  public void run() {
    boolean wide = problem.b() <= problem.d();
    Precision precision = problem.isFloat() ? Precision.SINGLE : Precision.DOUBLE;
    if (problem.operation() == Operation.GEMM) {
      if (wide) {
        ops.leftProduct(square, operand, null, out, precision);
      } else {
        ops.rightProduct(operand, square, false, null, out, precision);
      }
    } else if (wide) {
      ops.gramOfRows(operand, square, precision);
    } else {
      ops.gramOfColumns(operand, square, precision);
    }
  }

  @Override
  public double value() {
    return Double.NaN;
  }

  @Override
  public double[] result() {
    return problem.operation() == Operation.GEMM ? FullrankContender.widened(out) : square.clone();
  }
}
