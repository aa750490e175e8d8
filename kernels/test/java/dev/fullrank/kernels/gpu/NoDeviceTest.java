package dev.fullrank.kernels.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fullrank.kernels.standin.StandIn;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A driver without a device; what it says once counts for the whole process, which this class has for itself. */
class NoDeviceTest {
  @Test
  void isAFailureWhereADeviceIsRequiredAndSkipsElsewhere() {
    StandIn.fresh().devices(0);
    for (String part : List.of("doctor", "contract", "launches", "speed")) {
      Output required = new Output();
      assertThat(OnGpu.run(required.stream(), List.of(part), true)).isEqualTo(1);
      assertThat(required.toString()).contains("FAILED", "no CUDA device", "nvidia-smi");
      Output optional = new Output();
      assertThat(OnGpu.run(optional.stream(), List.of(part), false)).isZero();
      assertThat(optional.toString()).contains("skipped", "no CUDA device");
    }
  }

  @Test
  void isNotNeededToRefuseAWrongArgument() {
    Output misused = new Output();
    assertThat(OnGpu.run(misused.stream(), List.of("everything"), true)).isEqualTo(2);
    assertThat(misused.toString()).contains("doctor", "speed");
  }
}
