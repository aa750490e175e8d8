package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** batch_polar: polar factors from vectors that should be eigenvectors, and what is said of how good these are. */
final class BatchPolar {
  private static final String NAME = "batch_polar";
  private static final int WRITTEN_FROM = 4;
  private static final List<Shape> SHAPES = Shape.list(1, 1, 5, 1, 2, 2, 3, 2, 17, 4, 40, 9, 19, 18, 35, 33);

  private final int n;
  private final int k;
  private final DeviceArray y;
  private final DeviceArray v;
  private final DeviceArray p;

  private BatchPolar(int n, int k, DeviceArray y, DeviceArray v) {
    this.n = n;
    this.k = k;
    this.y = y;
    this.v = v;
    this.p = DeviceArray.doubles(n * k);
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    trials.add(new Trial(NAME, "all shapes", kernels -> check(kernels, SHAPES.stream().map(s -> of(s.rows(), s.columns())).toList())));
    trials.add(new Trial(NAME, "closed forms", kernels -> closedForms(kernels)));
    trials.add(new Trial(NAME, "a column that does not count", kernels -> deficient(kernels)));
    trials.add(new Trial(NAME, "vectors that are none", kernels -> wrong(kernels)));
    trials.add(new Trial(NAME, "vectors that are too long", kernels -> tooLong(kernels)));
    return trials.stream();
  }

  private static BatchPolar of(int n, int k) {
    Data data = new Data("polar " + n + " " + k);
    DeviceArray y = DeviceArray.doubles(n * k).fill(data::normal);
    return of(n, k, y, SmallMatrices.eigenvectors(BatchEigenvectors.values(y), n, k));
  }

  private static BatchPolar of(int n, int k, DeviceArray y, double[] v) {
    return new BatchPolar(n, k, y, DeviceArray.of(v));
  }

  private static DeviceArray check(Kernels kernels, List<BatchPolar> matrices) {
    int count = matrices.size();
    List<Shape> shapes = new ArrayList<>();
    for (int m = 0; m < count; m++) {
      BatchPolar matrix = matrices.get(m);
      shapes.add(m % 2 == 0 ? new Shape(matrix.n, matrix.k) : new Shape(matrix.k, matrix.n));
    }
    Table table = new Table(shapes);
    DeviceArray numbers = DeviceArray.doubles(count);
    DeviceArray reports = new DeviceArray(Element.F64, count, BatchPack.REPORT_WORDS, BatchPack.REPORT_WORDS, 0).fill(() -> 42);
    for (int m = 0; m < count; m++) {
      table.y(m, matrices.get(m).y, false).v(m, matrices.get(m).v, false).p(m, matrices.get(m).p, true);
      numbers.setBits(0, m, count - 1 - m);
    }
    int most = matrices.stream().mapToInt(m -> m.k).max().orElseThrow();
    new Call(kernels, NAME)
        .input(table)
        .input(numbers)
        .count(count)
        .output(reports)
        .launch(Blocks.matrices(count, BatchEigenvectors.sharedBytes(most)));
    for (int m = 0; m < count; m++) {
      matrices.get(m).check(reports, m);
    }
    return reports;
  }

  private void check(DeviceArray reports, int m) {
    double[] polar = new double[n * k];
    double[] report = SmallMatrices.polar(BatchEigenvectors.values(y), BatchEigenvectors.values(v), n, k, polar);
    for (int e = 0; e < n * k; e++) {
      Accuracy.same("p " + e, p.get(e), polar[e]);
    }
    for (int word = 0; word < BatchPack.REPORT_WORDS; word++) {
      double value = word < WRITTEN_FROM ? 42 : report[word - WRITTEN_FROM];
      Accuracy.same("word " + word + " of report " + m, reports.get(m, word), value);
    }
  }

