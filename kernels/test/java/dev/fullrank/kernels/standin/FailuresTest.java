package dev.fullrank.kernels.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Failures on demand, and those that come by themselves: no device, no context, a broken context. */
class FailuresTest {
  private static final int OUT_OF_MEMORY = 2;
  private static final int NO_DEVICE = 100;
  private static final int INVALID_DEVICE = 101;
  private static final int INVALID_CONTEXT = 201;
  private static final int ILLEGAL_ADDRESS = 700;
  private static final int CONTEXT_IS_DESTROYED = 709;

  private final StandIn standIn = StandIn.fresh();
  private final DirectCuda cuda = new DirectCuda(standIn);

  @AfterEach
  void close() {
    cuda.close();
  }

  @Test
  void theCallThatIsAskedForFailsAndNoOther() {
    standIn.fail("cuMemAlloc", 2, OUT_OF_MEMORY);
    cuda.allocate(8);
    assertThat(cuda.call("cuMemAlloc_v2", cuda.out(), 8L)).isEqualTo(OUT_OF_MEMORY);
    cuda.allocate(8);
    assertThat(standIn.calls("cuMemAlloc")).isEqualTo(3);
    assertThat(standIn.figure(Figure.DEVICE_ALLOCATIONS)).isEqualTo(2);
  }

  @Test
  void everyCallFailsUntilTheNextReset() {
    standIn.failAlways("cublas*", 14);
    assertThat(cuda.call("cublasCreate_v2", cuda.out())).isEqualTo(14);
    assertThat(cuda.call("cublasCreate_v2", cuda.out())).isEqualTo(14);
    standIn.reset();
    cuda.expect("cublasCreate_v2", cuda.out());
  }

  @Test
  void aBrokenContextStaysBrokenUntilItIsReleased() {
    standIn.fail("cuMemGetInfo", 1, ILLEGAL_ADDRESS);
    long stream = cuda.create("cuStreamCreate", 0);
    assertThat(cuda.call("cuMemGetInfo_v2", cuda.out(), cuda.out())).isEqualTo(ILLEGAL_ADDRESS);
    assertThat(cuda.call("cuMemAlloc_v2", cuda.out(), 8L)).isEqualTo(ILLEGAL_ADDRESS);
    assertThat(cuda.call("cuStreamSynchronize", stream)).isEqualTo(ILLEGAL_ADDRESS);
    assertThat(cuda.call("cublasCreate_v2", cuda.out())).isNotZero();
    assertThat(cuda.call("cuDevicePrimaryCtxRetain", cuda.out(), 0)).isEqualTo(ILLEGAL_ADDRESS);
    cuda.expect("cuDevicePrimaryCtxRelease_v2", 0);
    assertThat(cuda.call("cuMemAlloc_v2", cuda.out(), 8L)).isEqualTo(CONTEXT_IS_DESTROYED);
    cuda.makeCurrent(0);
    cuda.allocate(8);
  }

  @Test
  void aFaultOfEarlierWorkDropsWhatIsPending() {
    long address = cuda.upload(Real.DOUBLE, 1);
    standIn.deferred(true);
    cuda.expect("cuMemsetD8Async", address, (byte) 0, 8L, 0L);
    standIn.breakContexts(ILLEGAL_ADDRESS);
    assertThat(cuda.call("cuCtxSynchronize")).isEqualTo(ILLEGAL_ADDRESS);
    assertThat(MemorySegment.ofAddress(address).reinterpret(8).get(ValueLayout.JAVA_DOUBLE, 0)).isEqualTo(1);
    assertThatThrownBy(() -> standIn.breakContexts(OUT_OF_MEMORY)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theContextIsReleasedWithItsLastReference() {
    long address = cuda.allocate(8);
    cuda.makeCurrent(0);
    cuda.expect("cuDevicePrimaryCtxRelease_v2", 0);
    cuda.free(address);
    cuda.expect("cuDevicePrimaryCtxRelease_v2", 0);
    assertThat(cuda.call("cuDevicePrimaryCtxRelease_v2", 0)).isEqualTo(INVALID_CONTEXT);
  }

  @Test
  void eachThreadHasToMakeAContextCurrent() {
    int[] codes =
        CompletableFuture.supplyAsync(
                () -> {
                  try (Arena arena = Arena.ofConfined()) {
                    MemorySegment out = arena.allocate(16);
                    int before = cuda.call("cuMemAlloc_v2", out, 8L);
                    int blas = cuda.call("cublasCreate_v2", out);
                    int solver = cuda.call("cusolverDnCreate", out);
                    return new int[] {before, blas, solver};
                  }
                },
                task -> Thread.ofPlatform().start(task))
            .join();
    assertThat(codes).containsExactly(INVALID_CONTEXT, 1, 1);
  }

  @Test
  void aHandleOfAnotherDeviceIsRefused() {
    standIn.devices(2);
    long handle = cuda.create("cublasCreate_v2");
    cuda.makeCurrent(1);
    assertThat(cuda.call("cublasSetStream_v2", handle, 0L)).isEqualTo(13);
    assertThat(standIn.complaint()).contains("another context");
  }

  @Test
  void thereCanBeNoDeviceOrNoWorkingDriver() {
    standIn.devices(0);
    assertThat(cuda.call("cuInit", 0)).isEqualTo(NO_DEVICE);
    assertThat(cuda.call("cuDeviceGet", cuda.out(), 0)).isEqualTo(INVALID_DEVICE);
    standIn.devices(2);
    standIn.initResult(999);
    assertThat(cuda.call("cuInit", 0)).isEqualTo(999);
    cuda.expect("cuDeviceGetCount", cuda.out());
    assertThat(cuda.outInt()).isEqualTo(2);
  }

  @Test
  void propertiesAreAsSet() {
    standIn.driverVersion(11080);
    standIn.capability(75);
    standIn.memoryLimit(1 << 20);
    cuda.expect("cuDriverGetVersion", cuda.out());
    assertThat(cuda.outInt()).isEqualTo(11080);
    cuda.expect("cuDeviceGetAttribute", cuda.out(), 75, 0);
    assertThat(cuda.outInt()).isEqualTo(7);
    cuda.expect("cuDeviceGetAttribute", cuda.out(), 76, 0);
    assertThat(cuda.outInt()).isEqualTo(5);
    cuda.expect("cuDeviceTotalMem_v2", cuda.out(), 0);
    assertThat(cuda.outInt()).isEqualTo(1 << 20);
    cuda.expect("cuDeviceGetName", cuda.out(), 10, 0);
    assertThat(cuda.out().getString(0)).isEqualTo("Stand-in ");
  }

  @Test
  void settingsThatDoNotExistAreRefused() {
    assertThatThrownBy(() -> standIn.devices(17)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> standIn.fail("f", -1, 2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyFigureIsKnown() {
    for (Figure figure : Figure.values()) {
      assertThat(standIn.figure(figure)).as(figure.key()).isNotNegative();
    }
  }
}
