package dev.fullrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of devices, and matrices in the memory of one; no device is touched. */
@Tag("single")
class DeviceTest {
  private static final long ADDRESS = 0x7000_0000_0100L;
  private static final long STREAM = 0x1234;

  private static Matrix onDevice(int rows, int columns, long rowStride) {
    return Matrix.onDevice(Device.cuda(1), ADDRESS, ElementType.FLOAT32, rows, columns, rowStride, STREAM);
  }

  @Test
  void namesArePrintedAndRead() {
    assertThat(Device.cpu()).hasToString("cpu").isEqualTo(Device.of("cpu"));
    assertThat(Device.cuda(0)).hasToString("cuda:0").isEqualTo(Device.of("cuda")).isNotEqualTo(Device.cpu());
    assertThat(Device.of("cuda:12")).isEqualTo(Device.cuda(12)).hasSameHashCodeAs(Device.cuda(12));
    assertThat(Device.cuda(3).ordinal()).isEqualTo(3);
    assertThatThrownBy(() -> Device.cpu().ordinal()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Device.cuda(-1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:99999", "CPU", "cuda 0"})
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> Device.of(name)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cuda:N");
  }

  @Test
  void aMatrixOnADeviceTellsWhereItIs() {
    Matrix m = onDevice(3, 4, 6);
    assertThat(m.isOnDevice()).isTrue();
    assertThat(m.device()).isEqualTo(Device.cuda(1));
    assertThat(m.address()).isEqualTo(ADDRESS);
    assertThat(m.stream()).isEqualTo(STREAM);
    assertThat(m.extent()).isEqualTo(4 * (2 * 6 + 4));
    assertThat(m).asString().contains("3×4", "FLOAT32", "cuda:1");
    assertThat(m.isReadOnly()).isFalse();
  }

  @Test
  void rowsOfItAreAView() {
    Matrix m = onDevice(3, 4, 6).rows(1, 3);
    assertThat(m.address()).isEqualTo(ADDRESS + 4 * 6);
    assertThat(m.rows()).isEqualTo(2);
    assertThat(m.rowStride()).isEqualTo(6);
    assertThat(m.stream()).isEqualTo(STREAM);
  }

  @Test
  void theHostCannotReadIt() {
    Matrix m = onDevice(3, 4, 4);
    assertThatThrownBy(m::segment).isInstanceOf(IllegalStateException.class).hasMessageContaining("cuda:1");
    assertThatThrownBy(() -> m.get(0, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> m.set(0, 0, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(m::transposed).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatCannotBeAMatrixIsRefused() {
    assertThatThrownBy(() -> onDevice(0, 4, 4)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0×4");
    assertThatThrownBy(() -> onDevice(3, 4, 3)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least 4");
    assertThatThrownBy(() -> onDevice(Integer.MAX_VALUE, 4, Long.MAX_VALUE / 8)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Matrix.onDevice(Device.cpu(), ADDRESS, ElementType.FLOAT32, 3, 4, 4, 0))
        .isInstanceOf(IllegalArgumentException.class);
    for (long address : new long[] {0, ADDRESS + 2}) {
      assertThatThrownBy(() -> Matrix.onDevice(Device.cuda(0), address, ElementType.FLOAT32, 3, 4, 4, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("multiple of 4");
    }
  }

  @Test
  void overlapIsSeenOnOneDevice() {
    Matrix m = onDevice(3, 4, 4);
    Matrix touching = Matrix.onDevice(Device.cuda(1), ADDRESS + 48, ElementType.FLOAT32, 1, 4, 4, 0);
    Matrix inside = Matrix.onDevice(Device.cuda(1), ADDRESS + 44, ElementType.FLOAT32, 1, 4, 4, 0);
    Matrix elsewhere = Matrix.onDevice(Device.cuda(0), ADDRESS, ElementType.FLOAT32, 3, 4, 4, STREAM);
    assertThat(m.overlaps(touching)).isFalse();
    assertThat(m.overlaps(inside)).isTrue();
    assertThat(inside.overlaps(m)).isTrue();
    assertThat(m.overlaps(elsewhere)).isFalse();
    assertThat(m.overlaps(Matrix.of(new float[12], 3, 4))).isFalse();
    assertThat(Matrix.of(new float[12], 3, 4).overlaps(m)).isFalse();
  }

  @Test
  void aRegularizerOfTheCpuRefusesIt() {
    Matrix z = onDevice(3, 4, 4);
    Matrix host = Matrix.of(new float[12], 3, 4);
    try (SvMax svMax = SvMax.builder().build(); VarianceHinge hinge = VarianceHinge.builder().build()) {
      assertThatThrownBy(() -> svMax.value(z)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Device.cuda(1)");
      assertThatThrownBy(() -> hinge.forward(z)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cuda:1");
      assertThatThrownBy(() -> hinge.valueAndGradient(host, z)).isInstanceOf(IllegalArgumentException.class);
    }
    VicReg vicReg = VicReg.builder(VicRegConvention.OFFICIAL).build();
    assertThatThrownBy(() -> vicReg.value(host, z)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cuda:1");
  }

  @Test
  void routesBelongToDevices() {
    assertThatThrownBy(() -> SvMax.builder().route(Route.BIDIAGONAL).build()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SvMax.builder().device(Device.cuda(0)).route(Route.TRIDIAGONAL).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TRIDIAGONAL")
        .hasMessageContaining("NEWTON, JACOBI");
  }
}
