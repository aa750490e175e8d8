package dev.fullrank.kernels.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.check.Extent;
import dev.fullrank.kernels.standin.Figure;
import dev.fullrank.kernels.standin.Outcome;
import dev.fullrank.kernels.standin.StandIn;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContractTest {
  private static final Sizes SMALL = new Sizes(Extent.SHORT, 200, 24, 16, 300, 3, 60, 256);

  private final StandIn standIn = StandIn.fresh();
  private final Output output = new Output();
  private final Checklist list = new Checklist(output.stream());

  /** Memory is filled to test what happens then, and the stand-in's is the host's. */
  @BeforeEach
  void haveLittleMemory() {
    standIn.memoryLimit(standIn.figure(Figure.DEVICE_BYTES) + (4 << 20));
  }

  @Test
  void everythingPassesAndAllMemoryIsGivenBack() {
    long before = standIn.figure(Figure.DEVICE_BYTES);
    OnGpu.contract(SMALL, list, output.stream());
    assertThat(list.failures()).as(output::toString).isZero();
    assertThat(output.toString())
        .contains("gesvdj, longest 300×2, FLOAT32", "lists, BFLOAT16, SVMAX", "fewer rows", "0 failed, 0 declined", "60 small steps")
        .doesNotContain("FAILED");
    standIn.expectNoFault();
    assertThat(standIn.figure(Figure.DEVICE_BYTES)).isEqualTo(before);
  }

  @Test
  void gesvdjThatIsNotBelievedIsAFailure() {
    standIn.gesvdj(Outcome.NOT_CONVERGED);
    DecompositionChecks.run(SMALL, list);
    assertThat(output.toString()).contains("FAILED").contains("gesvdj was not believed, BIDIAGONAL was");
    assertThat(output.toString().lines().filter(line -> line.contains("zero 3×6")).toList()).noneMatch(line -> line.contains("FAILED"));
  }

  @Test
  void aDeviceThatFailsFailsTheCheckAndTheOthersStillRun() {
    standIn.fail("cuMemcpyHtoDAsync", 1, 1);
    NonFiniteChecks.run(list);
    assertThat(list.failures()).isEqualTo(1);
    assertThat(output.toString().lines().filter(line -> line.startsWith("  ok"))).hasSize(2 * Term.values().length - 1);
  }

  @Test
  void theDoctorNamesDeviceAndLibraries() {
    assertThat(OnGpu.run(output.stream(), List.of("doctor"), true)).as(output::toString).isZero();
    assertThat(output.toString()).contains("libcusolver", standIn.folder().toString(), "compute capability 9.0", "3.5");
  }
}
