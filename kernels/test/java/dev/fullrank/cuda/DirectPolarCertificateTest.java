package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Device;
import dev.fullrank.Matrix;
import dev.fullrank.cuda.DeviceRoute.Result;
import dev.fullrank.kernels.standin.StandIn;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The certificate of polynomials on a matrix itself, for matrices that are put in the place of the polar factor and that its steps leave
 * alone: they are orthogonal.
 */
class DirectPolarCertificateTest {
  private static final int K = 4;
  private static final double TOLERANCE = 2e-6;

  /** Its square is below the tolerance, so that no bound but that of its first power tells. */
  private static final double ANGLE = 1e-4;

  private final StandIn standIn = StandIn.fresh();

  @AfterEach
  void nothingWentWrong() {
    standIn.expectNoFault();
  }

  /** A matrix with ones, or σ = 1 … 4, on the diagonal. */
  private static double[] diagonal(int rows, int columns, boolean sigma) {
    double[] x = new double[rows * columns];
    for (int i = 0; i < K; i++) {
      x[i * columns + i] = sigma ? i + 1 : 1;
    }
    return x;
  }

  /** What is made of X, after seven more steps, for the matrix with σ on its diagonal. */
  private @Nullable Result judged(int rows, int columns, double[] x) {
    CudaSession session = CudaSession.of(Device.cuda(0));
    session.enter();
    try (CudaWorkspace workspace = new CudaWorkspace(session)) {
      DeviceRows y = new DeviceRows(workspace);
      DirectPolarRoute route = new DirectPolarRoute(workspace, y, new PolarRoute(workspace, y));
      DeviceInput input = new DeviceInput(workspace, (from, to) -> to.segment().copyFrom(from.segment()));
      input.bring(Matrix.of(diagonal(rows, columns, true), rows, columns));
      long report = workspace.buffer().atLeast(Report.offset(Report.PLACES));
      workspace.queue().fill(report, 0xFF, Report.offset(Report.PLACES));
      y.scan(input, false, report);
      y.pack(input, true);
      route.compute(TOLERANCE, report);
      workspace.synchronize();
      standIn.memory().copyIn(route.polar(), x);
      route.resume();
      MemorySegment host = workspace.download(report, Report.offset(Report.PLACES));
      return route.accept(host, CudaWorkspace.number(host, Report.ROWS), TOLERANCE);
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 4", "4, 8", "8, 4"})
  void thePolarFactorIsAccepted(int rows, int columns) {
    assertThat(judged(rows, columns, diagonal(rows, columns, false))).isNotNull().extracting(Result::rank).isEqualTo(K);
  }

  /** All but the Cholesky factorisation holds of it: H is diagonal. */
  @ParameterizedTest
  @CsvSource({"4, 4", "4, 8", "8, 4"})
  void oneWithAnotherSignIsNot(int rows, int columns) {
    double[] x = diagonal(rows, columns, false);
    x[columns + 1] = -1;
    assertThat(judged(rows, columns, x)).isNull();
  }

  /** All but symmetry holds of it: H is near to diagonal. */
  @ParameterizedTest
  @CsvSource({"4, 4", "4, 8", "8, 4"})
  void oneThatIsTurnedWithinItsSpanIsNot(int rows, int columns) {
    double[] x = diagonal(rows, columns, false);
    x[0] = Math.cos(ANGLE);
    x[3] = Math.sin(ANGLE);
    x[3 * columns] = -Math.sin(ANGLE);
    x[3 * columns + 3] = Math.cos(ANGLE);
    assertThat(judged(rows, columns, x)).isNull();
  }

  /** All but the product with H holds of it: H is diagonal and positive. */
  @Test
  void oneWithAnotherSpanIsNot() {
    double[] wide = diagonal(4, 8, false);
    wide[0] = Math.cos(ANGLE);
    wide[5] = Math.sin(ANGLE);
    assertThat(judged(4, 8, wide)).isNull();
    double[] tall = diagonal(8, 4, false);
    tall[0] = Math.cos(ANGLE);
    tall[5 * 4] = Math.sin(ANGLE);
    assertThat(judged(8, 4, tall)).isNull();
  }
}
