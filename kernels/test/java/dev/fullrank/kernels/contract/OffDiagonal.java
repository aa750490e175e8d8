package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** off_diagonal: the upper triangle mirrored, and the squares of its tiles. */
final class OffDiagonal {
  private static final String NAME = "off_diagonal";
  private static final int TILE = Blocks.TILE;

  /** Rows of a tile that the warps have at a time. */
  private static final int ROWS = 8;

  private final DeviceArray c;
  private final DeviceArray partial;
  private final int tiles;

  private OffDiagonal(int d, Layout layout) {
    tiles = Math.ceilDiv(d, TILE);
    c = layout.matrix(Element.F64, d, d);
    partial = DeviceArray.doubles(tiles * (tiles + 1) / 2);
    Data data = new Data(NAME + d);
    for (int i = 0; i < d; i++) {
      for (int j = i + 1; j < d; j++) {
        c.set(i, j, data.normal()); // nothing on and below the diagonal
      }
    }
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int d : new int[] {1, 2, 3, 10, 31, 32, 33, 50, 64, 65, 130}) {
      Layout layout = Layout.turn(trials.size());
      trials.add(new Trial(NAME, d + "×" + d + " " + layout, kernels -> new OffDiagonal(d, layout).check(kernels)));
    }
    trials.add(new Trial(NAME, "far rows", kernels -> new OffDiagonal(40, Layout.FAR).check(kernels)));
    trials.add(new Trial(NAME, "NaN", kernels -> new OffDiagonal(70, Layout.PADDED).spoiled().check(kernels)));
    return trials.stream();
  }

  private OffDiagonal spoiled() {
    c.set(2, 66, Double.NaN).set(40, 41, Double.POSITIVE_INFINITY);
    return this;
  }

  private void check(Kernels kernels) {
    int d = c.rows();
    double[][] upper = new double[d][d];
    for (int i = 0; i < d; i++) {
      for (int j = i + 1; j < d; j++) {
        upper[i][j] = c.get(i, j);
      }
    }
    new Call(kernels, NAME).count(d).output(c).count(c.stride()).output(partial).launch(Blocks.grid(tiles, tiles));
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        Accuracy.same("c " + i + ", " + j, c.get(i, j), upper[Math.min(i, j)][Math.max(i, j)]);
      }
    }
    for (int right = 0; right < tiles; right++) {
      for (int above = 0; above <= right; above++) {
        checkPartial(upper, above, right);
      }
    }
  }

  private void checkPartial(double[][] upper, int above, int right) {
    double[] threads = new double[Blocks.THREADS];
    BigDecimal exact = BigDecimal.ZERO;
    boolean finite = true;
    for (int i = above * TILE; i < Math.min(upper.length, (above + 1) * TILE); i++) {
      for (int j = Math.max(i + 1, right * TILE); j < Math.min(upper.length, (right + 1) * TILE); j++) {
        double v = upper[i][j];
        threads[i % ROWS * TILE + j % TILE] += v * v;
        finite &= Double.isFinite(v);
        exact = Double.isFinite(v) ? exact.add(Exact.product(v, v)) : exact;
      }
    }
    String what = "partial of tile " + above + ", " + right;
    double actual = partial.get(right * (right + 1) / 2 + above);
    Accuracy.same(what, actual, 2 * Reduction.ofBlock(threads));
    if (finite) {
      Accuracy.relative(what, actual, exact.multiply(BigDecimal.TWO), 13 * Element.F64.roundoff());
    } else {
      Accuracy.holds(what + " is finite", !Double.isFinite(actual));
    }
  }
}
