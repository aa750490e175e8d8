package dev.fullrank.check;

import java.util.ArrayList;
import java.util.List;

/** Collapsed, repeated and vanishing embeddings, and shapes at the edge. */
public final class DegenerateMatrices {
  private DegenerateMatrices() {}

  static List<TestMatrix> all(Extent extent) {
    List<TestMatrix> result = new ArrayList<>();
    result.add(zero(1, 1));
    result.add(zero(7, 5));
    result.add(vector(1, 1));
    result.add(vector(1, 9));
    result.add(vector(9, 1));
    result.add(oneEntry(6, 11));
    result.add(repeatedRows(8, 5));
    result.add(repeatedRows(5, 8));
    result.add(constantColumns(9, 6));
    result.add(centredColumns(6, 13));
    result.add(tall(extent == Extent.FULL ? 4_000 : 400));
    return result;
  }

  /** E = 0: s_μ = 0 and, by convention, gradient 0. */
  public static TestMatrix zero(int rows, int columns) {
    return TestMatrix.of("zero", rows, columns, (_, _) -> 0)
        .withSingularValues(new double[Math.min(rows, columns)])
        .withPolarFactor((_, _) -> 0)
        .exactly();
  }

  /** One row or one column x = (1, −2, 3, …): σ = ‖x‖, polar factor x/‖x‖. */
  public static TestMatrix vector(int rows, int columns) {
    int n = Math.max(rows, columns);
    TestMatrix.Entry entry = (i, j) -> (i + j) % 2 == 0 ? i + j + 1 : -(i + j + 1);
    double length = Math.sqrt(n * (n + 1.0) * (2.0 * n + 1) / 6);
    return TestMatrix.of("vector", rows, columns, entry)
        .withSingularValues(length)
        .withPolarFactor((i, j) -> entry.at(i, j) / length)
        .exactly();
  }

  /** A single entry −5: rank one, polar factor −1 there. */
  public static TestMatrix oneEntry(int rows, int columns) {
    double[] sigma = new double[Math.min(rows, columns)];
    sigma[0] = 5;
    return TestMatrix.of("one entry", rows, columns, (i, j) -> i == 2 && j == 3 ? -5 : 0)
        .withSingularValues(sigma)
        .withPolarFactor((i, j) -> i == 2 && j == 3 ? -1 : 0)
        .exactly();
  }

  /** Each row twice (the last alone if b is odd): rank ⌈b/2⌉ at most. */
  public static TestMatrix repeatedRows(int rows, int columns) {
    return TestMatrix.of("repeated rows", rows, columns, (i, j) -> (i / 2 + 2 * j) % 7 - 3 + (i / 2 == j ? 4 : 0)).exactly();
  }

  /** Column j is constant j + 1: complete collapse, rank one, σ₁ = √b·‖(1..d)‖. */
  public static TestMatrix constantColumns(int rows, int columns) {
    double length = Math.sqrt(columns * (columns + 1.0) * (2.0 * columns + 1) / 6);
    double[] sigma = new double[Math.min(rows, columns)];
    sigma[0] = Math.sqrt(rows) * length;
    return TestMatrix.of("constant columns", rows, columns, (_, j) -> j + 1)
        .withSingularValues(sigma)
        .withPolarFactor((_, j) -> (j + 1) / sigma[0])
        .exactly();
  }

  /** Columns of mean zero with b ≤ d: one singular value is exactly zero, all others are 1. */
  public static TestMatrix centredColumns(int rows, int columns) {
    TestMatrix.Entry entry = (i, j) -> j >= rows ? 0 : (i == j ? 1 : 0) - 1.0 / rows;
    double[] sigma = new double[rows];
    for (int l = 1; l < rows; l++) {
      sigma[l] = 1;
    }
    return TestMatrix.of("centred columns", rows, columns, entry).withSingularValues(sigma).withPolarFactor(entry);
  }

  /** b×2 with columns of ones and of alternating signs: σ = √b twice; a b×b buffer would not fit anywhere. */
  public static TestMatrix tall(int rows) {
    TestMatrix.Entry entry = (i, j) -> j == 1 && i % 2 == 1 ? -1 : 1;
    return TestMatrix.of("tall", rows, 2, entry)
        .withSingularValues(Math.sqrt(rows), Math.sqrt(rows))
        .withPolarFactor((i, j) -> entry.at(i, j) / Math.sqrt(rows))
        .exactly();
  }
}
