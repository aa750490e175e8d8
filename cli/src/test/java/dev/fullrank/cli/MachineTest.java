package dev.fullrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineTest {
  @Test
  void everyLackHasARemedy() {
    assertThat(Machine.examine()).allSatisfy(f -> {
      assertThat(f.fact()).isNotEmpty();
      assertThat(f.state() == Finding.State.LACKING && f.remedy().isEmpty()).isFalse();
    });
    assertThat(Machine.jdk(17).remedy()).contains("JAVA_HOME");
    assertThat(Machine.vectors(64, "add --add-modules jdk.incubator.vector").remedy()).contains("--add-modules");
    assertThat(Machine.compiler("1", "mixed mode").remedy()).contains("-XX:TieredStopAtLevel=1");
    assertThat(Machine.compiler("4", "interpreted mode").remedy()).contains("-Xint");
    assertThat(Machine.compiler("4", "mixed mode").state()).isEqualTo(Finding.State.GOOD);
    assertThat(Machine.compiler(null, "").state()).isEqualTo(Finding.State.NEUTRAL);
  }

  @Test
  void countsWhatFits() {
    assertThat(Machine.vectors(512, null).fact()).contains("8 doubles or 16 floats");
    // half of 1 GiB is 2·5792²·8 bytes
    assertThat(Machine.memory(1L << 30, 1L << 34).remedy()).contains("about 5792 columns");
    assertThat(Machine.gpu(true).fact()).isNotEqualTo(Machine.gpu(false).fact());
  }

  @Test
  void theDoctorPrintsThem() {
    Cli run = Cli.run("doctor");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("JDK", "Vector API", "C2 compiler", "cores", "memory", "GPU");
  }
}
