package dev.fullrank.jmh;

import dev.fullrank.Device;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.VarianceHinge;

/** The variance hinge with its defaults. */
public class VarianceHingeBenchmark extends RegularizerBenchmark {
  @Override
  Regularizer create(Device where, int threads) {
    return VarianceHinge.builder().device(where).parallelism(threads).build();
  }

  @Override
  void check(Matrix embeddings, double value, Matrix result) {
    VarianceHingeVerification.verify(embeddings, value, result);
  }
}
