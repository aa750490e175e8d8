package dev.fullrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void linear() {
    Axis axis = Axis.linear(0, 10, 100, 200);
    assertThat(axis.at(5)).isEqualTo(150);
    assertThat(axis.ticks(5)).containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0);
    assertThat(Axis.linear(1, 64, 0, 1).ticks(7)).containsExactly(1.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0);
    assertThat(Axis.linear(0, 0, 0, 1).at(0)).isZero();
  }

  @Test
  void logarithmic() {
    Axis axis = Axis.logarithmic(0.01, 100, 0, 400);
    assertThat(axis.at(1)).isBetween(199.999, 200.001);
    assertThat(axis.ticks(5)).hasSize(5).startsWith(0.01).endsWith(100.0);
    assertThat(Axis.logarithmic(1e-12, 1, 0, 1).ticks(5)).hasSizeLessThanOrEqualTo(6);
    assertThat(Axis.logarithmic(1, 60, 0, 1).ticks(5)).containsExactly(1.0, 2.0, 5.0, 10.0, 20.0, 50.0);
    assertThat(Axis.logarithmic(3, 3.5, 0, 1).ticks(5)).as("at least one").isNotEmpty();
  }

  @Test
  void labels() {
    assertThat(DoubleStream.of(0, 1, 0.1 + 0.2, 50, 1e-5, 2e7, 0.001).mapToObj(Axis::label))
        .containsExactly("0", "1", "0.3", "50", "1e-5", "2e7", "0.001");
  }
}
