package dev.fullrank.check;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/** s_μ and U·Vᵀ of a matrix of full rank from EJML's SVD. */
final class EjmlOracle {
  private final double mean;
  private final double[] polarFactor;

  EjmlOracle(double[] values, int rows, int columns) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd = DecompositionFactory_DDRM.svd(rows, columns, true, true, true);
    if (!svd.decompose(DMatrixRMaj.wrap(rows, columns, values.clone()))) {
      throw new AssertionError("EJML did not converge");
    }
    int k = Math.min(rows, columns);
    double sum = 0;
    for (int i = 0; i < k; i++) {
      sum += svd.getSingularValues()[i];
    }
    this.mean = sum / k;
    DMatrixRMaj product = new DMatrixRMaj(rows, columns);
    DMatrixRMaj u = svd.getU(null, false);
    DMatrixRMaj vt = svd.getV(null, true);
    CommonOps_DDRM.mult(
        CommonOps_DDRM.extract(u, 0, rows, 0, k), CommonOps_DDRM.extract(vt, 0, k, 0, columns), product);
    this.polarFactor = product.getData();
  }

  double mean() {
    return mean;
  }

  double[] polarFactor() {
    return polarFactor;
  }
}
