package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * EJML's SVD and PyTorch's autograd, which share no code with the library or with each other, agree with the suite's own
 * reference and with every route of the library. Only U·Vᵀ is compared: U and V are not unique.
 */
@Tag("single")
class OracleTest {
  @TempDir Path folder;

  /** Full rank and moderate condition: elsewhere autograd through an SVD is not defined. */
  static Stream<TestMatrix> matrices() {
    return Stream.of(MatrixFamily.ORTHOGONAL, MatrixFamily.STRUCTURED, MatrixFamily.PRESCRIBED_SPECTRUM)
        .map(family -> family.matrices(Extent.FULL, 3))
        .flatMap(List::stream)
        .filter(matrix -> Reference.of(matrix.toMatrix()).isWellConditioned());
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void ejmlAgrees(TestMatrix matrix) {
    Matrix z = matrix.toMatrix();
    EjmlOracle ejml = new EjmlOracle(Reference.values(z), z.rows(), z.columns());
    compare(z, ejml.mean(), ejml.polarFactor());
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void pyTorchAgrees(TestMatrix matrix) {
    Matrix z = matrix.toMatrix();
    TorchScript torch = differentiate(z, "value = torch.linalg_matrix_norm(x, \"nuc\")");
    compare(z, torch.value() / matrix.order(), torch.gradient());
  }

  private static void compare(Matrix z, double mean, double[] polarFactor) {
    Reference reference = Reference.of(z);
    Findings findings = new Findings();
    double theirs = (10 + Math.max(z.rows(), z.columns())) * 0x1p-52 * reference.largest();
    findings.add("reference", Math.abs(reference.inUnits(mean) - reference.mean()), theirs);
    Matrix asGradient = TestMatrix.newMatrix(ElementType.FLOAT64, z.rows(), z.columns());
    for (int i = 0; i < polarFactor.length; i++) {
      asGradient.set(i / z.columns(), i % z.columns(), polarFactor[i] / reference.order());
    }
    double allowed = SpectralCertificate.gradientTolerance(z, reference);
    findings.add("reference, U·Vᵀ", SpectralCertificate.polarDistance(asGradient, reference.polarFactor()), allowed);
    for (Route route : new Route[] {Route.AUTO, Route.GRAM_POLAR, Route.JACOBI}) {
      try (Regularizer s = Subject.library().meanSingularValue(route)) {
        Matrix gradient = SpectralCertificate.poisoned(ElementType.FLOAT64, z.rows(), z.columns());
        double ours = reference.inUnits(s.valueAndGradient(z, gradient));
        double tolerance = theirs + reference.valueTolerance(false);
        findings.add(route + ", value", Math.abs(ours - reference.inUnits(mean)), tolerance);
        findings.add(route + ", U·Vᵀ", SpectralCertificate.polarDistance(gradient, polarFactor), 2 * allowed);
      }
    }
    assertThat(findings.passed()).as(findings.toString()).isTrue();
  }

  private TorchScript differentiate(Matrix z, String... statements) {
    return TorchScript.differentiate(folder, Reference.values(z), z.rows(), z.columns(), statements);
  }

  private static void compare(Regularizer ours, Matrix z, TorchScript torch) {
    Bits bits = Kind.bits(ours, z);
    assertThat(bits.value() / torch.value() - 1).isBetween(-1e-12, 1e-12);
    double[] difference = bits.gradient();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= torch.gradient()[i];
    }
    assertThat(Compensated.norm(difference) / Compensated.norm(torch.gradient())).isLessThan(1e-11);
  }

  /** Equation 4 through row normalisation, differentiated as one program. */
  @ParameterizedTest
  @CsvSource({"12, 30", "30, 12", "16, 17"})
  void pyTorchDifferentiatesTheExponentialFormThroughTheNormalisation(int b, int d) {
    double k = Math.min(b, d);
    double upper = Math.sqrt(b / k);
    double range = upper - Math.sqrt(b) / k;
    Matrix z = Kind.data(b, d).toMatrix();
    TorchScript torch = differentiate(z,
        "n = torch.sqrt(torch.sum(torch.mul(x, x), [1], True))",
        "s = torch.div(torch.linalg_matrix_norm(torch.div(x, n), \"nuc\"), " + k + ")",
        "value = torch.mul(torch.exp(torch.div(torch.rsub(s, " + upper + "), " + range + ")), 0.75)");
    try (Regularizer svMax = Subject.library().svMax(Route.AUTO, new Subject.Penalty(true, true, 0.75))) {
      compare(svMax, z, torch);
    }
  }

  /** The official formula of the variance term, with torch.var's own divisor. */
  @ParameterizedTest
  @CsvSource({"2, 5, 1", "12, 30, 0.5", "65, 9, 2"})
  void pyTorchAgreesOnTheVarianceHinge(int b, int d, double gamma) {
    Matrix z = Kind.data(b, d).toMatrix();
    TorchScript torch = differentiate(z,
        "s = torch.sqrt(torch.add(torch.var(x, [0], True), 0.0001))",
        "value = torch.mean(torch.relu(torch.rsub(s, " + gamma + ")))");
    try (Regularizer hinge = Subject.library().varianceHinge(gamma, 1e-4)) {
      compare(hinge, z, torch);
    }
  }

  /** The official formula of the covariance term. */
  @ParameterizedTest
  @CsvSource({"2, 5", "12, 30", "65, 9"})
  void pyTorchAgreesOnTheCovariancePenalty(int b, int d) {
    Matrix z = Kind.data(b, d).toMatrix();
    TorchScript torch = differentiate(z,
        "y = torch.sub(x, torch.mean(x, [0], True))",
        "c = torch.div(torch.mm(torch.t(y), y), " + (b - 1) + ")",
        "off = torch.sub(c, torch.diag(torch.diagonal(c)))",
        "value = torch.div(torch.sum(torch.mul(off, off)), " + d + ")");
    try (Regularizer penalty = Subject.library().covariancePenalty()) {
      compare(penalty, z, torch);
    }
  }

  /** A number known without any of the programs, so that PyTorch is known to have computed. */
  @Test
  void pyTorchKnowsOneToSix() {
    Matrix z = StructuredMatrices.threeByTwo().toMatrix();
    TorchScript torch = differentiate(z, "value = torch.linalg_matrix_norm(x, \"nuc\")");
    assertThat(torch.value() / 2 - 5.01990933611188).isBetween(-1e-13, 1e-13);
  }
}
