package dev.fullrank.cpu;

/**
 * Triangular systems for panels of right-hand sides, in the order in which the register tile reads its right factor and
 * writes its result: what is solved is a factor at once, and nothing is packed. Blocks on the diagonal are substituted with, never
 * inverted: a product with an inverse would cost as many digits as the condition number of the block has.
 */
final class PanelSubstitution {
  private final Kernels kernels;
  private final int block;
  private double[] a = {};
  private int order;
  private int origin;
  private PackedMatrix negative;

  PanelSubstitution(Kernels kernels, int block) {
    this.kernels = kernels;
    this.block = block;
    this.negative = new PackedMatrix(kernels);
  }

  /**
   * The triangular matrix: rows and columns of a from {@code origin}, and the same negated and packed. All indices below count
   * from the origin.
   *
   * @param negative lanes are rows, depths are columns; only what lies outside the diagonal blocks is read
   */
  void matrix(double[] a, int order, int origin, PackedMatrix negative) {
    this.a = a;
    this.order = order;
    this.origin = origin;
    this.negative = negative;
  }

  /**
   * X := L⁻¹·X for {@code lanes} columns of x from {@code lane}, a multiple of its width, and rows {@code from} to {@code to}; L
   * has a unit diagonal.
   *
   * @param from a multiple of the block; rows above are zeros
   */
  void solveUnitLower(Gemm gemm, PackedMatrix x, int lane, int lanes, int from, int to) {
    for (int top = from; top < to; top += block) {
      int bottom = Math.min(top + block, to);
      for (int panel = lane; panel < lane + lanes; panel += x.width()) {
        if (top > from) {
          subtract(gemm, x, panel, top, bottom, from, top);
        }
        substituteUnitLower(x, panel, top, bottom);
      }
    }
  }

  /**
   * X := U⁻¹·X for {@code lanes} columns of x from {@code lane}, a multiple of its width, and rows 0 to {@code to}.
   *
   * @param reciprocals 1/u_pp, counted from row 0 of a
   */
  void solveUpper(Gemm gemm, PackedMatrix x, int lane, int lanes, int to, double[] reciprocals) {
    for (int top = (to - 1) / block * block; top >= 0; top -= block) {
      int bottom = Math.min(top + block, to);
      for (int panel = lane; panel < lane + lanes; panel += x.width()) {
        if (bottom < to) {
          subtract(gemm, x, panel, top, bottom, bottom, to);
        }
        substituteUpper(x, panel, top, bottom, reciprocals);
      }
    }
  }

  /** Rows top to bottom of a panel of X lose their products with the rows {@code from} to {@code to}, which are solved. */
  private void subtract(Gemm gemm, PackedMatrix x, int panel, int top, int bottom, int from, int to) {
    gemm.left(negative, top, bottom - top)
        .right(x, panel, x.width())
        .depths(from, to)
        .addTo(x.values(), x.offset(panel, top), x.width(), Gemm.Region.FULL);
  }

  /** x_p −= Σ_{q<p} l_pq·x_q inside a block. */
  private void substituteUnitLower(PackedMatrix x, int panel, int top, int bottom) {
    int width = x.width();
    double[] v = x.values();
    int first = x.offset(panel, top);
    for (int p = 1; p < bottom - top; p++) {
      int row = (origin + top + p) * order + origin + top;
      kernels.subtractRows(p, a, row, 1, v, first, width, v, first + p * width, width);
    }
  }

  /** x_p := (x_p − Σ_{q>p} u_pq·x_q)/u_pp inside a block, from its end. */
  private void substituteUpper(PackedMatrix x, int panel, int top, int bottom, double[] reciprocals) {
    int width = x.width();
    double[] v = x.values();
    for (int p = bottom - 1; p >= top; p--) {
      int at = x.offset(panel, p);
      int row = (origin + p) * order + origin + p + 1;
      kernels.subtractRows(bottom - 1 - p, a, row, 1, v, at + width, width, v, at, width);
      kernels.scale(reciprocals[origin + p], v, at, width);
    }
  }
}
