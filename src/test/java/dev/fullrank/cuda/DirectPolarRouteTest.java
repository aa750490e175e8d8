package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.cuda.DeviceRoute.Result;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is made of a report, and for which shapes there is one. */
@Tag("single")
class DirectPolarRouteTest {
  /** Of A = diag(2, 1) and an X that is a diagonal of ones with signs. */
  private static @Nullable Result judged(double trace, int choleskyStatus, double residual) {
    MemorySegment report = Arena.ofAuto().allocate(Report.offset(Report.PLACES), Long.BYTES);
    report.fill((byte) 0xFF);
    put(report, Report.ROOT, trace);
    put(report, Report.ROOT + 1, trace); // ⟨N, H⟩
    put(report, Report.ROOT + 2, 0);
    put(report, Report.ROOT + 3, 0);
    put(report, Report.ROOT + 4, 0);
    for (int i = 0; i < GaussianProbes.COUNT; i++) {
      put(report, Report.DATA_RESIDUALS + i, residual * residual);
    }
    report.set(ValueLayout.JAVA_INT, Report.offset(Report.CHOLESKY_STATUS), choleskyStatus);
    return DirectPolarRoute.judge(report, 2, 2, 5, 1e-6);
  }

  private static void put(MemorySegment report, int place, double number) {
    report.setAtIndex(ValueLayout.JAVA_DOUBLE, place, number);
  }

  @Test
  void aPolarFactorIsCertified() {
    Result result = Objects.requireNonNull(judged(3, 0, 0));
    assertThat(result.sum()).isEqualTo(3);
    assertThat(result.rank()).isEqualTo(2);
    assertThat(result.lower()).isBetween(3 - 1e-12, 3.0);
    assertThat(result.upper()).isBetween(3.0, 3 + 1e-12);
  }

  /** diag(1, −1) is orthogonal and has a symmetric H = diag(2, −1), all equations hold; but Σσ is 3, and tr H is 1. */
  @Test
  void anOrthogonalMatrixWhoseInnerProductIsIndefiniteIsNot() {
    assertThat(judged(1, 2, 0)).isNull();
    assertThat(judged(1, 0, 0)).as("it is the factorisation that tells").isNotNull();
    assertThat(judged(3, -1, 0)).as("a factorisation that never came").isNull();
  }

  @Test
  void aMatrixThatDoesNotGiveTheDataBackIsNot() {
    assertThat(judged(3, 0, 1e-8)).isNotNull();
    assertThat(judged(3, 0, 1e-6)).isNull();
    assertThat(judged(3, 0, Double.NaN)).isNull();
  }

  @Test
  void largeMatricesThatAreNearlySquareBeginWithIt() {
    assertThat(LargeShapes.DEFAULT.hasNearlySquare(1024, 1024)).isTrue();
    assertThat(LargeShapes.DEFAULT.hasNearlySquare(2048, 2056)).isTrue();
    assertThat(LargeShapes.DEFAULT.hasNearlySquare(1023, 1023)).isFalse();
    assertThat(LargeShapes.DEFAULT.hasNearlySquare(2048, 2304)).isFalse();
  }
}
