package dev.fullrank.check;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A seeded orthogonal matrix Q whose entries are dyadic fractions, so that products with it are exact as long as the bits
 * suffice: a Householder reflection I − (2/m)J on the leading m coordinates, random signs, a random permutation, and the same
 * reflection on the trailing m, where m is the largest power of two within the order.
 */
final class ExactOrthogonal {
  private final int order;
  private final int block;
  private final double[] signs;
  private final int[] permutation;

  ExactOrthogonal(int order, RandomGenerator random) {
    this.order = order;
    this.block = Integer.highestOneBit(order);
    this.signs = new double[order];
    this.permutation = new int[order];
    for (int i = 0; i < order; i++) {
      signs[i] = random.nextBoolean() ? 1 : -1;
      int j = random.nextInt(i + 1);
      permutation[i] = permutation[j];
      permutation[j] = i;
    }
  }

  /** The generator of all seeded matrices. */
  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** A := Q·A for a row-major matrix with {@code order} rows; whether no entry was rounded. */
  boolean applyLeft(double[] a, int columns) {
    boolean exact = true;
    for (int j = 0; j < columns; j++) {
      exact &= apply(a, j, columns);
    }
    return exact;
  }

  /** A := A·Qᵀ for a row-major matrix with {@code order} columns; whether no entry was rounded. */
  boolean applyRight(double[] a, int rows) {
    boolean exact = true;
    for (int i = 0; i < rows; i++) {
      exact &= apply(a, i * order, 1);
    }
    return exact;
  }

  private boolean apply(double[] a, int offset, int stride) {
    boolean exact = reflect(a, offset, stride, 0);
    double[] moved = new double[order];
    for (int i = 0; i < order; i++) {
      moved[permutation[i]] = signs[i] * a[offset + i * stride];
    }
    for (int i = 0; i < order; i++) {
      a[offset + i * stride] = moved[i];
    }
    exact &= reflect(a, offset, stride, order - block);
    return exact;
  }

  /** x := x − (2/m)·Σx on m coordinates from {@code first}; whether every operation was exact. */
  private boolean reflect(double[] a, int offset, int stride, int first) {
    boolean exact = true;
    double sum = 0;
    for (int i = first; i < first + block; i++) {
      double x = a[offset + i * stride];
      exact &= sumIsExact(sum, x);
      sum += x;
    }
    double mean = -2 * sum / block;
    exact &= mean * block == -2 * sum;
    for (int i = first; i < first + block; i++) {
      double x = a[offset + i * stride];
      exact &= sumIsExact(x, mean);
      a[offset + i * stride] = x + mean;
    }
    return exact;
  }

  /** Whether a + b is a double: taking either term from the sum gives back the other. */
  private static boolean sumIsExact(double a, double b) {
    double sum = a + b;
    return sum - a == b && sum - b == a;
  }
}
