package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("single")
class ScheduleTest {
  @Test
  void constant() {
    assertThat(Schedule.constant(0.3).at(0)).isEqualTo(0.3);
    assertThat(Schedule.constant(0.3).at(Long.MAX_VALUE)).isEqualTo(0.3);
  }

  @Test
  void warmupRisesLinearlyAndStays() {
    Schedule s = Schedule.warmup(8, 2);
    assertThat(s.at(0)).isEqualTo(0);
    assertThat(s.at(2)).isEqualTo(0.5);
    assertThat(s.at(7)).isEqualTo(1.75);
    assertThat(s.at(8)).isEqualTo(2);
    assertThat(s.at(Long.MAX_VALUE)).isEqualTo(2);
  }

  @Test
  void cosineGoesHalfWayInHalfTheTimeAndEndsExactly() {
    Schedule s = Schedule.cosine(1, 0.1, 1000);
    assertThat(s.at(0)).isEqualTo(1);
    assertThat(s.at(500)).isCloseTo(0.55, within(1e-15));
    assertThat(s.at(250)).isCloseTo(0.55 + 0.45 * Math.sqrt(0.5), within(1e-15));
    assertThat(s.at(1000)).isEqualTo(0.1);
    assertThat(s.at(5000)).isEqualTo(0.1);
    for (int step = 0; step < 1000; step++) {
      assertThat(s.at(step + 1)).isLessThan(s.at(step));
    }
    assertThat(Schedule.cosine(0, 3, 10).at(10)).isEqualTo(3);
  }

  @Test
  void warmupIsContinuedByAnotherSchedule() {
    Schedule s = Schedule.warmup(4, Schedule.cosine(2, 1, 10));
    assertThat(s.at(1)).isEqualTo(0.5);
    assertThat(s.at(4)).isEqualTo(2);
    assertThat(s.at(9)).isCloseTo(1.5, within(1e-15));
    assertThat(s.at(14)).isEqualTo(1);
  }

  @Test
  void argumentsAreChecked() {
    List<Schedule> all = List.of(Schedule.constant(1), Schedule.warmup(1, 1), Schedule.cosine(1, 0, 1));
    for (Schedule s : all) {
      assertThatThrownBy(() -> s.at(-1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("-1");
    }
    assertThatThrownBy(() -> Schedule.constant(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Schedule.warmup(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Schedule.cosine(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Schedule.cosine(1, Double.POSITIVE_INFINITY, 5)).isInstanceOf(IllegalArgumentException.class);
  }
}
