package dev.fullrank.jmh.bench;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.lapack.LAPACK;

/**
 * dev.ludovic.netlib, the BLAS of Spark: the system's native library where there is one, else its own BLAS (by the Vector API)
 * and the LAPACK translated from Fortran. One thread.
 */
final class NetlibContender implements Contender {
  private final BLAS blas = BLAS.getInstance();
  private final LAPACK lapack = LAPACK.getInstance();

  @Override
  public String version() {
    String version = BLAS.class.getPackage().getImplementationVersion();
    String classes = blas.getClass().getSimpleName() + ", " + lapack.getClass().getSimpleName();
    return version == null ? classes : version + " (" + classes + ")";
  }

  @Override
  public Task prepare(Problem problem) {
    return problem.isFloat() ? new NetlibFloat(blas, lapack, problem) : new NetlibDouble(blas, lapack, problem);
  }
}