  /** [[1, 2], [3, 4], [5, 6]], whose singular values add up to √(91 + 2·√24), and the rows of the identity, one of them twice. */
  private static void closedForms(Kernels kernels) {
    DeviceArray y = DeviceArray.of(1, 2, 3, 4, 5, 6);
    BatchPolar first = of(3, 2, y, SmallMatrices.eigenvectors(BatchEigenvectors.values(y), 3, 2));
    DeviceArray stacked = DeviceArray.of(1, 0, 0, 1, 1, 0);
    BatchPolar second = of(3, 2, stacked, new double[] {1, 0, 0, 1});
    DeviceArray reports = check(kernels, List.of(first, second));
    BigDecimal sum = Exact.root(Exact.of(91).add(Exact.of(2).multiply(Exact.root(Exact.of(24)))));
    Accuracy.relative("Σσ", reports.get(0, 4), sum, 0x1p-50);
    Accuracy.relative("Σσ", reports.get(1, 4), Exact.root(Exact.of(2)).add(BigDecimal.ONE), 0x1p-51);
    double[] polar = {Math.sqrt(0.5), 0, 0, 1, Math.sqrt(0.5), 0};
    for (int e = 0; e < polar.length; e++) {
      Accuracy.within("p " + e, second.p.get(e), Exact.of(polar[e]), 0x1p-51);
    }
    for (int word = 7; word < BatchPack.REPORT_WORDS; word++) {
      Accuracy.holds("residual " + word + " is small", reports.get(0, word) < 1e-25 && reports.get(1, word) < 1e-30);
    }
  }

  /** A column of zeros, and vectors of which one is left out: neither counts, and the residual of Y is the norm of what is left out. */
  private static void deficient(Kernels kernels) {
    DeviceArray y = DeviceArray.of(3, 0, 0, 4, 0, 0, 0, 0, 2, 0, 0, 0);
    BatchPolar zero = of(4, 3, y, new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1});
    BatchPolar left = of(4, 3, DeviceArray.of(BatchEigenvectors.values(y)), new double[] {1, 0, 0, 0, 0, 0, 0, 0, 0});
    DeviceArray reports = check(kernels, List.of(zero, left));
    double[][] expected = {{7, 2, 5, 0, 0, 0}, {5, 1, 5, 0, 0, 4}};
    for (int m = 0; m < expected.length; m++) {
      for (int i = 0; i < expected[m].length; i++) {
        Accuracy.within("word " + i, reports.get(m, WRITTEN_FROM + i), Exact.of(expected[m][i]), 1e-30);
      }
    }
  }

  /** Lengths are off by 2⁻³⁰ and 2⁻³¹, and the values as well; their sum only by 3/2 of the squares of that. */
  private static void tooLong(Kernels kernels) {
    DeviceArray y = DeviceArray.of(3, 0, 0, 4, 0, 0);
    BatchPolar matrix = of(3, 2, y, new double[] {1 + 0x1p-30, 0, 0, 1 - 0x1p-31});
    DeviceArray reports = check(kernels, List.of(matrix));
    Accuracy.relative("Σσ", reports.get(0, 4), Exact.of(7), 0x1p-51);
    Accuracy.holds("‖VᵀV − I‖² is that of the lengths", Math.abs(reports.get(0, 7) / (5 * 0x1p-60) - 1) < 1e-6);
  }

  /** Vectors that are too long, not orthogonal, and orthonormal but not eigenvectors: each equation sees what it is about. */
  private static void wrong(Kernels kernels) {
    DeviceArray y = DeviceArray.of(2, 0, 0, 1);
    BatchPolar skew = of(2, 2, y, new double[] {1, 0, 0.6, 0.8});
    BatchPolar turned = of(2, 2, DeviceArray.of(2, 0, 0, 1), new double[] {0.6, 0.8, -0.8, 0.6});
    DeviceArray reports = check(kernels, List.of(skew, turned));
    Accuracy.within("‖VᵀV − I‖²", reports.get(0, 7), Exact.of(0.72), 1e-15);
    Accuracy.holds("‖Y − BΣVᵀ‖² is not small", reports.get(0, 9) > 0.1);
    // Y·V has the columns (1.2, 0.8) and (−1.6, 0.6): ⟨b₁, b₂⟩² = 1.44²/(2.08·2.92)
    Accuracy.within("‖BᵀB − I‖²", reports.get(1, 8), Exact.of(2 * 1.44 * 1.44 / (2.08 * 2.92)), 1e-14);
    Accuracy.holds("‖VᵀV − I‖² and ‖Y − BΣVᵀ‖² are small", reports.get(1, 7) < 1e-30 && reports.get(1, 9) < 1e-30);
  }
}
