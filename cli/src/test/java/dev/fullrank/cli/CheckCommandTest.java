package dev.fullrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckCommandTest {
  @Test
  void printsTheWorstRatioOfEachGroupAndRoute() {
    Cli run = Cli.run("check", "--seed", "7");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("jacobi", "gram polar", "hinge", " 0 failed");
    assertThat(run.code()).isZero();
  }

  @Test
  void refusesASeedThatIsNoNumber() {
    Cli run = Cli.run("check", "--seed", "x");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--seed").hasLineCount(1);
  }
}
