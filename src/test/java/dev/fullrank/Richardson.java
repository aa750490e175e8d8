package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Compares a gradient with differences of the value: central differences C(h) along random unit directions and single entries,
 * extrapolated to R = (4·C(h/2) − C(h))/3, whose error is of fourth order in h.
 */
final class Richardson {
  private Richardson() {}

  /**
   * @param step h, small against the scale on which the function bends
   * @param noise the relative rounding error of the value; it enters the difference divided by h
   */
  static void check(ToDoubleFunction<double[][]> value, double[][] at, double[][] gradient, double step, double noise) {
    Random random = new Random(4);
    double norm = norm(gradient);
    double tolerance = 1e-11 * norm + 20 * noise * Math.abs(value.applyAsDouble(at)) / step;
    for (int trial = 0; trial < 8; trial++) {
      double[][] direction = new double[at.length][at[0].length];
      if (trial < 3) {
        for (double[] row : direction) {
          for (int j = 0; j < row.length; j++) {
            row[j] = random.nextGaussian();
          }
        }
        direction = Samples.scaled(direction, 1 / norm(direction));
      } else {
        direction[random.nextInt(at.length)][random.nextInt(at[0].length)] = 1;
      }
      double coarse = central(value, at, direction, step);
      double fine = central(value, at, direction, step / 2);
      double expected = (4 * fine - coarse) / 3;
      assertThat(dot(gradient, direction)).as("direction %d", trial).isCloseTo(expected, within(tolerance));
    }
  }

  private static double central(ToDoubleFunction<double[][]> value, double[][] at, double[][] direction, double h) {
    return (value.applyAsDouble(moved(at, direction, h)) - value.applyAsDouble(moved(at, direction, -h))) / (2 * h);
  }

  private static double[][] moved(double[][] at, double[][] direction, double h) {
    double[][] result = new double[at.length][at[0].length];
    for (int i = 0; i < at.length; i++) {
      for (int j = 0; j < at[i].length; j++) {
        result[i][j] = at[i][j] + h * direction[i][j];
      }
    }
    return result;
  }

  static double dot(double[][] a, double[][] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        sum += a[i][j] * b[i][j];
      }
    }
    return sum;
  }

  static double norm(double[][] a) {
    return Math.sqrt(dot(a, a));
  }
}
