package dev.fullrank.jmh;

import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.SvMax;

/** SVMax with its defaults, the exponential form on normalised rows. */
public class SvMaxBenchmark extends RegularizerBenchmark {
  @Override
  Regularizer create(int threads) {
    return SvMax.builder().parallelism(threads).build();
  }

  @Override
  void check(Matrix embeddings, double value, Matrix result) {
    SvMaxVerification.verify(embeddings, value, result);
  }
}
