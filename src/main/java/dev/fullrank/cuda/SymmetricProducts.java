package dev.fullrank.cuda;

/** Products and combinations of symmetric k×k matrices in double that commute but for rounding, so that these are symmetric too. */
final class SymmetricProducts {
  /**
   * Products of this order and above are symmetric ones: half of the work, and a pass to mirror the result. On an H100 a symmetric product
   * of order 1024 takes as long as a general one, and one of order 2048 half as long.
   */
  private static final int LEAST_ORDER = 2048;

  private final CudaWorkspace workspace;
  private final int leastOrder;

  SymmetricProducts(CudaWorkspace workspace) {
    this(workspace, LEAST_ORDER);
  }

  /**
   * @param leastOrder of products that compute one triangle
   */
  SymmetricProducts(CudaWorkspace workspace, int leastOrder) {
    this.workspace = workspace;
    this.leastOrder = leastOrder;
  }

  /** c := aᵀ·b. */
  void multiply(int k, long a, long b, long c) {
    if (k < leastOrder) {
      multiplyFully(k, a, b, c);
    } else {
      workspace.queue().syrkx(true, k, k, 1, a, k, b, k, c, k);
      mirror(k, c);
    }
  }

  /** The same, of which one triangle is taken. */
  void multiplySymmetrically(int k, long a, long b, long c) {
    multiply(k, a, b, c);
    if (k < leastOrder) {
      mirror(k, c);
    }
  }

  /** The same for a product of which what is not symmetric counts. */
  void multiplyFully(int k, long a, long b, long c) {
    workspace.queue().gemm(true, true, false, k, k, k, 1, a, k, b, k, 0, c, k);
  }

  /** The upper triangle by rows, which is the lower one by columns, to the other one. */
  void mirror(int k, long a) {
    int tiles = KernelCall.tiles(k);
    workspace.kernel("root", "mirror").count(k).address(a).launch(tiles, tiles);
  }

  /** out := a·I + b·x + c·y; y is optional. */
  void combine(int k, double a, double b, long x, double c, long y, long out) {
    workspace
        .kernel("root", "combine")
        .count(k)
        .number(a)
        .number(b)
        .address(x)
        .number(c)
        .address(y)
        .address(out)
        .launchTiles(k, k);
  }
}
