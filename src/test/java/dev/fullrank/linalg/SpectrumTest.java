package dev.fullrank.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("single")
class SpectrumTest {
  /** A few hundred terms, each with a few roundings. */
  private static final Percentage ROUNDING = Percentage.withPercentage(1e-11);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 513})
  void equalValuesUseEveryDimension(int k) {
    Spectrum s = spectrum(k, i -> 3);
    assertThat(s.meanSingularValue()).isCloseTo(3, ROUNDING);
    assertThat(s.effectiveRank()).isCloseTo(k, ROUNDING);
    double p = 1.0 / k + 1e-7;
    assertThat(s.rankMe()).isCloseTo(Math.exp(-k * p * Math.log(p)), ROUNDING);
    assertThat(s.stableRank()).isCloseTo(k, ROUNDING);
    assertThat(s.participationRatio()).isCloseTo(k, ROUNDING);
    assertThat(s.conditionNumber()).isEqualTo(1);
    if (k > 11) {
      assertThat(s.alphaReq()).isZero();
    } else {
      assertThat(s.alphaReq()).isNaN();
    }
  }

  @Test
  void oneValueUsesOneDimension() {
    Spectrum s = spectrum(20, i -> i == 0 ? 5 : 0);
    assertThat(s.meanSingularValue()).isEqualTo(0.25);
    assertThat(s.effectiveRank()).isEqualTo(1);
    assertThat(s.rankMe()).isCloseTo(Math.exp(-1e-7 - 19e-7 * Math.log(1e-7)), ROUNDING);
    assertThat(s.stableRank()).isEqualTo(1);
    assertThat(s.participationRatio()).isEqualTo(1);
    assertThat(s.conditionNumber()).isInfinite();
    assertThat(s.alphaReq()).isNaN();
  }

  @Test
  void threeToOne() {
    Spectrum s = spectrum(2, i -> i == 0 ? 3 : 1);
    assertThat(s.meanSingularValue()).isEqualTo(2);
    assertThat(s.effectiveRank()).isCloseTo(4 / Math.pow(3, 0.75), ROUNDING);
    assertThat(s.stableRank()).isCloseTo(10.0 / 9, ROUNDING);
    assertThat(s.participationRatio()).isCloseTo(100.0 / 82, ROUNDING);
    assertThat(s.conditionNumber()).isEqualTo(3);
  }

  @Test
  void zerosAreDefined() {
    for (int k : new int[] {1, 30}) {
      assertThat(spectrum(k, i -> 0)).isEqualTo(new Spectrum(0, 0, 0, 0, 0, Double.POSITIVE_INFINITY, Double.NaN));
    }
  }

  @Test
  void aPowerLawIsFound() {
    for (double alpha : new double[] {0.5, 1, 2.5}) {
      assertThat(spectrum(300, i -> Math.pow(i + 1, -alpha / 2)).alphaReq()).isCloseTo(alpha, ROUNDING);
      assertThat(spectrum(13, i -> Math.pow(i + 1, -alpha / 2)).alphaReq()).isCloseTo(alpha, ROUNDING);
    }
  }

  /** At the minimum of Σ(ln λ + α·ln i − c)²/i the residuals are orthogonal to ln i in the weights. */
  @Test
  void theFitIsWeightedAndStopsAtRankOneHundred() {
    IntToDoubleFunction bent = i -> i < 10 ? 100 : i < 40 ? Math.pow(i + 1, -0.5) : 5 * Math.pow(i + 1, -1);
    double alpha = spectrum(100, bent).alphaReq();
    IntToDoubleFunction residual = i -> 2 * Math.log(bent.applyAsDouble(i)) + alpha * Math.log(i + 1);
    double weights = IntStream.range(10, 100).mapToDouble(i -> 1.0 / (i + 1)).sum();
    double c = IntStream.range(10, 100).mapToDouble(i -> residual.applyAsDouble(i) / (i + 1)).sum() / weights;
    double slope = IntStream.range(10, 100).mapToDouble(i -> (residual.applyAsDouble(i) - c) * Math.log(i + 1) / (i + 1)).sum();
    assertThat(Math.abs(slope)).isLessThan(1e-12 * weights);
    assertThat(spectrum(200, i -> i < 100 ? bent.applyAsDouble(i) : 1e-9).alphaReq()).isEqualTo(alpha);
  }

  @Test
  void valuesAtRoundingLevelDoNotBendTheFit() {
    assertThat(spectrum(90, i -> i < 60 ? Math.pow(i + 1, -0.5) : 1e-17).alphaReq()).isCloseTo(1, ROUNDING);
  }

  @Test
  void scaleDoesNotMatter() {
    IntToDoubleFunction values = i -> Math.pow(0.9, i);
    Spectrum s = spectrum(50, values);
    for (int exponent : new int[] {-1000, 1023}) {
      Spectrum scaled = spectrum(50, i -> Math.scalb(values.applyAsDouble(i), exponent));
      double mean = Math.scalb(s.meanSingularValue(), exponent);
      assertThat(scaled.meanSingularValue()).as("finite though the sum is not").isEqualTo(mean);
      assertThat(withMean(scaled, 0)).isEqualTo(withMean(s, 0));
    }
    assertThat(spectrum(3, i -> Double.MIN_VALUE).effectiveRank()).isCloseTo(3, ROUNDING);
  }

  @Test
  void whatIsNoSpectrumIsRefused() {
    for (double[] bad : new double[][] {{1, 2}, {-1, -2}, {Double.NaN, 0}, {1, Double.NaN}, {Double.POSITIVE_INFINITY, 0}, {1}}) {
      assertThatThrownBy(() -> Spectrum.of(bad, 2)).as(Arrays.toString(bad)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Spectrum.of(new double[1], 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Spectrum spectrum(int k, IntToDoubleFunction value) {
    double[] longer = IntStream.rangeClosed(0, k).mapToDouble(i -> i < k ? value.applyAsDouble(i) : Double.NaN).toArray();
    return Spectrum.of(longer, k);
  }

  private static Spectrum withMean(Spectrum s, double mean) {
    return new Spectrum(
        mean, s.effectiveRank(), s.rankMe(), s.stableRank(), s.participationRatio(), s.conditionNumber(), s.alphaReq());
  }
}
