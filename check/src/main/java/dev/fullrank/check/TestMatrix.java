package dev.fullrank.check;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A matrix E = 2^p·B in double with what mathematics says about B: its mean singular value, its singular values, its rank, its
 * minimal-norm polar factor U_r·V_rᵀ. The power of two is kept apart so that these facts stay representable when E is huge or
 * subnormal. Immutable.
 */
public final class TestMatrix {
  /** Entry (i, j) of a matrix, both from 0. */
  @FunctionalInterface
  public interface Entry {
    /** The entry in row i, column j. */
    double at(int i, int j);
  }

  private final String name;
  private final int rows;
  private final int columns;
  private final double[] base;
  private final int exponent;
  private final double meanSingularValue;
  private final double @Nullable [] singularValues;
  private final int rank;
  private final double @Nullable [] polarFactor;
  private final boolean exact;

  private TestMatrix(
      String name,
      int rows,
      int columns,
      double[] base,
      int exponent,
      double meanSingularValue,
      double @Nullable [] singularValues,
      int rank,
      double @Nullable [] polarFactor,
      boolean exact) {
    this.name = name;
    this.rows = rows;
    this.columns = columns;
    this.base = base;
    this.exponent = exponent;
    this.meanSingularValue = meanSingularValue;
    this.singularValues = singularValues;
    this.rank = rank;
    this.polarFactor = polarFactor;
    this.exact = exact;
  }

  /** A matrix of which nothing is known yet and whose entries are rounded. */
  public static TestMatrix of(String name, int rows, int columns, Entry entry) {
    double[] values = new double[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        values[i * columns + j] = entry.at(i, j);
      }
    }
    return new TestMatrix(name, rows, columns, values, 0, Double.NaN, null, -1, null, false);
  }

  /** The same matrix, known to have this mean singular value. */
  public TestMatrix withMean(double mean) {
    return new TestMatrix(name, rows, columns, base, exponent, mean, singularValues, rank, polarFactor, exact);
  }

  /** The same matrix, known to have these k singular values in any order; the mean and the rank follow. */
  public TestMatrix withSingularValues(double... values) {
    int k = order();
    if (values.length != k) {
      throw new IllegalArgumentException(name + " has " + k + " singular values, not " + values.length);
    }
    double[] ascending = values.clone();
    Arrays.sort(ascending);
    double[] descending = new double[k];
    int positive = 0;
    for (int i = 0; i < k; i++) {
      descending[i] = ascending[k - 1 - i];
      positive += descending[i] > 0 ? 1 : 0;
    }
    double mean = Compensated.sum(ascending) / k;
    return new TestMatrix(name, rows, columns, base, exponent, mean, descending, positive, polarFactor, exact);
  }

  /** The same matrix, known to have this rank. */
  public TestMatrix withRank(int known) {
    return new TestMatrix(name, rows, columns, base, exponent, meanSingularValue, singularValues, known, polarFactor, exact);
  }

  /** The same matrix, known to have the polar factor U_r·V_rᵀ with these entries. */
  public TestMatrix withPolarFactor(Entry entry) {
    double[] q = of(name, rows, columns, entry).base;
    return new TestMatrix(name, rows, columns, base, exponent, meanSingularValue, singularValues, rank, q, exact);
  }

  /** The same matrix, known to be stored without rounding. */
  public TestMatrix exactly() {
    return new TestMatrix(name, rows, columns, base, exponent, meanSingularValue, singularValues, rank, polarFactor, true);
  }

  /** 2^p times this matrix; what is known stays known. */
  public TestMatrix scaled(int p) {
    String scaledName = "2^" + p + " · " + name;
    return new TestMatrix(
        scaledName, rows, columns, base, exponent + p, meanSingularValue, singularValues, rank, polarFactor, exact);
  }

  /** The transpose, with everything that is known. */
  public TestMatrix transposed() {
    TestMatrix result = of(name + "ᵀ", columns, rows, (i, j) -> base[j * columns + i]);
    double[] q = polarFactor;
    double[] qt = q == null ? null : of(name, columns, rows, (i, j) -> q[j * columns + i]).base;
    return new TestMatrix(result.name, columns, rows, result.base, exponent, meanSingularValue, singularValues, rank, qt, exact);
  }

  /** What the matrix is called in tables. */
  public String name() {
    return name;
  }

  /** Number of rows, b. */
  public int rows() {
    return rows;
  }

  /** Number of columns, d. */
  public int columns() {
    return columns;
  }

  /** k = min(b, d), the number of singular values. */
  public int order() {
    return Math.min(rows, columns);
  }

  /** p in E = 2^p·B. */
  public int exponent() {
    return exponent;
  }

  /** Entry (i, j) of B. */
  public double baseAt(int i, int j) {
    return base[i * columns + j];
  }

  /** The mean singular value of B, if it is known in closed form. */
  public OptionalDouble meanSingularValue() {
    return Double.isNaN(meanSingularValue) ? OptionalDouble.empty() : OptionalDouble.of(meanSingularValue);
  }

  /** The singular values of B, largest first, if they are known in closed form. */
  public Optional<double[]> singularValues() {
    return Optional.ofNullable(singularValues).map(double[]::clone);
  }

  /** The rank, if it is known. */
  public OptionalInt rank() {
    return rank < 0 ? OptionalInt.empty() : OptionalInt.of(rank);
  }

  /** U_r·V_rᵀ, row-major, if it is known in closed form. */
  public Optional<double[]> polarFactor() {
    return Optional.ofNullable(polarFactor).map(double[]::clone);
  }

  /** σ₁/σ_k, infinite if rank deficient, if the singular values are known. */
  public OptionalDouble conditionNumber() {
    return singularValues == null ? OptionalDouble.empty() : OptionalDouble.of(singularValues[0] / singularValues[order() - 1]);
  }

  /** E as a matrix of doubles in new memory. */
  public Matrix toMatrix() {
    return toMatrix(ElementType.FLOAT64);
  }

  /** E rounded to an element type, in new memory. */
  public Matrix toMatrix(ElementType type) {
    Matrix result = newMatrix(type, rows, columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result.set(i, j, Math.scalb(baseAt(i, j), exponent));
      }
    }
    return result;
  }

  /** Whether E fits in the type: nothing overflows, and no entry but zero is rounded by more than half an ulp of the largest. */
  public boolean fits(ElementType type) {
    Matrix stored = toMatrix(type);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double back = Math.scalb(stored.get(i, j), -exponent);
        largest = Math.max(largest, Math.abs(baseAt(i, j)));
        worst = Math.max(worst, Math.abs(back - baseAt(i, j)));
      }
    }
    return worst <= largest * type.epsilon() / 2;
  }

  /** Whether E is the mathematical matrix to the last bit when stored in the type. */
  public boolean exactIn(ElementType type) {
    if (!exact) {
      return false;
    }
    Matrix stored = toMatrix(type);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        if (Math.scalb(stored.get(i, j), -exponent) != baseAt(i, j)) {
          return false;
        }
      }
    }
    return true;
  }

  /** New heap memory for a dense row-major matrix of any element type, filled with zeros. */
  static Matrix newMatrix(ElementType type, int rows, int columns) {
    int size = Math.multiplyExact(rows, columns);
    return switch (type) {
      case FLOAT64 -> Matrix.of(new double[size], rows, columns);
      case FLOAT32 -> Matrix.of(new float[size], rows, columns);
      case BFLOAT16, FLOAT16 -> Matrix.of(MemorySegment.ofArray(new short[size]), type, rows, columns);
    };
  }

  @Override
  public String toString() {
    return name + " " + rows + "×" + columns;
  }
}
