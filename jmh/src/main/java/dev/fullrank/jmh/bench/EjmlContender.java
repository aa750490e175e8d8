package dev.fullrank.jmh.bench;

import org.ejml.EjmlVersion;
import org.ejml.concurrency.EjmlConcurrency;

/** EJML's dense row-major matrices, in both types; products on several threads by its classes for that, the SVD on one. */
final class EjmlContender implements Contender {
  @Override
  public String version() {
    return EjmlVersion.VERSION;
  }

  @Override
  public Task prepare(Problem problem) {
    EjmlConcurrency.setMaxThreads(problem.threads());
    return problem.isFloat() ? new EjmlFloat(problem) : new EjmlDouble(problem);
  }
}
