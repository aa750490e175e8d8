package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Device;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.RankPolicy;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.kernels.standin.StandIn;
import dev.fullrank.linalg.NuclearNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Few steps where the spectrum is seen to be flat, where small matrices count as large ones. */
class FlatPolarOnCudaTest {
  private static final int K = 64;
  private static final int N = 128;
  private static final double COARSE = 2e-6;

  /** Large from order 1 on, and none nearly square. */
  private static final LargeShapes ALL = new LargeShapes(1, 0);

  private final StandIn standIn = StandIn.fresh();
  private final List<CudaWorkspace> workspaces = new ArrayList<>();
  private CudaWorkspace workspace = workspace();

  private CudaWorkspace workspace() {
    CudaSession session = CudaSession.of(Device.cuda(0));
    session.enter();
    workspaces.add(new CudaWorkspace(session));
    return workspaces.getLast();
  }

  /** On a new workspace, which the inputs that follow use too. */
  private DeviceNuclearNorm norm(LargeShapes largeShapes) {
    workspace = workspace();
    return new DeviceNuclearNorm(workspace, largeShapes);
  }

  @AfterEach
  void nothingWentWrong() {
    workspaces.forEach(CudaWorkspace::close);
    standIn.expectNoFault();
  }

  private static float[] gaussian(int rows, int columns) {
    Random random = new Random(3);
    float[] entries = new float[rows * columns];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = (float) random.nextGaussian();
    }
    return entries;
  }

  /** H_k·(diag(σ) 0)·H_n with Householder matrices I − (2/n)·J, exact for n a power of two. */
  private static float[] hidden(IntToDoubleFunction sigma) {
    float[] entries = new float[K * N];
    for (int i = 0; i < K; i++) {
      for (int j = 0; j < N; j++) {
        double sum = 0;
        for (int l = 0; l < K; l++) {
          sum += ((i == l ? 1 : 0) - 2.0 / K) * sigma.applyAsDouble(l) * ((l == j ? 1 : 0) - 2.0 / N);
        }
        entries[i * N + j] = (float) sum;
      }
    }
    return entries;
  }

  private DeviceInput input(float[] entries, int rows, int columns) {
    long address = standIn.allocate((long) entries.length * Float.BYTES);
    standIn.memory().copyIn(address, entries);
    return input(address, ElementType.FLOAT32, rows, columns);
  }

  private DeviceInput input(long address, ElementType type, int rows, int columns) {
    DeviceInput input =
        new DeviceInput(
            workspace,
            (from, to) -> {
              throw new AssertionError("nothing is on the host");
            });
    input.bring(Matrix.onDevice(Device.cuda(0), address, type, rows, columns, columns, workspace.stream()));
    return input;
  }

  private static void compute(DeviceNuclearNorm norm, DeviceInput input, double tolerance) {
    norm.compute(input, false, false, new NuclearNorm.Request(Route.AUTO, RankPolicy.MINIMAL_NORM, tolerance));
  }

  /** The same of float data, on a workspace of its own. */
  private DeviceNuclearNorm expectRight(float[] entries, int rows, int columns, double permitted) {
    DeviceNuclearNorm norm = norm(ALL);
    expectRight(norm, input(entries, rows, columns), widened(entries), COARSE, permitted);
    return norm;
  }

  private static double[] widened(float[] entries) {
    double[] wide = new double[entries.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = entries[i];
    }
    return wide;
  }

  /**
   * Value and gradient are those of the reference.
   *
   * @param permitted for the value, and for the gradient times √k, relatively
   */
  private void expectRight(DeviceNuclearNorm norm, DeviceInput input, double[] entries, double tolerance, double permitted) {
    int rows = input.rows();
    int columns = input.columns();
    compute(norm, input, tolerance);
    norm.settle(input);
    long to = standIn.allocate((long) entries.length * Double.BYTES);
    norm.gradient(norm.unit(), Matrix.onDevice(Device.cuda(0), to, ElementType.FLOAT64, rows, columns, columns, workspace.stream()));
    workspace.synchronize();
    double[] gradient = new double[entries.length];
    standIn.memory().copyOut(to, gradient);
    double[] expected = new double[entries.length];
    int k = Math.min(rows, columns);
    try (Regularizer reference = MeanSingularValue.builder().route(Route.JACOBI).build()) {
      double sum = k * reference.valueAndGradient(Matrix.of(entries, rows, columns), Matrix.of(expected, rows, columns));
      assertThat(norm.sum() / norm.unit() / sum).isBetween(1 - permitted, 1 + permitted);
      assertThat(sum * norm.unit()).isBetween(norm.lower(), norm.upper());
      assertThat(norm.upper() / norm.lower()).isLessThan(1 + 4 * tolerance);
      assertThat(norm.rank()).isEqualTo(k);
    }
    double distance = 0;
    for (int i = 0; i < gradient.length; i++) {
      double error = gradient[i] / norm.unit() - k * expected[i];
      distance += error * error;
    }
    assertThat(Math.sqrt(distance)).isLessThan(permitted * k);
  }

  private long products() {
    return standIn.calls("cublasDgemm_v2");
  }

  /** Of k×k matrices, besides the three products of the certificate with probes, that of Z with them, and that of the polar factor. */
  private long productsOf(float[] entries, int rows, int columns) {
    long before = products();
    assertThat(expectRight(entries, rows, columns, 2e-8).route()).isEqualTo(Route.GRAM_POLAR);
    return products() - before - 5;
  }

  @Test
  void aFlatSpectrumTakesAFewProducts() {
    assertThat(productsOf(gaussian(16, 256), 16, 256)).isEqualTo(6);
    assertThat(productsOf(gaussian(256, 16), 256, 16)).isEqualTo(6);
    assertThat(productsOf(gaussian(32, 128), 32, 128)).isBetween(7L, 9L);
    assertThat(productsOf(gaussian(K, N), K, N)).isBetween(9L, 11L);
    assertThat(standIn.launches("block_root")).isZero();
  }

  @Test
  void whereAllSingularValuesAreTheSameOneStepDoes() {
    assertThat(productsOf(hidden(i -> 3), K, N)).isLessThanOrEqualTo(2);
    assertThat(productsOf(new float[] {3, 4}, 1, 2)).isLessThanOrEqualTo(2);
    assertThat(productsOf(new float[] {-7}, 1, 1)).isLessThanOrEqualTo(2);
  }

  /** Without a lower end that can be seen all steps for the shape are taken at once, from the same Gram matrix. */
  @ParameterizedTest
  @CsvSource({"30", "300"})
  void aWideSpectrumTakesTheStepsOfTheShape(double condition) {
    long before = standIn.launches("block_root");
    assertThat(expectRight(hidden(i -> Math.pow(condition, -i / (K - 1.0))), K, N, 1e-8).route()).isEqualTo(Route.GRAM_POLAR);
    assertThat(standIn.launches("block_root") - before).isEqualTo(1);
    assertThat(standIn.launches("lanczos_step")).isEqualTo(DeviceLanczos.STEPS);
  }

  /** A singular value in a direction that the start does not have: nothing shows of it in the estimate, and everything in the certificate. */
  @ParameterizedTest
  @CsvSource({"1e-2", "1e2"})
  void anEstimateThatIsWrongIsFoundOut(double hiddenSigma) {
    double[] start = dev.fullrank.linalg.GaussianVectors.of(3, 2);
    double square = start[0] * start[0] + start[1] * start[1] + start[2] * start[2];
    // rows of (I + (τ − 1)·w·wᵀ) where w is orthogonal to the start
    double[] w = {start[1] - start[2], start[2] - start[0], start[0] - start[1]};
    double length = w[0] * w[0] + w[1] * w[1] + w[2] * w[2];
    assertThat(square * length).isGreaterThan(1e-3);
    float[] entries = new float[9];
    for (int e = 0; e < 9; e++) {
      entries[e] = (float) ((e / 3 == e % 3 ? 1 : 0) + (hiddenSigma - 1) * w[e / 3] * w[e % 3] / length);
    }
    long before = standIn.launches("lanczos_step");
    assertThat(expectRight(entries, 3, 3, 1e-7).route()).isEqualTo(Route.GRAM_POLAR);
    assertThat(standIn.launches("lanczos_step") - before).isEqualTo(3);
    assertThat(standIn.launches("block_root")).isEqualTo(1);
  }

  /** Nothing waits before somebody asks: the host looks at the estimate when the result is wanted. */
  @Test
  void theEstimateIsWaitedForWhenTheResultIsAskedFor() {
    DeviceNuclearNorm norm = norm(ALL);
    DeviceInput input = input(gaussian(16, 64), 16, 64);
    compute(norm, input, COARSE);
    norm.settle(input); // constants have come to the device
    standIn.deferred(true);
    long waits = waits();
    compute(norm, input, COARSE);
    assertThat(waits()).isEqualTo(waits);
    norm.settle(input);
    assertThat(waits()).isGreaterThan(waits);
    assertThat(norm.route()).isEqualTo(Route.GRAM_POLAR);
  }

  private long waits() {
    return standIn.calls("cuStreamSynchronize") + standIn.calls("cuEventSynchronize") + standIn.calls("cuCtxSynchronize");
  }

  @Test
  void smallMatricesAreNotLookedAt() {
    DeviceNuclearNorm small = norm(LargeShapes.DEFAULT);
    DeviceInput input = input(gaussian(16, 64), 16, 64);
    compute(small, input, COARSE);
    small.settle(input);
    assertThat(standIn.launches("lanczos_step")).isZero();
  }

  /** Polynomials for an interval that does not begin near 0 lose nothing of binary64 data, and no inverse is needed. */
  @ParameterizedTest
  @CsvSource({"16, 64, true", "64, 16, true", "64, 128, true", "64, 80, false"})
  void binary64DataOfAFlatSpectrumNeedNoInverse(int rows, int columns, boolean flat) {
    double[] entries = widened(gaussian(rows, columns));
    long address = standIn.allocate((long) entries.length * Double.BYTES);
    standIn.memory().copyIn(address, entries);
    DeviceNuclearNorm norm = norm(ALL);
    expectRight(norm, input(address, ElementType.FLOAT64, rows, columns), entries, 1e-11, 1e-13);
    assertThat(norm.route()).isEqualTo(Route.GRAM_POLAR);
    assertThat(standIn.calls("cusolverDnDpotrf")).isEqualTo(flat ? 0 : 2);
  }

  /** One workspace for matrices of all kinds, in turn: none takes the Gram matrix of the one before. */
  @Test
  void evaluationsDoNotDisturbEachOther() {
    DeviceNuclearNorm norm = norm(new LargeShapes(17, 0));
    DeviceInput small = input(gaussian(16, 64), 16, 64);
    DeviceInput flat = input(gaussian(32, 128), 32, 128);
    DeviceInput steep = input(hidden(i -> Math.pow(300, -i / (K - 1.0))), K, N);
    double[] sums = new double[6];
    int at = 0;
    for (int times = 0; times < 2; times++) {
      for (DeviceInput input : new DeviceInput[] {flat, small, steep}) {
        compute(norm, input, COARSE);
        norm.settle(input);
        sums[at++] = norm.sum();
      }
    }
    assertThat(sums[3]).isEqualTo(sums[0]);
    assertThat(sums[4]).isEqualTo(sums[1]);
    assertThat(sums[5]).isEqualTo(sums[2]);
    assertThat(sums[2]).isNotEqualTo(sums[0]);
  }

  @Test
  void whatIsSpoiltOrZeroGoesOnToTheDecomposition() {
    DeviceNuclearNorm norm = norm(ALL);
    DeviceInput zero = input(new float[K * N], K, N);
    compute(norm, zero, COARSE);
    norm.settle(zero);
    assertThat(norm.sum()).isZero();
    assertThat(norm.route()).isEqualTo(Route.JACOBI);
    DeviceInput input = input(gaussian(16, 300), 16, 300); // longer than one block takes with its own Gram matrix
    compute(norm, input, COARSE);
    norm.settle(input);
    double right = norm.sum();
    standIn.syrkIsWrong(true);
    compute(norm, input, COARSE);
    norm.settle(input);
    assertThat(norm.route()).isEqualTo(Route.JACOBI);
    assertThat(norm.sum() / right).isBetween(1 - 1e-6, 1 + 1e-6);
  }

  @Test
  void whatIsNotFiniteIsSaidAndHasNoGradient() {
    float[] entries = gaussian(16, 64);
    entries[5 * 64 + 7] = Float.NaN;
    DeviceNuclearNorm norm = norm(ALL);
    DeviceInput input = input(entries, 16, 64);
    compute(norm, input, COARSE);
    norm.settle(input);
    assertThat(norm.isFinite()).isFalse();
    assertThat(norm.nonFinite(input)).hasMessageContaining("5").hasMessageContaining("7");
    long to = standIn.allocate((long) entries.length * Float.BYTES);
    norm.gradient(1, Matrix.onDevice(Device.cuda(0), to, ElementType.FLOAT32, 16, 64, 64, workspace.stream()));
    workspace.synchronize();
    float[] gradient = new float[entries.length];
    standIn.memory().copyOut(to, gradient);
    for (float entry : gradient) {
      assertThat(entry).isNaN();
    }
  }
}
