package dev.fullrank.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.Details;
import dev.fullrank.Divisor;
import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.MeanSingularValue;
import dev.fullrank.RankPolicy;
import dev.fullrank.Regularizer;
import dev.fullrank.Route;
import dev.fullrank.SvMax;
import dev.fullrank.VarianceEstimator;
import dev.fullrank.VarianceHinge;
import dev.fullrank.check.PlainRegularizer.Result;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Regularizers broken on purpose turn the check red that is there for their fault. */
class CanariesTest {
  private static final Subject LIBRARY = Subject.library(Kind.DEVICE);

  /** What a fault makes of an entry of the gradient. */
  private interface Fault {
    double entry(Result right, int i, int j);
  }

  /** The regularizer with another gradient and value. */
  private static Regularizer broken(Regularizer right, UnaryOperator<Double> value, Fault gradient) {
    return new PlainRegularizer() {
      @Override
      Result compute(Matrix z) {
        Matrix g = TestMatrix.newMatrix(ElementType.FLOAT64, z.rows(), z.columns());
        double exact = right.valueAndGradient(z, g);
        Details details;
        try (Evaluation evaluation = right.forward(z)) {
          details = evaluation.details();
        }
        Result original = result(exact, g, details);
        return new Result() {
          @Override
          public double value() {
            return value.apply(exact);
          }

          @Override
          public double gradient(int i, int j) {
            return gradient.entry(original, i, j);
          }

          @Override
          public Details details() {
            return details;
          }
        };
      }
    };
  }

  private static Result result(double value, Matrix gradient, Details details) {
    return new Result() {
      @Override
      public double value() {
        return value;
      }

      @Override
      public double gradient(int i, int j) {
        return gradient.get(i, j);
      }

      @Override
      public Details details() {
        return details;
      }
    };
  }

  private static Findings spectral(Regularizer broken, TestMatrix matrix) {
    Matrix z = matrix.toMatrix();
    Reference reference = Reference.of(z);
    Findings findings = new Findings();
    SpectralCertificate.check(broken, z, reference, findings);
    SpectralCertificate.checkGradient(broken, z, reference, reference.polarFactor(), findings);
    Equivariance.check(broken, z, reference, 3, false, findings);
    if (reference.isSmooth()) {
      GradientCheck.checkMeanSingularValue(broken, broken, z, reference, 3, findings);
    }
    return findings;
  }

  private static Regularizer mean() {
    return LIBRARY.meanSingularValue(Route.AUTO);
  }

  private static void assertRed(Findings findings, String... checks) {
    assertThat(findings.passed()).isFalse();
    for (String check : checks) {
      assertThat(findings.ratios().get(check)).as("%s in %s", check, findings).isGreaterThan(1);
    }
  }

