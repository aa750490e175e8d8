package dev.fullrank.kernels.gpu;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Dense matrices on the Java heap. */
final class HostMatrices {
  private HostMatrices() {}

  /** A b×d matrix of zeros. */
  static Matrix zeros(ElementType type, int b, int d) {
    int count = Math.multiplyExact(b, d);
    return switch (type) {
      case FLOAT64 -> Matrix.of(new double[count], b, d);
      case FLOAT32 -> Matrix.of(new float[count], b, d);
      case BFLOAT16, FLOAT16 -> Matrix.of(MemorySegment.ofArray(new short[count]), type, b, d);
    };
  }

  /** Independent standard normal entries, the same ones for the same shape. */
  static Matrix normal(ElementType type, int b, int d) {
    RandomGenerator random = random(b, d);
    Matrix z = zeros(type, b, d);
    for (int i = 0; i < b; i++) {
      for (int j = 0; j < d; j++) {
        z.set(i, j, random.nextGaussian());
      }
    }
    return z;
  }

  /** A product of normal b×rank and rank×d matrices of small integers, exact in every element type. */
  static Matrix ofRank(int rank, ElementType type, int b, int d) {
    RandomGenerator random = random(b, d);
    int[] left = random.ints((long) b * rank, -2, 3).toArray();
    int[] right = random.ints((long) rank * d, -2, 3).toArray();
    Matrix z = zeros(type, b, d);
    for (int i = 0; i < b; i++) {
      for (int j = 0; j < d; j++) {
        int sum = 0;
        for (int r = 0; r < rank; r++) {
          sum += left[i * rank + r] * right[r * d + j];
        }
        z.set(i, j, sum);
      }
    }
    return z;
  }

  private static RandomGenerator random(int b, int d) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(1_000_003L * b + d);
  }

  /** Whether all bits are the same. */
  static boolean sameBits(Matrix x, Matrix y) {
    return x.segment().mismatch(y.segment()) == -1;
  }
}
