import dev.fullrank.cpu.CpuOps;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Times CpuOps.invert on random matrices after checking both residuals: arguments are threads, then orders. */
final class GeneralInverseTiming {
  /** Operations of a series: long enough that its first half is a warm-up. */
  private static final double SERIES = 8e10;

  private GeneralInverseTiming() {}

  public static void main(String[] args) {
    int threads = Integer.parseInt(args[0]);
    CpuOps ops = CpuOps.create(threads);
    for (String order : Arrays.asList(args).subList(1, args.length)) {
      time(ops, Integer.parseInt(order), threads);
    }
  }

  private static void time(CpuOps ops, int m, int threads) {
    SplittableRandom random = new SplittableRandom(m);
    double[] a = random.doubles((long) m * m, -1, 1).toArray();
    double[] work = new double[m * m];
    double[] w = new double[m * m];
    double operations = 2.0 * m * m * m;
    int runs = (int) Math.max(20, SERIES / operations);
    double[] seconds = new double[runs];
    ops.resize(m);
    for (int run = 0; run < runs; run++) {
      System.arraycopy(a, 0, work, 0, m * m);
      long start = System.nanoTime();
      if (!ops.invert(work, w)) {
        throw new AssertionError("singular");
      }
      seconds[run] = (System.nanoTime() - start) * 1e-9;
    }
    double right = residual(a, w, m);
    double left = residual(w, a, m);
    if (!(right < 1 && left < 1)) {
      throw new AssertionError("wrong inverse: " + right + " " + left);
    }
    double[] warm = Arrays.copyOfRange(seconds, runs / 2, runs);
    Arrays.sort(warm);
    System.out.printf(
        "| %d | %d | %.2f | %.2f | %.2f | %.1f | %.1f | %.4f | %.4f | %d |%n",
        m, threads, quantile(warm, 0.5) * 1e3, quantile(warm, 0.25) * 1e3, quantile(warm, 0.75) * 1e3,
        operations / quantile(warm, 0.5) * 1e-9, operations / warm[0] * 1e-9, right, left, warm.length);
  }

  private static double quantile(double[] sorted, double q) {
    return sorted[(int) (q * (sorted.length - 1))];
  }

  private static double residual(double[] a, double[] w, int m) {
    double error = 0;
    double sizes = norm(a) * norm(w);
    double[] row = new double[m];
    for (int i = 0; i < m; i++) {
      Arrays.fill(row, 0);
      row[i] = -1;
      for (int k = 0; k < m; k++) {
        for (int j = 0; j < m; j++) {
          row[j] += a[i * m + k] * w[k * m + j];
        }
      }
      error += norm(row) * norm(row);
    }
    return Math.sqrt(error) / (m * 0x1p-52 * sizes);
  }

  private static double norm(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v * v;
    }
    return Math.sqrt(sum);
  }
}