  private static void assertGreen(Findings findings, String... checks) {
    for (String check : checks) {
      assertThat(findings.ratios().get(check)).as("%s in %s", check, findings).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void theWrapperItselfBreaksNothing() {
    Findings findings = spectral(broken(mean(), s -> s, Result::gradient), Kind.data(9, 14));
    assertThat(findings.passed()).as(findings.toString()).isTrue();
  }

  @Test
  void aDroppedLastColumnOfTheGradient() {
    Regularizer r = broken(mean(), s -> s, (right, i, j) -> j == 13 ? 0 : right.gradient(i, j));
    Findings findings = spectral(r, Kind.data(9, 14));
    assertRed(findings, "⟨G, E⟩ ≥ s_μ", "Euler ⟨G, E⟩ = s_μ", "gradient = U·Vᵀ/k", "transpose, gradient", "Richardson");
  }

  @Test
  void aDroppedLastLaneOfTheData() {
    Regularizer r = new PlainRegularizer() {
      @Override
      Result compute(Matrix z) {
        int lane = z.columns() - 1;
        Matrix cut = TestMatrix.newMatrix(ElementType.FLOAT64, z.rows(), z.columns());
        for (int i = 0; i < z.rows(); i++) {
          for (int j = 0; j < lane; j++) {
            cut.set(i, j, z.get(i, j));
          }
        }
        return new PlainMeanSingularValue().compute(cut);
      }
    };
    assertRed(spectral(r, Kind.data(9, 14)), "value", "⟨G, E⟩ ≥ s_μ", "gradient = U·Vᵀ/k", "permutation and signs, value");
  }

  @Test
  void uAndVSwapped() {
    Regularizer r = broken(mean(), s -> s, (right, i, j) -> right.gradient(j, i));
    Findings findings = spectral(r, Kind.data(12, 12));
    assertRed(findings, "⟨G, E⟩ ≥ s_μ", "Euler ⟨G, E⟩ = s_μ", "gradient = U·Vᵀ/k", "Richardson");
    assertRed(findings, "permutation and signs, gradient");
    assertGreen(findings, "k‖G‖₂ ≤ 1", "value");
  }

  @Test
  void aMissingDivisionByK() {
    Regularizer gradientOnly = broken(mean(), s -> s, (right, i, j) -> 9 * right.gradient(i, j));
    Findings gradient = spectral(gradientOnly, Kind.data(9, 14));
    assertRed(gradient, "k‖G‖₂ ≤ 1", "Euler ⟨G, E⟩ = s_μ", "gradient = U·Vᵀ/k", "Richardson");
    Regularizer both = broken(mean(), s -> 9 * s, (right, i, j) -> 9 * right.gradient(i, j));
    Findings findings = spectral(both, Kind.data(9, 14));
    assertRed(findings, "value", "k‖G‖₂ ≤ 1", "s_μ ≤ ‖E‖_F/√k", "gradient = U·Vᵀ/k");
    assertGreen(findings, "Euler ⟨G, E⟩ = s_μ", "Richardson");
  }

  @Test
  void divisionByTheNumberOfFeatures() {
    Regularizer r = MeanSingularValue.builder().divisor(Divisor.FEATURES).build();
    assertRed(spectral(r, Kind.data(9, 14)), "value", "⟨G, E⟩ ≥ s_μ", "transpose, value", "lower bound", "upper bound");
  }

  @Test
  void theWrongSign() {
    Regularizer r = broken(mean(), s -> s, (right, i, j) -> -right.gradient(i, j));
    Findings findings = spectral(r, Kind.data(9, 14));
    assertRed(findings, "⟨G, E⟩ ≥ s_μ", "subgradient inequality", "Richardson");
    assertGreen(findings, "k‖G‖₂ ≤ 1", "negation, gradient");
  }

  @Test
  void nothingAtAllIsNoSubgradient() {
    Regularizer r = broken(mean(), _ -> 0.0, (_, _, _) -> 0);
    Findings findings = spectral(r, Kind.data(9, 14));
    assertRed(findings, "⟨G, E⟩ ≥ s_μ", "value", "s_μ ≥ ‖E‖_F/k");
    assertGreen(findings, "Euler ⟨G, E⟩ = s_μ", "k‖G‖₂ ≤ 1", "triangle inequality");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1 + 1e-10, 1 - 1e-10})
  void anErrorOfTenTimesThePromise(double factor) {
    Regularizer r = broken(mean(), s -> s, (right, i, j) -> factor * right.gradient(i, j));
    assertRed(spectral(r, Kind.data(9, 14)), factor > 1 ? "k‖G‖₂ ≤ 1" : "⟨G, E⟩ ≥ s_μ");
  }

  @Test
  void aValueOffByTenTimesThePromise() {
    Regularizer r = broken(mean(), s -> s * (1 + 2e-13), Result::gradient);
    assertRed(spectral(r, Kind.data(9, 14)), "value", "details name s_μ");
  }

  @Test
  void anEntryThatIsNotWritten() {
    Regularizer r = broken(mean(), s -> s, (right, i, j) -> i == 8 && j == 13 ? Double.NaN : right.gradient(i, j));
    assertRed(spectral(r, Kind.data(9, 14)), "finite", "k‖G‖₂ ≤ 1");
  }

  @Test
  void anEnclosureThatDoesNotHold() {
    Regularizer right = mean();
    Regularizer r = new PlainRegularizer() {
      @Override
      Result compute(Matrix z) {
        Result s = new PlainMeanSingularValue().compute(z);
        return new Result() {
          @Override
          public double value() {
            return s.value();
          }

          @Override
          public double gradient(int i, int j) {
            return s.gradient(i, j);
          }

          @Override
          public Details details() {
            double v = s.value();
            Details.Spectral d = (Details.Spectral) s.details();
            return new Details.Spectral(
                v, v * (1 + 1e-9), v * (1 + 2e-9), d.lowerBound(), d.upperBound(), d.utilisation(), d.rank(), d.route());
          }
        };
      }
    };
    assertRed(spectral(r, Kind.data(9, 14)), "enclosure holds the value", "lower ≤ s_μ");
    assertThat(right.value(Kind.data(9, 14).toMatrix())).isFinite();
  }

  @Test
  void roundingThatDependsOnTheScale() {
    Regularizer r = broken(mean(), s -> s, (right, i, j) -> right.gradient(i, j) + 0x1p-60 * right.value());
    Findings findings = spectral(r, Kind.data(9, 14));
    assertRed(findings, "2^p bit for bit");
    assertGreen(findings, "k‖G‖₂ ≤ 1", "⟨G, E⟩ ≥ s_μ", "gradient = U·Vᵀ/k");
  }

  /** Every completion is a subgradient, so the certificate is green; only the minimal-norm one is U_r·V_rᵀ/k. */
  @Test
  void aCompletedPolarFactorIsASubgradientButNotTheMinimalOne() {
    Regularizer r = MeanSingularValue.builder().rankPolicy(RankPolicy.COMPLETION).build();
    Findings findings = spectral(r, DegenerateMatrices.oneEntry(6, 11));
    assertGreen(findings, "k‖G‖₂ ≤ 1", "⟨G, E⟩ ≥ s_μ", "subgradient inequality");
    assertRed(findings, "gradient = U·Vᵀ/k");
  }

  @Test
  void theWrongRangeInEquationFour() {
    Subject wrong = new PlainSubject() {
      @Override
      public Regularizer svMax(Route route, Penalty penalty) {
        SvMax right = SvMax.builder().strength(penalty.strength()).divisor(Divisor.FEATURES).build();
        return penalty.exponential() && penalty.normalizeRows() ? right : new PlainSvMax(penalty);
      }
    };
    assertThat(penaltyRows(wrong))
        .anySatisfy(row -> {
          assertThat(row.name()).contains("6×11, exponential, normalised");
          assertThat(row.passed()).isFalse();
        });
  }

  @Test
  void aSlopeWithoutTheRange() {
    Subject wrong = new PlainSubject() {
      @Override
      public Regularizer svMax(Route route, Penalty penalty) {
        return broken(new PlainSvMax(penalty), r -> r, (right, i, j) -> right.gradient(i, j) * (penalty.exponential() ? 1.5 : 1));
      }
    };
    assertThat(penaltyRows(wrong))
        .anySatisfy(row -> {
          assertThat(row.name()).contains("6×11, exponential, normalised");
          assertThat(row.worstCheck()).isEqualTo("SVMax differences");
          assertThat(row.passed()).isFalse();
        });
  }

  private static List<CheckRow> penaltyRows(Subject subject) {
    return CheckSuite.of(subject, Extent.SHORT, 3).cases().stream()
        .filter(each -> each.group().equals("SVMax"))
        .map(CheckCase::run)
        .toList();
  }

  private static Findings hinge(HingeFactory factory) {
    Subject subject = new PlainSubject() {
      @Override
      public Regularizer varianceHinge(double gamma, double epsilon) {
        return factory.create(gamma, epsilon);
      }
    };
    Findings findings = new Findings();
    HingeChecks.check(subject, Kind.data(9, 14).toMatrix(), 2, 1e-4, 3, findings);
    return findings;
  }

  private interface HingeFactory {
    Regularizer create(double gamma, double epsilon);
  }

  @Test
  void aBiasedVariance() {
    Findings findings = hinge((gamma, epsilon) ->
        VarianceHinge.builder().gamma(gamma).epsilon(epsilon).estimator(VarianceEstimator.BIASED).build());
    assertRed(findings, "hinge value", "hinge gradient", "⟨g_j, z_j⟩");
    assertGreen(findings, "column sum 0", "hinge differences", "shift, value");
  }

  @Test
  void aHingeThatForgetsTheMean() {
    Findings findings = hinge((gamma, epsilon) ->
        broken(LIBRARY.varianceHinge(gamma, epsilon), v -> v, (right, i, j) -> right.gradient(i, j) - 1e-6));
    assertRed(findings, "column sum 0", "hinge gradient", "hinge differences");
  }

  @Test
  void anEpsilonOutsideOfTheRoot() {
    Findings findings = hinge((gamma, epsilon) ->
        broken(LIBRARY.varianceHinge(gamma, 0), v -> v - epsilon, Result::gradient));
    assertRed(findings, "hinge value", "hinge gradient", "hinge 2^p bit for bit");
  }

  @Test
  void aCovarianceGradientOfHalfTheSize() {
    Subject subject = new PlainSubject() {
      @Override
      public Regularizer covariancePenalty() {
        return broken(LIBRARY.covariancePenalty(), c -> c, (right, i, j) -> right.gradient(i, j) / 2);
      }
    };
    Findings findings = new Findings();
    CovarianceChecks.check(subject, Kind.data(9, 14).toMatrix(), 3, findings);
    assertRed(findings, "covariance gradient", "⟨G, Z⟩ = 4c", "covariance differences");
  }
}
