package dev.fullrank.cpu;

/**
 * How products are cut so that the parts fit into caches. MR and NR, the sides of the register tile, come from the kernels.
 *
 * <p>Sums are cut by {@code kc}, {@code nb} and {@code partials} only, which therefore must not depend on the number of threads.
 *
 * @param kc depth of a pass: a panel of B, kc × NR doubles, stays in the L1 cache, or near it, while all panels of A go by
 * @param mc rows of a block of C; mc × kc doubles of A stay in the L2 cache while all panels of B go by. A multiple of MR
 * @param nc columns of a block of C, which is what one task computes. A multiple of NR
 * @param nb rows of a block in factorisations, which is one job; its diagonal block is done by one thread while the others wait.
 *     Even and a multiple of MR
 * @param reductionPanel columns that are reduced to tridiagonal form before the rows below are updated; even
 * @param reflectorPanel reflectors that are applied as one; even
 * @param partials doubles that the partial sums of a product of short and long sides may take together
 */
public record Blocking(int kc, int mc, int nc, int nb, int reductionPanel, int reflectorPanel, int partials) {
  /**
   * 512 × 16 doubles (AVX-512) make 64 KiB, more than an L1 cache of 32 or 48 KiB: what comes from the L2 cache instead, some 9
   * bytes a cycle, comes in time, and costs less than twice as many passes over C would. In single precision it is 512 terms that
   * are summed before they go to double.
   */
  private static final int KC = 512;

  /** 96 × 512 doubles make 384 KiB, below half of an L2 cache of 1 MiB; larger blocks leave some threads without any. */
  private static final int MC = 96;

  /** A block of 96 × 128 doubles makes 96 KiB: it stays in the L2 cache besides A until it is stored. */
  private static final int NC = 128;

  /**
   * A common multiple of the tile heights. A diagonal block takes some 10 µs, less than a waiting thread polls before it parks.
   */
  private static final int NB = 48;

  /** Products with vectors inside of a panel of p columns cost 6·p·k² operations, and passes over the rest of the matrix k³/(3·p). */
  private static final int REDUCTION_PANEL = 16;

  /** Rows that are whole tiles of all heights: p of them cost about 16·p·k² operations beside 4/3·k³. */
  private static final int REFLECTOR_PANEL = 24;

  /** Below it panels are narrower. */
  private static final int SMALL = 256;

  /** 2 MiB: partial sums are written and read once, and should not leave the L2 and L3 caches meanwhile. */
  private static final int PARTIALS = 1 << 18;

  /** Doubles in the longest vectors of any machine. */
  static final int WIDEST_VECTOR = 8;

  /** A line of the caches of all machines that have vectors, in doubles. */
  private static final int CACHE_LINE = 8;

  /** Checks what the loops rely on. */
  public Blocking {
    if (kc < 2 || nb < 2 || reductionPanel < 2 || reflectorPanel < 2 || (kc | nb | reductionPanel | reflectorPanel) % 2 != 0
        || mc < 1 || nc < 1 || partials < 0) {
      throw new IllegalArgumentException(
          "kc, nb and the panels must be even, all positive: kc " + kc + ", mc " + mc + ", nc " + nc + ", nb " + nb + ", panels "
              + reductionPanel + " and " + reflectorPanel + ", partials " + partials);
    }
  }

  /** The sizes in production. */
  public static Blocking of(Kernels kernels) {
    int mr = kernels.tileRows();
    int nr = columns(kernels);
    return new Blocking(KC, roundUp(MC, mr), roundUp(NC, nr), roundUp(NB, 2 * mr), REDUCTION_PANEL, REFLECTOR_PANEL, PARTIALS);
  }

  /** Checks that blocks are made of whole tiles. */
  void check(Kernels kernels) {
    int mr = kernels.tileRows();
    int nr = columns(kernels);
    if (mc % mr != 0 || nb % mr != 0 || nc % nr != 0) {
      throw new IllegalArgumentException(
          "mc " + mc + " and nb " + nb + " must be multiples of " + mr + ", nc " + nc + " of " + nr);
    }
  }

  /** Columns that are whole tiles in either precision; the tile for single precision has as many rows, and longer vectors. */
  private static int columns(Kernels kernels) {
    return commonMultiple(kernels.tileColumns(), kernels.singles().tileColumns());
  }

  /** Columns of a panel of a reduction of which n rows are left: fewer where products with vectors outweigh those in tiles. */
  int reductionPanel(int n) {
    return n > SMALL ? reductionPanel : Math.max(2, reductionPanel / 2);
  }

  /** Reflectors that are applied as one to a matrix of order n. */
  int reflectorPanel(int n) {
    return n > SMALL / 2 ? reflectorPanel : Math.min(reflectorPanel, roundUp(reflectorPanel / 2, 8));
  }

  /** The least multiple of {@code unit} that is not below n. */
  static int roundUp(int n, int unit) {
    return ceilDiv(n, unit) * unit;
  }

  /**
   * A leading dimension for rows of n elements that are read together: one cache line more than whole ones, so that rows of a power
   * of two do not fall into the same few lines of the L1 cache.
   */
  static int leadingDimension(int n) {
    return roundUp(n, CACHE_LINE) + CACHE_LINE;
  }

  /** How many parts of {@code size} cover n. */
  static int ceilDiv(int n, int size) {
    return (n + size - 1) / size;
  }

  /** The least common multiple: lanes that fill panels of either width. */
  static int commonMultiple(int x, int y) {
    int multiple = x;
    while (multiple % y != 0) {
      multiple += x;
    }
    return multiple;
  }
}
