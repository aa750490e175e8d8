package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Device;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.RankPolicy;
import dev.fullrank.Route;
import dev.fullrank.kernels.standin.StandIn;
import dev.fullrank.linalg.NuclearNorm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which routes follow on polynomials of the matrix itself, and its products, where small matrices count as large ones. */
class NearlySquareOnCudaTest {
  private static final int ROWS = 8;
  private static final int COLUMNS = 16;
  private static final double COARSE = 2e-6;
  private static final LargeShapes ALL = new LargeShapes(1, 1);

  private final StandIn standIn = StandIn.fresh();

  private static CudaWorkspace workspace() {
    CudaSession session = CudaSession.of(Device.cuda(0));
    session.enter();
    return new CudaWorkspace(session);
  }

  @AfterEach
  void nothingWentWrong() {
    standIn.expectNoFault();
  }

  /** Rows of which each has a one every so many columns: orthogonal, and zero beyond that row. */
  private static float[] combs(int period) {
    float[] entries = new float[ROWS * COLUMNS];
    for (int j = 0; j < COLUMNS; j++) {
      entries[j % period * COLUMNS + j] = 1;
    }
    return entries;
  }

  /** The result for a matrix on the device that has these entries, row by row. */
  private DeviceNuclearNorm settled(float[] entries, double tolerance, LargeShapes largeShapes) {
    try (CudaWorkspace workspace = workspace()) {
      long address = standIn.allocate((long) entries.length * Float.BYTES);
      standIn.memory().copyIn(address, entries);
      DeviceNuclearNorm norm = new DeviceNuclearNorm(workspace, largeShapes);
      DeviceInput input =
          new DeviceInput(
              workspace,
              (from, to) -> {
                throw new AssertionError("nothing is on the host");
              });
      input.bring(Matrix.onDevice(Device.cuda(0), address, ElementType.FLOAT32, ROWS, COLUMNS, COLUMNS, workspace.stream()));
      norm.compute(input, false, false, new NuclearNorm.Request(Route.AUTO, RankPolicy.MINIMAL_NORM, tolerance));
      norm.settle(input);
      standIn.free(address);
      return norm;
    }
  }

  @Test
  void aMatrixOfSuchAShapeBeginsWithThemWhereTheToleranceIsCoarse() {
    assertThat(settled(combs(ROWS), COARSE, ALL).route()).isEqualTo(Route.NEWTON);
    assertThat(settled(combs(ROWS), 1e-11, ALL).route()).isEqualTo(Route.GRAM_POLAR);
    assertThat(settled(combs(ROWS), COARSE, LargeShapes.DEFAULT).route()).isEqualTo(Route.GRAM_POLAR);
  }

  @Test
  void aSingularOneGoesOnToEigenvalues() {
    DeviceNuclearNorm norm = settled(combs(ROWS - 1), COARSE, ALL);
    assertThat(norm.route()).isEqualTo(Route.GRAM_EIGEN);
    assertThat(norm.rank()).isEqualTo(ROWS - 1);
    double expected = 2 * Math.sqrt(3) + (ROWS - 3) * Math.sqrt(2); // two columns more for the first two rows
    assertThat(norm.sum()).isBetween(expected * (1 - 1e-7), expected * (1 + 1e-7));
  }

  @Test
  void zeroAndWhatIsSpoiltGoOnToTheDecomposition() {
    DeviceNuclearNorm zero = settled(new float[ROWS * COLUMNS], COARSE, ALL);
    assertThat(zero.route()).isEqualTo(Route.JACOBI);
    assertThat(zero.sum()).isZero();
    standIn.syrkIsWrong(true);
    DeviceNuclearNorm spoilt = settled(combs(ROWS), COARSE, ALL);
    assertThat(spoilt.route()).isEqualTo(Route.JACOBI);
    assertThat(spoilt.sum() / (ROWS * Math.sqrt(2))).isBetween(1 - 1e-6, 1 + 1e-6);
  }

  /** Powers of one symmetric matrix, by general and by symmetric products. */
  @Test
  void largeProductsComputeOneTriangleAndMirrorIt() {
    int k = 5;
    double[] a = new double[k * k];
    double[] square = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        a[i * k + j] = 1.0 / (1 + i + j);
      }
    }
    for (int at = 0; at < square.length; at++) {
      for (int l = 0; l < k; l++) {
        square[at] += a[at / k * k + l] * a[l * k + at % k];
      }
    }
    double[] general = squared(a, k, k + 1);
    assertThat(standIn.calls("cublasDsyrkx")).isZero();
    double[] symmetric = squared(a, k, k);
    assertThat(standIn.calls("cublasDsyrkx")).isEqualTo(1);
    for (int at = 0; at < square.length; at++) {
      assertThat(general[at]).isBetween(square[at] - 1e-14, square[at] + 1e-14);
      assertThat(symmetric[at]).isBetween(square[at] - 1e-14, square[at] + 1e-14);
    }
  }

  private double[] squared(double[] a, int k, int leastOrder) {
    double[] result = new double[a.length];
    try (CudaWorkspace workspace = workspace()) {
      long from = workspace.buffer().atLeast((long) a.length * Double.BYTES);
      long to = workspace.buffer().atLeast((long) a.length * Double.BYTES);
      standIn.memory().copyIn(from, a);
      new SymmetricProducts(workspace, leastOrder).multiply(k, from, from, to);
      workspace.synchronize();
      standIn.memory().copyOut(to, result);
    }
    return result;
  }
}
