package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.SvMax;
import dev.fullrank.VarianceHinge;
import dev.fullrank.WeightedSum;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong arguments are refused before anything is allocated, in long arithmetic, with the numbers in the message. */
class ArgumentsTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The first failure loads what makes messages, which is not what is counted. */
  @BeforeAll
  static void fail() {
    var _ = Assertions.catchThrowable(() -> Matrix.of(new float[0], 1, 1));
  }

  @Test
  void aMatrixBeyondItsMemoryIsRefused() {
    refused(IndexOutOfBoundsException.class, () -> Matrix.of(new float[0], 65536, 65536), "65536×65536", "0");
    refused(IndexOutOfBoundsException.class, () -> Matrix.of(new double[0], 65536, 65536), "65536×65536");
    refused(IndexOutOfBoundsException.class, () -> Matrix.of(new float[10], 5, 2, 3, 3), "offset 5", "10");
    int most = Integer.MAX_VALUE;
    refused(IndexOutOfBoundsException.class,
        () -> Matrix.of(MemorySegment.NULL, ElementType.FLOAT64, Long.MAX_VALUE / 2, most, most, Long.MAX_VALUE / 2), "" + most);
  }

  @Test
  void emptyMatricesAndOverlappingRowsAreRefused() {
    refused(IllegalArgumentException.class, () -> Matrix.of(new float[8], 0, 8), "0×8");
    refused(IllegalArgumentException.class, () -> Matrix.of(new float[8], 8, 0), "8×0");
    refused(IllegalArgumentException.class, () -> Matrix.of(new float[8], -1, 8), "-1×8");
    refused(IllegalArgumentException.class, () -> Matrix.of(new float[100], 0, 4, 5, 4), "stride 4", "at least 5");
    refused(IllegalArgumentException.class, () -> Matrix.of(new float[100], -1, 4, 5, 5), "-1");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 0, -0.0, -1})
  void gammaMustBeFiniteAndPositive(double gamma) {
    refused(IllegalArgumentException.class, () -> VarianceHinge.builder().gamma(gamma), "" + gamma);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1e-9})
  void epsilonMustBeFiniteAndNotNegative(double epsilon) {
    refused(IllegalArgumentException.class, () -> VarianceHinge.builder().epsilon(epsilon), "" + epsilon);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void strengthsAndWeightsMustBeFinite(double strength) {
    refused(IllegalArgumentException.class, () -> SvMax.builder().strength(strength), "" + strength);
    refused(IllegalArgumentException.class, () -> WeightedSum.builder().add(strength, Kind.MEAN.create()), "" + strength);
  }

  @Test
  void otherOptions() {
    refused(IllegalArgumentException.class, () -> MeanSingularValue.builder().parallelism(-1), "-1");
    refused(IllegalArgumentException.class, () -> VarianceHinge.builder().parallelism(-1), "-1");
    refused(IllegalArgumentException.class, () -> MeanSingularValue.builder().tolerance(0), "0.0");
    assertThatThrownBy(() -> WeightedSum.builder().build()).isInstanceOf(IllegalStateException.class);
    try (Regularizer values = MeanSingularValue.builder().route(Route.TRIDIAGONAL).build()) {
      Matrix z = Kind.data(5, 3).toMatrix();
      Assertions.assertThat(values.value(z)).isFinite();
      refused(IllegalArgumentException.class, () -> Kind.bits(values, z), "TRIDIAGONAL", "AUTO");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongOutputIsRefusedBeforeAnythingIsAllocated(Kind kind) {
    // A workspace for this input would take megabytes, and NaN shows that the input was not read.
    Matrix z = SpectralCertificate.poisoned(ElementType.FLOAT64, 400, 500);
    Matrix wrong = TestMatrix.newMatrix(ElementType.FLOAT64, 500, 400);
    try (Regularizer r = kind.create()) {
      refused(IllegalArgumentException.class, () -> r.valueAndGradient(z, wrong), "400×500", "500×400");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HINGE", "COVARIANCE", "SUM"})
  void oneSampleHasNoVariance(Kind kind) {
    Matrix z = Kind.data(1, 9).toMatrix();
    try (Regularizer r = kind.create()) {
      refused(IllegalArgumentException.class, () -> r.value(z), "1");
      refused(IllegalArgumentException.class, () -> Kind.bits(r, z), "1");
    }
  }

  private static void refused(Class<? extends Throwable> type, ThrowingCallable call, String... words) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Throwable thrown = Assertions.catchThrowable(call);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    Assertions.assertThat(thrown).isInstanceOf(type).hasMessageContainingAll(words);
    // Messages, stack traces and classes that are loaded for them, but no workspace and no matrix.
    Assertions.assertThat(allocated).isLessThan(1 << 20);
  }
}
