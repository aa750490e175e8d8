package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.ElementType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the families claim about their matrices, against two decompositions that are independent of the library. */
@Tag("single")
class FamiliesTest {
  private static final long SEED = 20260101;

  static Stream<TestMatrix> matrices() {
    Stream<TestMatrix> tall = Stream.of(DegenerateMatrices.tall(400_000));
    Stream<MatrixFamily> families = Stream.of(MatrixFamily.values());
    return Stream.concat(tall, families.flatMap(family -> family.matrices(Extent.FULL, SEED).stream()));
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void closedFormsAgreeWithTheSuitesOwnDecomposition(TestMatrix matrix) {
    Reference reference = Reference.of(matrix.toMatrix());
    double tolerance = reference.valueTolerance(!matrix.exactIn(ElementType.FLOAT64));
    Findings findings = new Findings();
    matrix.meanSingularValue().ifPresent(mean -> {
      double known = units(matrix, reference, mean);
      findings.add("mean", Math.abs(known - reference.mean()), tolerance);
    });
    matrix.singularValues().ifPresent(sigma -> {
      for (int l = 0; l < sigma.length; l++) {
        double known = units(matrix, reference, sigma[l]);
        findings.add("σ", Math.abs(known - reference.singularValues()[l]), tolerance);
      }
    });
    if (matrix.rank().isPresent() && matrix.rank().getAsInt() == reference.rank() && matrix.polarFactor().isPresent()) {
      double[] difference = matrix.polarFactor().get();
      for (int i = 0; i < difference.length; i++) {
        difference[i] -= reference.polarFactor()[i];
      }
      double error = Compensated.norm(difference) / Math.sqrt(matrix.order());
      findings.add("polar factor", error, SpectralCertificate.gradientTolerance(matrix.toMatrix(), reference));
    }
    assertThat(findings.worst()).as("%s: %s", matrix, findings).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void theSuitesOwnDecompositionAgreesWithEjml(TestMatrix matrix) {
    Reference reference = Reference.of(matrix.toMatrix());
    DMatrixRMaj a = DMatrixRMaj.wrap(matrix.rows(), matrix.columns(), reference.scaledValues().clone());
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(matrix.rows(), matrix.columns(), false, false, true);
    assertThat(svd.decompose(a)).isTrue();
    double[] sigma = Arrays.stream(svd.getSingularValues()).limit(matrix.order()).sorted().toArray();
    for (int l = 0; l < sigma.length; l++) {
      double difference = Math.abs(sigma[sigma.length - 1 - l] - reference.singularValues()[l]);
      double tolerance = (10 + Math.max(matrix.rows(), matrix.columns())) * 0x1p-52 * reference.largest();
      assertThat(difference).as("%s, σ number %d", matrix, l).isLessThanOrEqualTo(tolerance);
    }
  }

  @Test
  void theSpectraReachEveryConditionAndEveryKindOfDeficiency() {
    assertThat(matrices().filter(m -> m.conditionNumber().orElse(0) > 9e14 && m.rank().orElse(0) == m.order())).isNotEmpty();
    assertThat(matrices().filter(m -> m.rank().orElse(99) == 0)).isNotEmpty();
    assertThat(matrices().filter(m -> m.rank().orElse(99) == 1 && m.order() > 1)).isNotEmpty();
    for (ElementType type : ElementType.values()) {
      assertThat(matrices().filter(m -> m.exponent() < -20 && m.fits(type) && m.exactIn(type))).as(type.name()).isNotEmpty();
    }
  }

  private static double units(TestMatrix matrix, Reference reference, double known) {
    return Math.scalb(known, matrix.exponent() - reference.exponent());
  }
}
