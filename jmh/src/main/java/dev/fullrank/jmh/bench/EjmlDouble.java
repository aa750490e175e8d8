package dev.fullrank.jmh.bench;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.CommonOps_MT_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/** EJML in double. {@link EjmlFloat} is its twin in float, as EJML itself has two. */
final class EjmlDouble implements Task {
  private final Problem problem;
  private final DMatrixRMaj e;
  private final DMatrixRMaj copy;
  private final DMatrixRMaj square;
  private final DMatrixRMaj out;
  private final DMatrixRMaj u;
  private final DMatrixRMaj vt;
  private final SingularValueDecomposition_F64<DMatrixRMaj> svd;

  EjmlDouble(Problem problem) {
    this.problem = problem;
    int k = problem.order();
    boolean factors = problem.wantsGradient();
    this.e = new DMatrixRMaj(problem.b(), problem.d(), true, Inputs.embeddings(problem));
    this.copy = e.copy();
    this.square = new DMatrixRMaj(k, k, true, Inputs.symmetric(problem));
    this.out = new DMatrixRMaj(problem.b(), problem.d());
    this.u = new DMatrixRMaj(problem.b(), k);
    this.vt = new DMatrixRMaj(k, problem.d());
    this.svd = DecompositionFactory_DDRM.svd(problem.b(), problem.d(), factors, factors, true);
  }

  @Override
  public void run() {
    switch (problem.operation()) {
      case SVMAX -> decompose();
      case GEMM -> {
        if (problem.b() <= problem.d()) {
          multiply(square, e);
        } else {
          multiply(e, square);
        }
      }
      default -> gram();
    }
  }

  private void decompose() {
    DMatrixRMaj input = e;
    if (svd.inputModified()) {
      copy.setTo(e);
      input = copy;
    }
    if (!svd.decompose(input)) {
      throw new IllegalStateException("the SVD failed");
    }
    if (problem.wantsGradient()) {
      svd.getU(u, false);
      svd.getV(vt, true);
      multiply(u, vt);
      CommonOps_DDRM.scale(1.0 / problem.order(), out);
    }
  }

  private void multiply(DMatrixRMaj left, DMatrixRMaj right) {
    if (problem.threads() > 1) {
      CommonOps_MT_DDRM.mult(left, right, out);
    } else {
      CommonOps_DDRM.mult(left, right, out);
    }
  }

  private void gram() {
    boolean wide = problem.b() <= problem.d();
    if (problem.threads() > 1 && wide) {
      CommonOps_MT_DDRM.multOuter(e, square);
    } else if (problem.threads() > 1) {
      CommonOps_MT_DDRM.multInner(e, square);
    } else if (wide) {
      CommonOps_DDRM.multOuter(e, square);
    } else {
      CommonOps_DDRM.multInner(e, square);
    }
  }

  @Override
  public double value() {
    double[] s = svd.getSingularValues();
    double sum = 0;
    for (int i = 0; i < problem.order(); i++) {
      sum += s[i];
    }
    return sum / problem.order();
  }

  @Override
  public double[] result() {
    return (problem.operation() == Operation.SYRK ? square : out).data.clone();
  }
}
