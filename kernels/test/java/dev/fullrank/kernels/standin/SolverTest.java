package dev.fullrank.kernels.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The decompositions of the stand-in: their products, their orthogonality, their statuses, and what they refuse. */
class SolverTest {
  private static final int[][] SHAPES = {{1, 1}, {2, 1}, {3, 3}, {7, 4}, {17, 17}, {32, 5}, {31, 32}, {4, 7}, {1, 5}};
  private static final int INVALID_VALUE = 3;

  /** Errors of the stand-in's loops are a few ulp a row and column; rounding to the element type adds one. */
  private static final double ROOM = 8;

  private final StandIn standIn = StandIn.fresh();
  private final DirectCuda cuda = new DirectCuda(standIn);
  private final long handle = cuda.create("cusolverDnCreate");
  private final long parameters = cuda.create("cusolverDnCreateGesvdjInfo");

  @AfterEach
  void close() {
    cuda.close();
  }

  /** Entries that are random, of rank one, zero, and of columns of very different sizes. */
  private static List<IntToDoubleFunction> families(int rows, int seed) {
    Random random = new Random(seed);
    return List.of(
        index -> (float) random.nextGaussian(),
        index -> (1 + index % rows) * (1 - 2 * (index / rows)),
        index -> 0,
        index -> (float) Math.scalb(random.nextGaussian(), -3 * (index / rows)));
  }

  @ParameterizedTest
  @EnumSource
  void qrReproducesTheMatrix(Real real) {
    for (int[] shape : SHAPES) {
      for (IntToDoubleFunction entries : families(shape[0], 1)) {
        expectQr(real, Columns.of(shape[0], shape[1], shape[0] + 2, entries));
      }
    }
    standIn.expectNoFault();
  }

  @ParameterizedTest
  @EnumSource
  void choleskyInvertsWhatIsPositiveDefinite(Real real) {
    for (int n : new int[] {1, 2, 5, 17}) {
      Columns a = Columns.of(n, n, n + 2, index -> 1 + Math.min(index % n, index / n));
      long device = cuda.upload(real, a.values());
      assertThat(cholesky(real, "potrf", n, device, n + 2)).isZero();
      Columns l = a.with(cuda.download(real, device, a.values().length));
      assertThat(cholesky(real, "potri", n, device, n + 2)).isZero();
      Columns inverse = a.with(cuda.download(real, device, a.values().length));
      for (int j = 0; j < n; j++) {
        for (int i = j; i < n; i++) {
          // min(i, j) has the factor of ones, and the second difference for its inverse
          assertThat(l.at(i, j)).isCloseTo(1, Offset.offset(ROOM * n * real.ulp()));
          double expected = i == j ? (i == n - 1 ? 1 : 2) : i == j + 1 ? -1 : 0;
          assertThat(inverse.at(i, j)).isCloseTo(expected, Offset.offset(ROOM * n * real.ulp()));
        }
        assertThat(inverse.at(0, j)).as("above the diagonal nothing changes").isEqualTo(j == 0 ? inverse.at(0, 0) : 1);
      }
    }
    standIn.expectNoFault();
  }

  /** The path's Laplacian has the eigenvalues 2 − 2·cos(π·j/(n + 1)). */
  @ParameterizedTest
  @EnumSource
  void eigenvaluesAscendAndBelongToTheirVectors(Real real) {
    for (int n : new int[] {1, 2, 5, 17}) {
      Columns a = Columns.of(n, n, n + 2, index -> index % n == index / n ? 2 : Math.abs(index % n - index / n) == 1 ? -1 : 0);
      long device = cuda.upload(real, a.values());
      long lambda = cuda.allocate(real.bytes(n));
      long info = cuda.allocate(Integer.BYTES);
      cuda.expect(real.function("cusolverDn*syevd_bufferSize"), handle, 1, 0, n, device, n + 2, lambda, cuda.out());
      int size = cuda.outInt();
      cuda.expect(
          real.function("cusolverDn*syevd"), handle, 1, 0, n, device, n + 2, lambda, cuda.allocate(real.bytes(size)), size, info);
      assertThat(cuda.downloadInt(info)).isZero();
      double[] values = cuda.download(real, lambda, n);
      Columns v = a.with(cuda.download(real, device, a.values().length));
      Offset<Double> error = Offset.offset(ROOM * n * real.ulp());
      for (int j = 0; j < n; j++) {
        assertThat(values[j]).isCloseTo(2 - 2 * Math.cos(Math.PI * (j + 1) / (n + 1)), error);
        for (int i = 0; i < n; i++) {
          double image = 2 * v.at(i, j) - (i > 0 ? v.at(i - 1, j) : 0) - (i < n - 1 ? v.at(i + 1, j) : 0);
          assertThat(image).isCloseTo(values[j] * v.at(i, j), error);
        }
      }
      assertThat(v.distanceFromOrthonormal()).isLessThan(ROOM * n * real.ulp());
    }
    standIn.expectNoFault();
  }

