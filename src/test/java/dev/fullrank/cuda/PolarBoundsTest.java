package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("single")
class PolarBoundsTest {
  /** Of a 9×4 matrix with a norm of 2 and tr H = 8. */
  private static PolarBounds bounds(double defect, double asymmetry, double residual) {
    return new PolarBounds(4, 9, 2, 8, defect, asymmetry, residual);
  }

  @Test
  void eachErrorWidensTheEnclosureByWhatItCanDo() {
    assertThat(bounds(0, 0, 0).lower()).isCloseTo(8, offset(1e-12)).isLessThan(8);
    assertThat(bounds(0, 0, 0).upper()).isCloseTo(8, offset(1e-12)).isGreaterThan(8);
    assertThat(bounds(0.5625, 0, 0).lower()).isCloseTo(8 / 1.25, withPercentage(1e-10));
    assertThat(bounds(0.75, 0, 0).upper()).isCloseTo(8 / 0.5, withPercentage(1e-10));
    assertThat(bounds(0.75, 1, 0).upper()).isCloseTo((8 + 2) / 0.5, withPercentage(1e-10));
    assertThat(bounds(0.75, 1, 0.25).upper()).isCloseTo((8 + 2) / 0.5 + 0.5, withPercentage(1e-10));
    assertThat(bounds(1.5, 0, 0).upper()).isNaN();
  }

  /** 32·n·k·u·‖A‖_F, and a quarter of that for N and the factorisation. */
  @Test
  void roundingErrorsAreCounted() {
    double rounding = 0x1p-48 * 36 * 2;
    assertThat(8 - bounds(0, 0, 0).lower()).isBetween(rounding, 1.3 * rounding);
    assertThat(bounds(0, 0, 0).upper() - 8).isBetween(rounding, 1.3 * rounding);
  }

  @Test
  void eachErrorAloneMayUseUpTheTolerance() {
    expectLimit(1.99e-3, x -> bounds(x, 0, 0).suffice(1e-3)); // of 1/√(1 − ε), a little before that of √(1 + ε)
    expectLimit(4e-3, x -> bounds(0, x, 0).suffice(1e-3)); // √k·d = 10⁻³·tr H
    expectLimit(4e-3, x -> bounds(0, 0, x).suffice(1e-3));
    assertThat(bounds(Double.NaN, 0, 0).suffice(1e-2)).isFalse();
    assertThat(bounds(0, Double.NaN, 0).suffice(1e-2)).isFalse();
    assertThat(bounds(0, 0, Double.NaN).suffice(1e-2)).isFalse();
    assertThat(bounds(3, 0, 0).suffice(1e-2)).isFalse();
    assertThat(new PolarBounds(4, 9, 2, -8, 0, 0, 0).suffice(1e-2)).as("−X").isFalse();
  }

  private static void expectLimit(double limit, DoublePredicate suffices) {
    assertThat(suffices.test(0.98 * limit)).isTrue();
    assertThat(suffices.test(1.02 * limit)).isFalse();
  }
}
