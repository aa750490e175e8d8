package dev.fullrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.cuda.CudaAvailability;
import dev.fullrank.cuda.CudaContext;
import dev.fullrank.cuda.CudaLibrary;
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
  }

  @Test
  void describesEachGpuOrSaysWhyThereIsNone() {
    assertThat(Machine.gpus(new CudaAvailability.Available(new TwoGpus())))
        .containsExactly(
            Finding.good("GPU", "Large GPU, compute capability 9.0, 132 multiprocessors, 81559 MiB; driver for CUDA 12.6"),
            Finding.good("GPU 1", "Small GPU, compute capability 7.5, 40 multiprocessors, 15360 MiB; driver for CUDA 12.6"));
    assertThat(Machine.gpus(new CudaAvailability.Missing("no driver", "install it", false)))
        .containsExactly(Finding.neutral("GPU", "no driver", "install it"));
    assertThat(Machine.gpus(new CudaAvailability.Missing("no cuBLAS", "install it", true)))
        .containsExactly(Finding.lacking("GPU", "no cuBLAS", "install it"));
  }

  @Test
  void theDoctorPrintsThem() {
    Cli run = Cli.run("doctor");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("JDK", "Vector API", "C2 compiler", "cores", "memory", "GPU");
  }

  /** What a driver might tell. */
  private static final class TwoGpus implements CudaLibrary {
    @Override
    public int driverVersion() {
      return 12_060;
    }

    @Override
    public int deviceCount() {
      return 2;
    }

    @Override
    public Properties properties(int ordinal) {
      return ordinal == 0 ? new Properties("Large GPU", 90, 132, 81_559L << 20) : new Properties("Small GPU", 75, 40, 15_360L << 20);
    }

    @Override
    public CudaContext context(int ordinal) {
      throw new AssertionError("the doctor only looks");
    }
  }
}
