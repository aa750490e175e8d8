package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("single")
class UtilisationControllerTest {
  /** Embeddings whose utilisation tends to λ/(λ + 1), at most ¼ per e-fold, as fast as a time constant allows. */
  private static final class Training {
    final double rate;
    double utilisation;

    Training(double start, double timeConstant) {
      utilisation = start;
      rate = 1 / timeConstant;
    }

    double step(double strength) {
      utilisation += rate * (strength / (strength + 1) - utilisation);
      return utilisation;
    }
  }

  @ParameterizedTest
  @CsvSource({"0.1, 0.5", "0.9, 0.5", "0.1, 0.8", "0.9, 0.2", "0.5, 0.3"})
  void reachesTheTargetWithoutOvershooting(double start, double target) {
    for (double timeConstant : new double[] {1, 20, 150}) {
      UtilisationController controller =
          UtilisationController.builder(target).initialStrength(start / (1 - start)).build();
      Training training = new Training(start, timeConstant);
      double overshoot = 0;
      for (int step = 0; step < 20_000; step++) {
        controller.update(training.step(controller.strength()));
        overshoot = Math.max(overshoot, (training.utilisation - target) * Math.signum(target - start));
      }
      assertThat(training.utilisation).isCloseTo(target, within(1e-6));
      assertThat(overshoot).isLessThan(0.01);
      assertThat(controller.strength()).isCloseTo(target / (1 - target), within(1e-4));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100_000})
  void nothingWindsUpWhileTheStrengthIsAtItsLimit(int stepsAtTheLimit) {
    UtilisationController controller = UtilisationController.builder(0.5).range(0.1, 10).build();
    controller.update(0.0);
    // Out of reach: the strength rises to its limit and waits there.
    for (int step = 0; step < 1000 + stepsAtTheLimit; step++) {
      controller.update(0.0);
    }
    assertThat(controller.strength()).isEqualTo(10);
    int steps = 0;
    while (controller.strength() > 1 && steps < 1000) {
      controller.update(1.0);
      steps++;
    }
    // ln 10 = K_p·1 + 0.005 a step: 261, however long it waited.
    assertThat(steps).isEqualTo(261);
  }

  @Test
  void theFirstUpdateHasNoProportionalPart() {
    UtilisationController controller = UtilisationController.builder(0.5).gains(100, 0.01).build();
    assertThat(controller.update(0.0)).isCloseTo(Math.exp(0.005), within(1e-15));
    assertThat(controller.update(0.01)).isCloseTo(Math.exp(0.005 - 1 + 0.0049), within(1e-15));
  }

  @Test
  void aStepWithoutAMeasurementChangesNothing() {
    UtilisationController controller = UtilisationController.builder(0.5).build();
    controller.update(0.2);
    UtilisationController.State before = controller.state();
    assertThat(controller.update(Double.NaN)).isEqualTo(before.strength());
    assertThat(controller.state()).isEqualTo(before);
  }

  @Test
  void aRestoredControllerGoesOnWithTheSameBits() {
    UtilisationController controller = UtilisationController.builder(0.5).build();
    controller.update(0.2);
    controller.update(0.3);
    UtilisationController copy = UtilisationController.builder(0.5).build();
    copy.restore(controller.state());
    assertThat(copy.update(0.1)).isEqualTo(controller.update(0.1));
    UtilisationController fresh = UtilisationController.builder(0.5).build();
    copy.restore(fresh.state());
    assertThat(copy.update(0.1)).isEqualTo(fresh.update(0.1));
  }

  @Test
  void argumentsAreChecked() {
    for (double bad : new double[] {0, 1, -0.5, Double.NaN}) {
      assertThatThrownBy(() -> UtilisationController.builder(bad)).isInstanceOf(IllegalArgumentException.class);
    }
    UtilisationController.Builder builder = UtilisationController.builder(0.5);
    assertThatThrownBy(() -> builder.range(2, 1)).hasMessageContaining("2.0").hasMessageContaining("1.0");
    assertThatThrownBy(() -> builder.range(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.gains(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.gains(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.initialStrength(0)).isInstanceOf(IllegalArgumentException.class);
    UtilisationController controller = builder.build();
    assertThatThrownBy(() -> controller.update(1.5)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> controller.update(Double.POSITIVE_INFINITY)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> controller.restore(new UtilisationController.State(1e4, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
