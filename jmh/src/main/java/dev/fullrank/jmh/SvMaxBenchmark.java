package dev.fullrank.jmh;

import dev.fullrank.Device;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.SvMax;

/** SVMax with its defaults, the exponential form on normalised rows. */
public class SvMaxBenchmark extends RegularizerBenchmark {
  @Override
  Regularizer create(Device where, int threads) {
    return SvMax.builder().device(where).parallelism(threads).build();
  }

  @Override
  void check(Matrix embeddings, double value, Matrix result) {
    SvMaxVerification.verify(embeddings, value, result);
  }
}
