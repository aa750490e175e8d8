package dev.fullrank.jmh.bench;

import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.CommonOps_MT_FDRM;
import org.ejml.dense.row.factory.DecompositionFactory_FDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F32;

/** EJML in float. {@link EjmlDouble} is its twin in double, as EJML itself has two. */
final class EjmlFloat implements Task {
  private final Problem problem;
  private final FMatrixRMaj e;
  private final FMatrixRMaj copy;
  private final FMatrixRMaj square;
  private final FMatrixRMaj out;
  private final FMatrixRMaj u;
  private final FMatrixRMaj vt;
  private final SingularValueDecomposition_F32<FMatrixRMaj> svd;

  EjmlFloat(Problem problem) {
    this.problem = problem;
    int k = problem.order();
    boolean factors = problem.wantsGradient();
    this.e = new FMatrixRMaj(problem.b(), problem.d(), true, Inputs.narrowed(Inputs.embeddings(problem)));
    this.copy = e.copy();
    this.square = new FMatrixRMaj(k, k, true, Inputs.narrowed(Inputs.symmetric(problem)));
    this.out = new FMatrixRMaj(problem.b(), problem.d());
    this.u = new FMatrixRMaj(problem.b(), k);
    this.vt = new FMatrixRMaj(k, problem.d());
    this.svd = DecompositionFactory_FDRM.svd(problem.b(), problem.d(), factors, factors, true);
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
    FMatrixRMaj input = e;
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
      CommonOps_FDRM.scale(1f / problem.order(), out);
    }
  }

  private void multiply(FMatrixRMaj left, FMatrixRMaj right) {
    if (problem.threads() > 1) {
      CommonOps_MT_FDRM.mult(left, right, out);
    } else {
      CommonOps_FDRM.mult(left, right, out);
    }
  }

  private void gram() {
    boolean wide = problem.b() <= problem.d();
    if (problem.threads() > 1 && wide) {
      CommonOps_MT_FDRM.multOuter(e, square);
    } else if (problem.threads() > 1) {
      CommonOps_MT_FDRM.multInner(e, square);
    } else if (wide) {
      CommonOps_FDRM.multOuter(e, square);
    } else {
      CommonOps_FDRM.multInner(e, square);
    }
  }

  @Override
  public double value() {
    float[] s = svd.getSingularValues();
    double sum = 0;
    for (int i = 0; i < problem.order(); i++) {
      sum += s[i];
    }
    return sum / problem.order();
  }

  @Override
  public double[] result() {
    return Inputs.widened((problem.operation() == Operation.SYRK ? square : out).data);
  }
}