  @Test
  void choleskySaysWhichMinorIsNotPositive() {
    long device = cuda.upload(Real.DOUBLE, new double[] {1, 2, 2, 1});
    assertThat(cholesky(Real.DOUBLE, "potrf", 2, device, 2)).isEqualTo(2);
  }

  private int cholesky(Real real, String routine, int n, long a, int lda) {
    long info = cuda.allocate(Integer.BYTES);
    cuda.expect(real.function("cusolverDn*" + routine + "_bufferSize"), handle, 0, n, a, lda, cuda.out());
    int size = cuda.outInt();
    cuda.expect(real.function("cusolverDn*" + routine), handle, 0, n, a, lda, cuda.allocate(real.bytes(size)), size, info);
    return cuda.downloadInt(info);
  }

  private void expectQr(Real real, Columns a) {
    int m = a.rows();
    int n = a.columns();
    int k = Math.min(m, n);
    long device = cuda.upload(real, a.values());
    long tau = cuda.allocate(real.bytes(k));
    long info = cuda.allocate(Integer.BYTES);
    cuda.expect(real.function("cusolverDn*geqrf_bufferSize"), handle, m, n, device, a.stride(), cuda.out());
    int size = cuda.outInt();
    long work = cuda.allocate(real.bytes(size));
    cuda.expect(real.function("cusolverDn*geqrf"), handle, m, n, device, a.stride(), tau, work, size, info);
    assertThat(cuda.downloadInt(info)).isZero();
    Columns factored = a.with(cuda.download(real, device, a.values().length));
    Columns r = Columns.of(m, n, m + 1, index -> index % m <= index / m ? factored.at(index % m, index / m) : 0);
    Columns product = times(real, false, m, n, k, device, a.stride(), tau, r);
    Columns back = times(real, true, m, n, k, device, a.stride(), tau, product);
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < m; i++) {
        assertThat(product.at(i, j)).isCloseTo(a.at(i, j), within(real, a));
        assertThat(back.at(i, j)).isCloseTo(r.at(i, j), within(real, a));
      }
    }
    cuda.free(device, tau, info, work);
  }

  /** Q·C or Qᵀ·C by ormqr, and the same by multiplication of Cᵀ from the right. */
  private Columns times(Real real, boolean transposed, int m, int n, int k, long a, int lda, long tau, Columns c) {
    Columns left = ormqr(real, 0, transposed, m, n, k, a, lda, tau, c);
    Columns turned = c.transposed();
    Columns right = ormqr(real, 1, !transposed, n, m, k, a, lda, tau, turned);
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < m; i++) {
        assertThat(right.at(j, i)).isCloseTo(left.at(i, j), within(real, c));
      }
    }
    return left;
  }

  private Columns ormqr(Real real, int side, boolean transposed, int m, int n, int k, long a, int lda, long tau, Columns c) {
    long device = cuda.upload(real, c.values());
    long info = cuda.allocate(Integer.BYTES);
    int op = transposed ? 1 : 0;
    cuda.expect(
        real.function("cusolverDn*ormqr_bufferSize"), handle, side, op, m, n, k, a, lda, tau, device, c.stride(), cuda.out());
    int size = cuda.outInt();
    long work = cuda.allocate(real.bytes(size));
    cuda.expect(
        real.function("cusolverDn*ormqr"), handle, side, op, m, n, k, a, lda, tau, device, c.stride(), work, size, info);
    assertThat(cuda.downloadInt(info)).isZero();
    Columns result = c.with(cuda.download(real, device, c.values().length));
    cuda.free(device, info, work);
    return result;
  }

  @ParameterizedTest
  @EnumSource
  void gesvdjReproducesTheMatrix(Real real) {
    for (int[] shape : SHAPES) {
      for (IntToDoubleFunction entries : families(shape[0], 2)) {
        Columns a = Columns.of(shape[0], shape[1], shape[0] + 1, entries);
        for (boolean economy : new boolean[] {true, false}) {
          Svd svd = gesvdj(real, economy, a);
          assertThat(svd.status()).isZero();
          svd.expectDecomposition(a, ROOM * real.ulp() * (a.rows() + a.columns()));
        }
      }
    }
    standIn.expectNoFault();
  }

  private Svd gesvdj(Real real, boolean economy, Columns a) {
    int m = a.rows();
    int n = a.columns();
    int k = Math.min(m, n);
    Buffers buffers = new Buffers(cuda, real, a, economy ? k : m, economy ? k : n);
    cuda.expect("cusolverDnXgesvdjSetTolerance", parameters, real.ulp());
    int econ = economy ? 1 : 0;
    cuda.expect(
        real.function("cusolverDn*gesvdj_bufferSize"), handle, 1, econ, m, n, buffers.a(), a.stride(), buffers.sigma(), buffers.u(), m,
        buffers.v(), n, cuda.out(), parameters);
    int size = cuda.outInt();
    long work = buffers.workspace(size);
    cuda.expect(
        real.function("cusolverDn*gesvdj"), handle, 1, econ, m, n, buffers.a(), a.stride(), buffers.sigma(), buffers.u(), m, buffers.v(), n,
        work, size, buffers.info(), parameters);
    return buffers.result();
  }

  @ParameterizedTest
  @EnumSource
  void gesvdReturnsTheTransposeOfV(Real real) {
    for (int[] shape : SHAPES) {
      if (shape[0] >= shape[1]) {
        for (IntToDoubleFunction entries : families(shape[0], 3)) {
          Columns a = Columns.of(shape[0], shape[1], shape[0] + 1, entries);
          Svd svd = gesvd(real, a).withVTransposed();
          assertThat(svd.status()).isZero();
          svd.expectDecomposition(a, ROOM * real.ulp() * (a.rows() + a.columns()));
        }
      }
    }
    standIn.expectNoFault();
  }

  private Svd gesvd(Real real, Columns a) {
    int m = a.rows();
    int n = a.columns();
    Buffers buffers = new Buffers(cuda, real, a, n, n);
    cuda.expect(real.function("cusolverDn*gesvd_bufferSize"), handle, m, n, cuda.out());
    int size = cuda.outInt();
    long work = buffers.workspace(size);
    byte economy = (byte) 'S';
    cuda.expect(
        real.function("cusolverDn*gesvd"), handle, economy, economy, m, n, buffers.a(), a.stride(), buffers.sigma(), buffers.u(), m,
        buffers.v(), n, work, size, 0L, buffers.info());
    return buffers.result();
  }

  @ParameterizedTest
  @EnumSource
  void aBatchIsManyDecompositions(Real real) {
    int count = 3;
    int m = 6;
    int n = 4;
    Columns all = Columns.random(m, n * count, m, 4);
    long a = cuda.upload(real, all.values());
    long sigma = cuda.allocate(real.bytes(n * count));
    long u = cuda.allocate(real.bytes(m * m * count));
    long v = cuda.allocate(real.bytes(n * n * count));
    long info = cuda.allocate((long) Integer.BYTES * count);
    cuda.expect(
        real.function("cusolverDn*gesvdjBatched_bufferSize"), handle, 1, m, n, a, m, sigma, u, m, v, n, cuda.out(), parameters, count);
    int size = cuda.outInt();
    long work = cuda.allocate(real.bytes(size));
    standIn.gesvdjBatched(Outcome.NOT_CONVERGED);
    cuda.expect(
        real.function("cusolverDn*gesvdjBatched"), handle, 1, m, n, a, m, sigma, u, m, v, n, work, size, info, parameters, count);
    for (int i = 0; i < count; i++) {
      int first = i * m * n;
      int status = cuda.downloadInt(info + (long) i * Integer.BYTES);
      assertThat(status).isEqualTo(i == count - 1 ? n + 1 : 0);
      if (status == 0) {
        new Svd(
                status,
                cuda.download(real, sigma + real.bytes(i * n), n),
                new Columns(cuda.download(real, u + real.bytes(i * m * m), m * m), m, m, m),
                new Columns(cuda.download(real, v + real.bytes(i * n * n), n * n), n, n, n))
            .expectDecomposition(new Columns(Arrays.copyOfRange(all.values(), first, first + m * n), m, n, m), ROOM * real.ulp() * (m + n));
      }
    }
    standIn.expectNoFault();
  }

  @Test
  void sweepsThatDoNotSufficeShowInTheStatus() {
    Columns a = Columns.random(9, 6, 9, 5);
    cuda.expect("cusolverDnXgesvdjSetMaxSweeps", parameters, 1);
    assertThat(gesvdj(Real.DOUBLE, true, a).status()).isEqualTo(7);
    cuda.expect("cusolverDnXgesvdjSetMaxSweeps", parameters, 100);
    assertThat(gesvdj(Real.DOUBLE, true, a).status()).isZero();
    standIn.gesvdj(Outcome.NOT_CONVERGED);
    standIn.gesvd(Outcome.NOT_CONVERGED);
    assertThat(gesvdj(Real.DOUBLE, true, a).status()).isEqualTo(7);
    assertThat(gesvd(Real.DOUBLE, a).status()).isEqualTo(1);
  }

  @Test
  void noiseIsAsLargeAsAskedForAndOneSided() {
    Columns a = Columns.random(9, 6, 9, 6);
    int ulps = 1 << 20;
    Svd clean = gesvdj(Real.DOUBLE, true, a);
    Svd plain = gesvd(Real.DOUBLE, a);
    standIn.noise(ulps);
    double[] before = clean.sigma();
    double[] after = gesvdj(Real.DOUBLE, true, a).sigma();
    for (int i = 0; i < after.length; i++) {
      assertThat(after[i] / before[i] - 1).isBetween(0.0, ulps * Real.DOUBLE.ulp());
    }
    assertThat(Arrays.stream(after).sum()).isGreaterThan(Arrays.stream(before).sum() * (1 + ulps * Real.DOUBLE.ulp() / 8));
    assertThat(gesvdj(Real.DOUBLE, true, a).v().distanceFromOrthonormal())
        .isBetween(ulps * Real.DOUBLE.ulp() / 8, 2 * 6 * ulps * Real.DOUBLE.ulp());
    assertThat(gesvd(Real.DOUBLE, a).sigma()).containsExactly(plain.sigma());
  }

  @Test
  void wrongVectorsComeWithoutAStatus() {
    Columns a = Columns.random(9, 6, 9, 6);
    standIn.gesvdj(Outcome.WRONG);
    standIn.gesvd(Outcome.WRONG);
    for (Svd svd : List.of(gesvdj(Real.DOUBLE, true, a), gesvd(Real.DOUBLE, a).withVTransposed())) {
      assertThat(svd.status()).isZero();
      assertThat(svd.v().distanceFromOrthonormal()).isGreaterThan(0.1);
      assertThat(IntStream.range(0, 36).mapToDouble(i -> svd.v().values()[i])).doesNotContain(Double.NaN);
    }
  }

  @Test
  void wrongArgumentsAreRefused() {
    long x = cuda.allocate(10_000);
    assertThat(cuda.call("cusolverDnDgeqrf", handle, 3, 2, x, 2, x, x, 100, x)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cusolverDnDgeqrf", handle, 3, 2, x, 3, x, x, 1, x)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cusolverDnDormqr", handle, 2, 0, 3, 2, 2, x, 3, x, x, 3, x, 100, x)).isEqualTo(INVALID_VALUE);
    byte economy = (byte) 'S';
    assertThat(cuda.call("cusolverDnDgesvd", handle, economy, economy, 2, 3, x, 2, x, x, 2, x, 3, x, 100, 0L, x)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cusolverDnDgesvdj", handle, 1, 1, 3, 2, x, 3, x, x, 3, x, 2, x, 100, x, 4711L)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cusolverDnDgesvdj", handle, 1, 1, 3, 2, x, 3, x, x, 3, x, 2, x, 1, x, parameters)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cusolverDnDgesvdjBatched", handle, 1, 33, 2, x, 33, x, x, 33, x, 2, x, 999, x, parameters, 1))
        .isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cusolverDnSetStream", handle, 4711L)).isEqualTo(INVALID_VALUE);
  }

  @Test
  void whatIsDestroyedAndTheWorkspaceComeBackAsNaN() {
    Columns a = Columns.random(4, 3, 4, 7);
    Buffers buffers = new Buffers(cuda, Real.DOUBLE, a, 3, 3);
    int size = 1000;
    long work = buffers.workspace(size);
    cuda.expect(
        "cusolverDnDgesvdj", handle, 1, 1, 4, 3, buffers.a(), 4, buffers.sigma(), buffers.u(), 4, buffers.v(), 3, work, size,
        buffers.info(), parameters);
    assertThat(cuda.download(Real.DOUBLE, buffers.a(), 12)).containsOnly(Double.NaN);
    assertThat(cuda.download(Real.DOUBLE, work, size)).containsOnly(Double.NaN);
  }

  private static Offset<Double> within(Real real, Columns a) {
    return Offset.offset(ROOM * real.ulp() * (a.rows() + a.columns()) * a.norm());
  }
}
