package dev.fullrank.jmh;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Matrices on the Java heap, where a framework's arrays are. */
final class Embeddings {
  private Embeddings() {}

  /** A b×d matrix of zeros. */
  static Matrix zeros(ElementType type, int b, int d) {
    int count = Math.multiplyExact(b, d);
    return switch (type) {
      case FLOAT64 -> Matrix.of(new double[count], b, d);
      case FLOAT32 -> Matrix.of(new float[count], b, d);
      case BFLOAT16, FLOAT16 -> Matrix.of(MemorySegment.ofArray(new short[count]), type, b, d);
    };
  }

  /** Independent standard normal entries, the same ones on every run. */
  static Matrix normal(ElementType type, int b, int d) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(0x5eed);
    Matrix z = zeros(type, b, d);
    for (int i = 0; i < b; i++) {
      for (int j = 0; j < d; j++) {
        z.set(i, j, random.nextGaussian());
      }
    }
    return z;
  }

  /** The entries in double, row by row. */
  static double[] widened(Matrix z) {
    double[] values = new double[z.rows() * z.columns()];
    for (int i = 0; i < z.rows(); i++) {
      for (int j = 0; j < z.columns(); j++) {
        values[i * z.columns() + j] = z.get(i, j);
      }
    }
    return values;
  }
}
