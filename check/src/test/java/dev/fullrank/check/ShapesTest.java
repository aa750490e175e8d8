package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Shapes at every remainder of a vector and around the blocks of a cache. */
class ShapesTest {
  private static final Subject LIBRARY = Subject.library(Kind.DEVICE);

  static Stream<TestMatrix> shapes() {
    Stream<TestMatrix> edges = Stream.of(Kind.data(1, 1), Kind.data(1, 5), Kind.data(5, 1), Kind.data(2, 2));
    Stream<TestMatrix> tails = IntStream.rangeClosed(1, 33).boxed().flatMap(n -> Stream.of(Kind.data(7, n), Kind.data(n, 7)));
    Stream<TestMatrix> blocks = IntStream.rangeClosed(1023, 1025)
        .boxed()
        .flatMap(n -> Stream.of(Kind.data(5, n), Kind.data(n, 5), Kind.data(1, n), Kind.data(n, 1)));
    return Stream.of(edges, tails, blocks).flatMap(stream -> stream);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void meanSingularValueIsCertifiedAtEveryShape(TestMatrix matrix) {
    for (ElementType type : new ElementType[] {ElementType.FLOAT64, ElementType.FLOAT32}) {
      Matrix z = matrix.toMatrix(type);
      Reference reference = Reference.of(z);
      for (Route route : new Route[] {Route.AUTO, Route.JACOBI}) {
        Findings findings = new Findings();
        try (Regularizer s = LIBRARY.meanSingularValue(route)) {
          SpectralCertificate.check(s, z, reference, findings);
          SpectralCertificate.checkGradient(s, z, reference, reference.polarFactor(), findings);
        }
        assertThat(findings.passed()).as("%s %s %s: %s", matrix, type, route, findings).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void varianceTermsFollowTheirFormulasAtEveryShape(TestMatrix matrix) {
    for (ElementType type : new ElementType[] {ElementType.FLOAT64, ElementType.FLOAT32}) {
      Matrix z = matrix.toMatrix(type);
      Findings findings = new Findings();
      if (z.rows() == 1) {
        for (Kind kind : new Kind[] {Kind.HINGE, Kind.COVARIANCE}) {
          try (Regularizer r = kind.create()) {
            assertThatThrownBy(() -> r.value(z)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> r.forward(z)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Kind.bits(r, z)).isInstanceOf(IllegalArgumentException.class);
          }
        }
      } else {
        HingeChecks.check(LIBRARY, z, 2, 1e-4, 5, findings);
        if (z.columns() <= 40) {
          CovarianceChecks.check(LIBRARY, z, 5, findings);
        }
        assertThat(findings.passed()).as("%s %s: %s", matrix, type, findings).isTrue();
      }
    }
  }

  /** The plain differences of a covariance of a thousand features would take minutes: the formula in plain double is enough. */
  @Test
  void covarianceOfManyFeatures() {
    Matrix z = Kind.data(5, 1025).toMatrix();
    VarianceReference reference = new VarianceReference(z);
    try (Regularizer penalty = LIBRARY.covariancePenalty()) {
      double[] expected = reference.penaltyGradient();
      Bits bits = Kind.bits(penalty, z);
      assertThat(bits.value() / reference.penalty() - 1).isBetween(-1e-12, 1e-12);
      double[] difference = bits.gradient();
      for (int i = 0; i < difference.length; i++) {
        difference[i] -= expected[i];
      }
      assertThat(Compensated.norm(difference) / Compensated.norm(expected)).isLessThan(1e-11);
    }
  }

  /** A 400000×400000 buffer cannot exist: these run in the memory of the data and little more. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT64", "FLOAT32"})
  @Tag("single")
  void aTallMatrixNeedsNoSquareBuffer(ElementType type) {
    TestMatrix tall = DegenerateMatrices.tall(400_000);
    for (Matrix z : new Matrix[] {tall.toMatrix(type), tall.transposed().toMatrix(type)}) {
      for (Route route : new Route[] {Route.AUTO, Route.JACOBI}) {
        Matrix gradient = SpectralCertificate.poisoned(type, z.rows(), z.columns());
        try (Regularizer s = MeanSingularValue.builder().device(Kind.DEVICE).route(route).build()) {
          double value = s.valueAndGradient(z, gradient);
          assertThat(value / Math.sqrt(400_000) - 1).as("%s", route).isBetween(-1e-10, 1e-10);
        }
        double[] polar = (z.rows() > 2 ? tall : tall.transposed()).polarFactor().orElseThrow();
        assertThat(SpectralCertificate.polarDistance(gradient, polar)).isLessThan(Tolerance.certificate(type));
      }
    }
    try (Regularizer hinge = LIBRARY.varianceHinge(2, 0)) {
      double std = Math.sqrt(400_000.0 / 399_999);
      assertThat(hinge.value(tall.toMatrix(type)) - (2 + 2 - std) / 2).isBetween(-1e-12, 1e-12);
    }
  }
}
