package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("single")
class SymmetricEigenTest {
  private static final double EPS = Math.ulp(1.0);

  /** Tiny sizes so that small matrices cross every panel and batch. */
  private static final SymmetricEigen.Settings TINY = new SymmetricEigen.Settings(3, 5, 30);

  @SuppressWarnings("ArrayRecordComponent") // carriers of test data, never compared
  record Symmetric(String name, int k, double[] a, double @Nullable [] eigenvalues) {
    @Override
    public String toString() {
      return name + " " + k;
    }
  }

  static List<Symmetric> matrices() {
    List<Symmetric> all = new ArrayList<>();
    for (int k : new int[] {1, 2, 3, 7, 32, 33, 70}) {
      double kk = k;
      all.add(of("zero", k, (i, j) -> 0, i -> 0));
      all.add(of("identity", k, (i, j) -> i == j ? 1 : 0, i -> 1));
      all.add(of("graded diagonal", k, (i, j) -> i == j ? Math.pow(-0.1, i) : 0, i -> Math.pow(-0.1, i)));
      IntToDoubleFunction path = i -> 2 * Math.sin((k - 1 - 2 * i) * Math.PI / (2 * (kk + 1)));
      all.add(of("path graph", k, (i, j) -> Math.abs(i - j) == 1 ? 1 : 0, path));
      all.add(of("all ones", k, (i, j) -> 1, i -> i == 0 ? k : 0));
      IntToDoubleFunction minimum = i -> 0.25 / square(Math.sin((i + 0.5) * Math.PI / (2 * kk + 1)));
      all.add(of("min(i,j)", k, (i, j) -> Math.min(i, j) + 1, minimum));
      all.add(of("sine", k, (i, j) -> Families.sine(i, j, k), i -> i < (k + 1) / 2 ? 1 : -1));
      Random random = new Random(k);
      all.add(of("Gaussian", k, (i, j) -> random.nextGaussian(), null));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void vectorsAreOrthonormalAndDiagonalize(Symmetric m) {
    for (SymmetricEigen.Settings settings : List.of(SymmetricEigen.Settings.DEFAULT, TINY)) {
      int k = m.k();
      double[] z = m.a().clone();
      double[] w = new double[k];
      new SymmetricEigen(new NaiveColumnOps(), settings).decompose(z, k, w);
      double scale = norm(m.a());
      double[] zz = rowProducts(z, z, k);
      double[] za = rowProducts(z, m.a(), k);
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          assertThat(Math.abs(zz[i * k + j] - (i == j ? 1 : 0))).isLessThanOrEqualTo(4 * k * EPS);
          assertThat(Math.abs(za[i * k + j] - w[i] * z[i * k + j])).isLessThanOrEqualTo(4 * k * EPS * scale);
        }
      }
      expect(m, w);
    }
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void valuesAloneAreTheSame(Symmetric m) {
    double[] a = m.a().clone();
    double[] all = m.a().clone();
    for (int i = 0; i < m.k(); i++) {
      Arrays.fill(a, i * m.k(), i * m.k() + i, Double.NaN);
    }
    double[] w = new double[m.k()];
    double[] expected = new double[m.k()];
    SymmetricEigen eigen = new SymmetricEigen(new NaiveColumnOps());
    eigen.values(a, m.k(), w);
    eigen.decompose(all, m.k(), expected);
    assertThat(w).as("the lower triangle is not read").isEqualTo(expected);
    expect(m, w);
  }

  @Test
  void scaleIsNoMatter() {
    Symmetric m = matrices().getLast();
    int k = m.k();
    double[] plain = m.a().clone();
    double[] w = new double[k];
    SymmetricEigen eigen = new SymmetricEigen(new NaiveColumnOps());
    eigen.decompose(plain, k, w);
    for (int exponent : new int[] {-900, -150, 150, 1000}) {
      double[] scaled = Arrays.stream(m.a()).map(x -> Math.scalb(x, exponent)).toArray();
      double[] scaledW = new double[k];
      eigen.decompose(scaled, k, scaledW);
      assertThat(Arrays.stream(scaledW).map(x -> Math.scalb(x, -exponent)).toArray())
          .as("2^%d", exponent)
          .containsExactly(w, Offset.offset(2 * k * EPS * w[0]));
    }
    double[] w1 = new double[1];
    eigen.values(new double[] {Double.MIN_VALUE}, 1, w1);
    assertThat(w1[0]).isEqualTo(Double.MIN_VALUE);
    double[] w2 = new double[2];
    eigen.values(new double[] {0, Double.MIN_VALUE, Double.MIN_VALUE, 0}, 2, w2);
    assertThat(w2).containsExactly(Double.MIN_VALUE, -Double.MIN_VALUE);
  }

  @Test
  void aLimitOnStepsEndsTheCallLoudly() {
    SymmetricEigen impatient = new SymmetricEigen(new NaiveColumnOps(), new SymmetricEigen.Settings(8, 8, 1));
    Symmetric m = matrices().getLast();
    assertThatThrownBy(() -> impatient.values(m.a(), m.k(), new double[m.k()]))
        .isInstanceOf(ConvergenceException.class)
        .hasMessageContaining("implicit QL");
  }

  @Test
  void whatCannotBeDecomposedIsRefused() {
    SymmetricEigen eigen = new SymmetricEigen(new NaiveColumnOps());
    assertThatThrownBy(() -> eigen.values(new double[] {1, Double.NaN, 0, 1}, 2, new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not finite");
    assertThatThrownBy(() -> eigen.values(new double[8], 3, new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("k = 3");
    assertThatThrownBy(() -> eigen.decompose(new double[9], 3, new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("and 2");
    assertThatThrownBy(() -> eigen.decompose(new double[9], 0, new double[2])).isInstanceOf(IllegalArgumentException.class);
  }

  private static void expect(Symmetric m, double[] w) {
    for (int i = 0; i < m.k(); i++) {
      if (i > 0) {
        assertThat(w[i]).isLessThanOrEqualTo(w[i - 1]);
      }
      if (m.eigenvalues() != null) {
        assertThat(Math.abs(w[i] - m.eigenvalues()[i])).as("λ_%d", i).isLessThanOrEqualTo(2 * m.k() * EPS * norm(m.a()));
      }
    }
  }

  private static Symmetric of(String name, int k, Families.Entry entry, @Nullable IntToDoubleFunction values) {
    double[] a = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = i; j < k; j++) {
        a[i * k + j] = a[j * k + i] = entry.at(i, j);
      }
    }
    double[] descending = null;
    if (values != null) {
      descending = IntStream.range(0, k).mapToDouble(values).map(x -> -x).sorted().map(x -> -x).toArray();
    }
    return new Symmetric(name, k, a, descending);
  }

  /** X·Yᵀ of row-major matrices. */
  private static double[] rowProducts(double[] x, double[] y, int k) {
    double[] product = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        product[i * k + j] = new NaiveColumnOps().dot(x, i * k, y, j * k, k);
      }
    }
    return product;
  }

  private static double norm(double[] x) {
    return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
  }

  private static double square(double x) {
    return x * x;
  }
}
