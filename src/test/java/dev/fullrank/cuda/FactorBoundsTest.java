package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("single")
class FactorBoundsTest {
  /** Of V 1/8, of B 1/16, of A 1/2 with four columns: a sum of 16 may be off by 3/16 of it and 1. */
  private static final FactorBounds BOUNDS = FactorBounds.of(0.125, 0.0625, 0.5, 4);

  @Test
  void theErrorOfASumIsThatOfTheFactorsAndOfTheirProduct() {
    assertThat(BOUNDS.error(16)).isEqualTo(4);
    assertThat(BOUNDS.suffice(0.09375, 16)).isTrue();
    assertThat(BOUNDS.suffice(0.0937, 16)).as("orthogonality").isFalse();
    assertThat(BOUNDS.suffice(0.09375, 10)).as("backward error").isFalse();
    assertThat(FactorBounds.of(Double.NaN, 0, 0, 4).suffice(1, 16)).isFalse();
  }

  @Test
  void anotherSumIsAllowedWithinTheErrorAndRounding() {
    assertThat(BOUNDS.allow(20, 16, 0)).isTrue();
    assertThat(BOUNDS.allow(12, 16, 0)).isTrue();
    assertThat(BOUNDS.allow(20.25, 16, 0.25)).isTrue();
    assertThat(BOUNDS.allow(20.5, 16, 0.25)).isFalse();
    assertThat(BOUNDS.allow(11.5, 16, 0.25)).isFalse();
    assertThat(BOUNDS.allow(Double.NaN, 16, 0.25)).isFalse();
  }
}
