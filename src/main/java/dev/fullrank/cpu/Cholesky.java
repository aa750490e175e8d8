package dev.fullrank.cpu;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A = UᵀU for symmetric positive definite A, in m³/3 operations, and the forward substitution with Uᵀ, which is most of it.
 *
 * <p>U is computed row by row where the register tile reads and writes it, in panels of C columns; a step is R rows, the height
 * of the tile. With rows i to i + R as the index i, and k &lt; i,
 *
 * <pre>
 *   S_ij = A_ij − Σ_k U_kiᵀ·U_kj     one call of the tile for each panel of columns
 *   U_iiᵀ·U_ii = S_ii                 R pivots, all that is done number by number
 *   U_ij = U_ii⁻ᵀ·S_ij                substitution, R rows of the panel
 * </pre>
 *
 * where −S is what is kept, for the tile adds; so that there is no block on the diagonal that runs at another speed than the rest, and no block is inverted and multiplied
 * with, which would cost as many digits as its condition number has (Du Croz and Higham, "Stability of methods for matrix
 * inversion", IMA J. Numer. Anal. 12, 1992).
 *
 * <p>Applied to [A | I] the same steps give [U | Y] with Y = U⁻ᵀ, another m³/3 operations.
 *
 * <p>Blocks of nb rows are there to share the work. The diagonal block is the caller's; the panels right of it, and those of Y,
 * are tasks. A panel on the right also gets the products for the next block row as far as they do not need this one, so that
 * each block row is one job only.
 */
final class Cholesky {
  private final Workspace work;
  private final Tiles tiles;
  private final PackedMatrix a;
  private final PackedMatrix b;
  private final @Nullable Gemm[] gemms;
  private final int tileRows;
  private final int tileColumns;
  private final Parallel.Job load = this::load;
  private final Parallel.Job row = this::row;

  /** U, its columns as the lanes of a left factor. */
  private final PackedMatrix left;

  /** R × R for each step: below the diagonal U_iiᵀ, on it −1/u_pp. */
  private double[] triangles = {};

  private SymmetricInput input = new SymmetricInput();
  private int order;
  private int height;
  private int before;
  private int first;
  private int end;
  private int panelsOfU;

  /**
   * On these loops.
   *
   * @param a the workspace's left factor in the precision of the loops
   * @param b the workspace's right factor in that precision
   */
  Cholesky(Workspace work, Tiles tiles, PackedMatrix a, PackedMatrix b) {
    this.work = work;
    this.tiles = tiles;
    this.a = a;
    this.b = b;
    this.gemms = new Gemm[work.parallel.parallelism()];
    this.left = new PackedMatrix(tiles);
    this.tileRows = tiles.tileRows();
    this.tileColumns = tiles.tileColumns();
  }

  /**
   * Factors A, of which the upper triangle is read; U is then in the workspace's right factor, where elements below the diagonal
   * are garbage. False if a pivot is not positive and finite.
   */
  boolean factor(SymmetricInput input) {
    return eliminate(input, false);
  }

  /** The same for Y = U⁻ᵀ, lower triangular, which is then in both factors of the workspace, its columns being the lanes. */
  boolean invertFactor(SymmetricInput input) {
    return eliminate(input, true);
  }

  private boolean eliminate(SymmetricInput input, boolean inverse) {
    this.input = input;
    int m = input.order();
    order = m;
    height = Blocking.roundUp(m, tileRows);
    left.reserve(tileRows, m, height);
    left.pad(m, 0, height);
    b.reserve(tileColumns, m, height);
    if (inverse) {
      a.reserve(tileRows, m, height);
      a.pad(m, 0, height);
    }
    triangles = Scratch.atLeast(triangles, (long) height * tileRows);
    before = 0;
    first = 0;
    end = Math.min(work.blocking.nb(), height);
    Parallel.runAlone(load, Blocking.ceilDiv(m, tileColumns));
    while (first < height) {
      if (!factorDiagonal()) {
        return false;
      }
      int last = Blocking.ceilDiv(m, tileColumns);
      int whole = end < height ? end / tileColumns : last;
      panelsOfU = last - whole;
      int panels = inverse ? last : panelsOfU;
      work.parallel.run(row, panels, (long) panels * tileColumns * (end - first) * (end + nextEnd() - first) / 2);
      before = first;
      first = end;
      end = nextEnd();
    }
    return true;
  }

  private int nextEnd() {
    return Math.min(end + work.blocking.nb(), height);
  }

  /** A participant's own, made when it first takes part. */
  private Gemm gemm(int slot) {
    Gemm mine = gemms[slot];
    if (mine == null) {
      mine = new Gemm(tiles, work.blocking.kc());
      gemms[slot] = mine;
    }
    return mine;
  }

  private void load(int task, int slot) {
    loadRows(task * tileColumns, first, end);
  }

  /** A block row, for one panel of columns: those of U first, which take longest. */
  private void row(int task, int slot) {
    Gemm gemm = gemm(slot);
    if (task < panelsOfU) {
      rowOfFactor(gemm, (end / tileColumns + task) * tileColumns);
    } else {
      rowOfInverse(gemm, (task - panelsOfU) * tileColumns);
    }
  }

  private void rowOfFactor(Gemm gemm, int column) {
    if (column >= end) { // else the diagonal block has a part of the panel, and did all of it
      substitute(gemm, column, before, first, end);
      pack(column, first, end);
    }
    loadRows(column, end, nextEnd());
    addProducts(gemm, column, 0, first, end, nextEnd());
  }

  /** −Uᵀ·Y = −I, from the block row on in which U has no more use for the panel. */
  private void rowOfInverse(Gemm gemm, int column) {
    boolean begun = column + tileColumns <= first;
    int top = begun ? first : column / tileRows * tileRows;
    Arrays.fill(b.values(), b.offset(column, top), b.offset(column, end), 0);
    for (int i = Math.max(top, column); i < Math.min(end, Math.min(column + tileColumns, order)); i++) {
      b.values()[b.offset(column, i) + i - column] = -1;
    }
    addProducts(gemm, column, column, top, top, end);
    substitute(gemm, column, Math.max(column, top), top, end);
    a.copyLanes(b, column, Math.min(column + tileColumns, height), top, end);
  }

  /** Rows of −A, from the diagonal on. */
  private void loadRows(int column, int from, int to) {
    double[] x = b.values();
    int stop = Math.min(column + tileColumns, order);
    int at = b.offset(column, from);
    for (int i = from; i < Math.min(to, order); i++) {
      int start = Math.min(Math.max(i, column), stop);
      Arrays.fill(x, at, at + start - column, 0);
      input.negate(i, start, stop - start, x, at + start - column);
      Arrays.fill(x, at + stop - column, at + tileColumns, 0);
      at += tileColumns;
    }
    Arrays.fill(x, at, at + Math.max(to - Math.max(from, order), 0) * tileColumns, 0);
  }

  /** The columns of the diagonal block, and those that share a panel with them. */
  private boolean factorDiagonal() {
    Gemm gemm = gemm(0);
    for (int i = first; i < end; i += tileRows) {
      int from = i / tileColumns * tileColumns;
      int to = Math.min(end, order);
      for (int column = from; column < to; column += tileColumns) {
        addProducts(gemm, column, before, i, i, i + tileRows);
      }
      if (!factorTriangle(i)) {
        return false;
      }
      for (int column = from; column < to; column += tileColumns) {
        tiles.substitute(triangles, i * tileRows, b.values(), b.offset(column, i));
        pack(column, i, i + tileRows);
      }
    }
    return true;
  }

  private boolean factorTriangle(int i) {
    int r = tileRows;
    int n = Math.min(r, order - i);
    int to = i * r;
    double[] t = triangles;
    double[] s = b.values();
    Arrays.fill(t, to, to + r * r, 0);
    for (int q = 0; q < n; q++) {
      int at = b.offset(i + q, i);
      int row = to + q * r;
      for (int p = 0; p < q; p++) {
        double sum = s[at + p * tileColumns];
        for (int k = 0; k < p; k++) {
          sum += t[to + p * r + k] * t[row + k];
        }
        t[row + p] = sum * t[to + p * r + p];
      }
      double pivot = -s[at + q * tileColumns];
      for (int k = 0; k < q; k++) {
        pivot -= t[row + k] * t[row + k];
      }
      if (!(pivot > 0 && pivot < Double.POSITIVE_INFINITY)) {
        return false;
      }
      t[row + q] = -1 / Math.sqrt(pivot);
    }
    return true;
  }

  private void pack(int column, int from, int to) {
    left.copyLanes(b, column, Math.min(column + tileColumns, height), from, to);
  }

  /** X_J += Σ_k U_kJᵀ·X_k for one panel X of the workspace's right factor: rows J, depths k. */
  private void addProducts(Gemm gemm, int column, int depthFrom, int depthTo, int from, int to) {
    gemm.left(left, from, to - from)
        .right(b, column, tileColumns)
        .depths(depthFrom, depthTo)
        .addTo(b.values(), b.offset(column, from), tileColumns, Gemm.Region.FULL);
  }

  /**
   * X_i := −U_ii⁻ᵀ·(X_i + Σ_k U_kiᵀ·X_k) for one panel of the workspace's right factor.
   *
   * @param depth the first k
   * @param from the first row, a multiple of R
   * @param to the last row, exclusive
   */
  private void substitute(Gemm gemm, int column, int depth, int from, int to) {
    for (int i = from; i < to; i += tileRows) {
      addProducts(gemm, column, depth, i, i, i + tileRows);
      tiles.substitute(triangles, i * tileRows, b.values(), b.offset(column, i));
    }
  }

  /** U, row-major with zeros below the diagonal. */
  void store(double[] u) {
    for (int i = 0; i < order; i++) {
      Arrays.fill(u, i * order, i * order + i, 0);
      for (int column = i / tileColumns * tileColumns; column < order; column += tileColumns) {
        int from = Math.max(i, column);
        int to = Math.min(column + tileColumns, order);
        System.arraycopy(b.values(), b.offset(column, i) + from - column, u, i * order + from, to - from);
      }
    }
  }
}
