package dev.fullrank.kernels.library;

import static dev.fullrank.kernels.library.OnDevice.GPU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.DeviceException;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.SvMax;
import dev.fullrank.VarianceHinge;
import dev.fullrank.kernels.standin.StandIn;
import org.junit.jupiter.api.Test;

/** An error that breaks the context: this class has a process of its own, as nothing works in it afterwards. */
class LostDeviceTest {
  private static final int ILLEGAL_ADDRESS = 700;

  private final StandIn standIn = StandIn.fresh();

  @Test
  void everyLaterCallSaysThatTheDeviceIsLost() {
    Matrix z = Matrix.of(new double[] {1, 2, 3, 5, 8, 13}, 3, 2);
    Regularizer hinge = VarianceHinge.builder().device(GPU).build();
    Regularizer svMax = SvMax.builder().device(GPU).build();
    svMax.value(z);
    standIn.fail("cuLaunchKernel", 1, ILLEGAL_ADDRESS);
    lost(() -> hinge.value(z), "ILLEGAL_ADDRESS");
    lost(() -> svMax.value(z), "start a new one");
    lost(() -> hinge.forward(z), "cuda:0");
    lost(() -> SvMax.builder().device(GPU).build(), "cuda:0");
    hinge.close();
    svMax.close();
    try (Regularizer onTheCpu = SvMax.builder().build()) {
      assertThat(onTheCpu.value(z)).isPositive();
    }
  }

  private static void lost(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.LOST))
        .hasMessageContaining(words);
  }
}
