package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** batch_eigenvectors: orthonormal vectors that diagonalise YᵀY, for matrices of n rows of k. */
final class BatchEigenvectors {
  private static final String NAME = "batch_eigenvectors";
  private static final double U = Element.F64.roundoff();

  /** Slabs of 16 rows that are full, and one that is not; columns of less than a warp, one more, and more than all warps. */
  private static final List<Shape> SHAPES = Shape.list(1, 1, 5, 1, 2, 2, 3, 2, 16, 3, 17, 4, 40, 9, 19, 18, 35, 33);

  /** A Gram matrix of more than the 48 KiB that need no permission. */
  private static final int LARGE = 80;

  private final int n;
  private final int k;
  private final DeviceArray y;
  private final DeviceArray v;
  private final int rank;

  /** As n rows of k, of which the matrix is the transpose if it is to be wide. */
  private BatchEigenvectors(int n, int k, int rank, DeviceArray y) {
    this.n = n;
    this.k = k;
    this.rank = rank;
    this.y = y;
    this.v = DeviceArray.doubles(k * k);
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    trials.add(new Trial(NAME, "all shapes", kernels -> check(kernels, SHAPES.stream().map(s -> random(s.rows(), s.columns())).toList())));
    trials.add(new Trial(NAME, "rank", kernels -> check(kernels, List.of(lowRank(20, 7, 3), lowRank(6, 6, 1), lowRank(9, 5, 0)))));
    trials.add(new Trial(NAME, "graded", kernels -> check(kernels, List.of(graded(12, 6, 4), graded(30, 10, 1)))));
    trials.add(new Trial(NAME, "equal columns and multiples", kernels -> check(kernels, List.of(equal(7, 4), multiples(33, 5)))));
    trials.add(new Trial(NAME, "orthogonal and large", kernels -> check(kernels, List.of(orthogonal()))));
    return trials.stream();
  }

  private static BatchEigenvectors random(int n, int k) {
    Data data = new Data(n + " " + k);
    return new BatchEigenvectors(n, k, k, DeviceArray.doubles(n * k).fill(data::normal));
  }

  /** Small integers times small integers: the rank is exact. */
  private static BatchEigenvectors lowRank(int n, int k, int rank) {
    Data data = new Data(n + " " + k + " " + rank);
    int[] left = new int[n * rank];
    int[] right = new int[rank * k];
    Arrays.setAll(left, i -> data.below(9) - 4);
    Arrays.setAll(right, i -> data.below(9) - 4);
    DeviceArray y = DeviceArray.doubles(n * k).fill(() -> 0);
    for (int l = 0; l < n; l++) {
      for (int c = 0; c < k; c++) {
        for (int r = 0; r < rank; r++) {
          y.set(0, l * k + c, y.get(l * k + c) + left[l * rank + r] * right[r * k + c]);
        }
      }
    }
    return new BatchEigenvectors(n, k, rank, y);
  }

  /** Columns that are so many powers of two apart. */
  private static BatchEigenvectors graded(int n, int k, int step) {
    BatchEigenvectors matrix = random(n, k);
    for (int e = 0; e < n * k; e++) {
      matrix.y.set(0, e, Math.scalb(matrix.y.get(e), -step * (e % k)));
    }
    return matrix;
  }

  /** A rank of one but for rounding. */
  private static BatchEigenvectors multiples(int n, int k) {
    BatchEigenvectors matrix = equal(n, k);
    for (int e = 0; e < n * k; e++) {
      matrix.y.set(0, e, matrix.y.get(e) / (1 + e % k));
    }
    return matrix;
  }

  private static BatchEigenvectors equal(int n, int k) {
    BatchEigenvectors matrix = random(n, 1);
    DeviceArray y = DeviceArray.doubles(n * k);
    for (int e = 0; e < n * k; e++) {
      y.set(0, e, matrix.y.get(e / k));
    }
    return new BatchEigenvectors(n, k, 1, y);
  }

  /** Nothing to rotate, so that even a large one takes a single sweep. */
  private static BatchEigenvectors orthogonal() {
    DeviceArray y = DeviceArray.doubles(LARGE * LARGE).fill(() -> 0);
    for (int c = 0; c < LARGE; c++) {
      y.set(0, (c * 7 % LARGE) * LARGE + c, 1 + c % 3);
    }
    return new BatchEigenvectors(LARGE, LARGE, LARGE, y);
  }

  private static void check(Kernels kernels, List<BatchEigenvectors> matrices) {
    int count = matrices.size();
    List<Shape> shapes = new ArrayList<>();
    for (int m = 0; m < count; m++) {
      BatchEigenvectors matrix = matrices.get(m);
      shapes.add(m % 2 == 0 ? new Shape(matrix.n, matrix.k) : new Shape(matrix.k, matrix.n));
    }
    Table table = new Table(shapes);
    DeviceArray numbers = DeviceArray.doubles(count);
    for (int m = 0; m < count; m++) {
      table.y(m, matrices.get(m).y, false).v(m, matrices.get(m).v, true);
      numbers.setBits(0, m, count - 1 - m);
    }
    int most = matrices.stream().mapToInt(m -> m.k).max().orElseThrow();
    new Call(kernels, NAME).input(table).input(numbers).count(count).launch(Blocks.matrices(count, sharedBytes(most)));
    matrices.forEach(BatchEigenvectors::check);
  }

  /** Of the square and the slab. */
  static int sharedBytes(int k) {
    return (k * k + 16 * k) * Double.BYTES;
  }

  static double[] values(DeviceArray vector) {
    double[] values = new double[vector.columns()];
    Arrays.setAll(values, vector::get);
    return values;
  }

  private void check() {
    double[] expected = SmallMatrices.eigenvectors(values(y), n, k);
    for (int e = 0; e < k * k; e++) {
      Accuracy.same("v " + e, v.get(e), expected[e]);
    }
    double norm = Exact.sum(n * k, e -> Exact.square(Exact.of(y.get(e)))).doubleValue();
    if (k <= 10) {
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          checkProducts(i, j, norm);
        }
      }
    }
  }

  /** ⟨v_i, v_j⟩ and ⟨v_i, YᵀY·v_j⟩: the one is δ_ij, the other 0 unless i = j. */
  private void checkProducts(int i, int j, double norm) {
    BigDecimal product = Exact.sum(k, c -> Exact.product(v.get(i * k + c), v.get(j * k + c)));
    BigDecimal exact = i == j && i < rank ? BigDecimal.ONE : BigDecimal.ZERO;
    Accuracy.within("⟨v, v⟩ " + i + ", " + j, product.doubleValue(), exact, 2 * (2 * k + 32) * U);
    if (i != j) {
      BigDecimal image = Exact.sum(n, l -> image(l, i).multiply(image(l, j)));
      double permitted = (Math.ceilDiv(n, 16) + 16 + 60 * k) * U * norm;
      Accuracy.within("⟨Yv, Yv⟩ " + i + ", " + j, image.doubleValue(), BigDecimal.ZERO, permitted);
    }
  }

  private BigDecimal image(int l, int j) {
    return Exact.sum(k, c -> Exact.product(y.get(l * k + c), v.get(j * k + c)));
  }
}
