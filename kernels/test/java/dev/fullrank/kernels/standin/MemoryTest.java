package dev.fullrank.kernels.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Device and pinned memory: limits, poison, guards, copies of rows, and use after free. */
class MemoryTest {
  private static final int INVALID_VALUE = 1;
  private static final int OUT_OF_MEMORY = 2;
  private static final int ILLEGAL_ADDRESS = 700;
  private static final int ON_HOST = 1;
  private static final int ON_DEVICE = 2;

  private final StandIn standIn = StandIn.fresh();
  private final DirectCuda cuda = new DirectCuda(standIn);

  @AfterEach
  void close() {
    cuda.close();
  }

  private static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  @Test
  void freshMemoryIsAlignedAndNaN() {
    long address = cuda.allocate(24);
    assertThat(address % 256).isZero();
    assertThat(cuda.download(Real.DOUBLE, address, 3)).containsOnly(Double.NaN);
    assertThat(standIn.memory().isWritten(address, 24)).isFalse();
    cuda.expect("cuMemsetD8Async", address, (byte) 0, 24L, 0L);
    assertThat(standIn.memory().isWritten(address, 24)).isTrue();
    assertThat(cuda.download(Real.DOUBLE, address, 3)).containsOnly(0);
    cuda.expect("cuMemsetD32Async", address, 1, 6L, 0L);
    assertThat(at(address, 24).toArray(ValueLayout.JAVA_INT)).containsOnly(1);
  }

  @Test
  void theLimitIsKept() {
    standIn.memoryLimit(1024);
    long first = cuda.allocate(700);
    assertThat(cuda.call("cuMemAlloc_v2", cuda.out(), 300L)).isEqualTo(OUT_OF_MEMORY);
    cuda.expect("cuMemGetInfo_v2", cuda.out(), cuda.out().asSlice(8));
    assertThat(cuda.out().toArray(ValueLayout.JAVA_LONG)).containsExactly(256, 1024);
    assertThat(standIn.figure(Figure.DEVICE_BYTES)).isEqualTo(768);
    cuda.free(first);
    assertThat(standIn.figure(Figure.DEVICE_BYTES)).isZero();
    cuda.allocate(1024);
    assertThat(cuda.call("cuMemAlloc_v2", cuda.out(), 0L)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cuMemHostAlloc", cuda.out(), 1025L, 0)).isEqualTo(OUT_OF_MEMORY);
  }

  @Test
  void copiesOutsideOfAnAllocationAreRefused() {
    long address = cuda.allocate(16);
    MemorySegment host = cuda.host(24L);
    assertThat(cuda.call("cuMemcpyHtoDAsync_v2", address, host, 17L, 0L)).isEqualTo(INVALID_VALUE);
    assertThat(standIn.complaint()).contains("destination").contains("17 bytes").contains("beyond its allocation");
    assertThat(cuda.call("cuMemcpyDtoHAsync_v2", host, address - 1, 1L, 0L)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cuMemcpyDtoHAsync_v2", host, host, 1L, 0L)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cuMemcpyDtoHAsync_v2", address, address, 1L, 0L)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cuMemcpyDtoHAsync_v2", 0L, address, 1L, 0L)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cuMemsetD8Async", address + 8, (byte) 0, 9L, 0L)).isEqualTo(INVALID_VALUE);
    cuda.expect("cuMemcpyHtoDAsync_v2", address, host, 0L, 0L);
  }

  @Test
  void freedMemoryIsRecognised() {
    long address = cuda.upload(Real.DOUBLE, 1, 2);
    cuda.free(address);
    assertThat(cuda.call("cuMemFree_v2", address)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cuMemcpyDtoH_v2", cuda.host(8L), address, 8L)).isEqualTo(INVALID_VALUE);
    assertThat(standIn.complaint()).contains("freed memory");
  }

  @Test
  void memoryFreedUnderAPendingCopyBreaksTheContext() {
    long device = cuda.upload(Real.DOUBLE, 1);
    long pinned = cuda.create("cuMemHostAlloc", 8L, 0);
    standIn.deferred(true);
    cuda.expect("cuMemcpyDtoHAsync_v2", pinned, device, 8L, 0L);
    cuda.expect("cuMemFreeHost", pinned);
    assertThat(standIn.figure(Figure.HOST_ALLOCATIONS)).isZero();
    assertThat(cuda.call("cuMemcpyDtoHAsync_v2", pinned, device, 8L, 0L)).isEqualTo(INVALID_VALUE);
    assertThat(standIn.complaint()).contains("freed pinned memory");
  }

  @Test
  void strayWritesShow() {
    long first = cuda.allocate(10);
    at(first + 10, 1).set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
    assertThat(standIn.figure(Figure.DAMAGED)).isEqualTo(1);
    assertThatThrownBy(standIn::expectNoFault).hasMessageContaining("outside");
    cuda.free(first);
    assertThat(standIn.complaint()).contains("written outside of the 10 bytes");
    at(first + 10, 1).set(ValueLayout.JAVA_BYTE, 0, (byte) 0xDB);
    assertThat(standIn.figure(Figure.DAMAGED)).isZero();
    at(first, 1).set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
    assertThat(standIn.figure(Figure.DAMAGED)).isEqualTo(1);
    at(first, 1).set(ValueLayout.JAVA_BYTE, 0, (byte) 0xFF);
    assertThat(standIn.figure(Figure.DAMAGED)).isZero();
  }

  @Test
  void rowsAreCopiedWithTheirPitches() {
    MemorySegment from = cuda.host(1, 2, 3, 4, 5, 6);
    long device = cuda.allocate(6 * 8);
    rows(ON_HOST, from.address(), 24, ON_DEVICE, device, 16, 16, 2);
    assertThat(cuda.download(Real.DOUBLE, device, 6)).containsExactly(1, 2, 4, 5, Double.NaN, Double.NaN);
    assertThat(standIn.memory().isWritten(device, 32)).isTrue();
    MemorySegment to = cuda.host(9, 9, 9, 9, 9);
    rows(ON_DEVICE, device, 16, ON_HOST, to.address(), 24, 16, 2);
    assertThat(to.toArray(ValueLayout.JAVA_DOUBLE)).containsExactly(1, 2, 9, 4, 5);
    assertThat(rowsCode(ON_HOST, from.address(), 8, ON_DEVICE, device, 16, 16, 2)).isEqualTo(INVALID_VALUE);
    assertThat(rowsCode(ON_HOST, from.address(), 24, ON_DEVICE, device, 1L << 31, 16, 2)).isEqualTo(INVALID_VALUE);
    assertThat(rowsCode(ON_HOST, from.address(), 24, ON_DEVICE, device, 24, 16, 3)).isEqualTo(INVALID_VALUE);
  }

  private void rows(int fromKind, long from, long fromPitch, int toKind, long to, long toPitch, long width, long height) {
    assertThat(rowsCode(fromKind, from, fromPitch, toKind, to, toPitch, width, height)).isZero();
  }

  /** Fills CUDA_MEMCPY2D: x, y, kind, host, device, array, pitch of source and destination, then width and height. */
  private int rowsCode(int fromKind, long from, long fromPitch, int toKind, long to, long toPitch, long width, long height) {
    MemorySegment what = cuda.host(16L * Long.BYTES);
    long[] fields = {
      0, 0, fromKind, from, from, 0, fromPitch, 0, 0, toKind, to, to, 0, toPitch, width, height
    };
    MemorySegment.copy(fields, 0, what, ValueLayout.JAVA_LONG, 0, fields.length);
    return cuda.call("cuMemcpy2DAsync_v2", what, 0L);
  }

  @Test
  void eachDeviceHasMemoryOfItsOwn() {
    standIn.devices(2);
    long here = cuda.upload(Real.DOUBLE, 1);
    cuda.makeCurrent(1);
    long there = cuda.allocate(8);
    assertThat(cuda.call("cuMemcpyDtoDAsync_v2", there, here, 8L, 0L)).isEqualTo(INVALID_VALUE);
    assertThat(standIn.complaint()).contains("another device");
    assertThat(cuda.call("cuMemFree_v2", here)).isEqualTo(INVALID_VALUE);
  }

  @Test
  void releasingTheContextFreesAllAndCountsWhatWasLeft() {
    cuda.allocate(8);
    cuda.create("cuMemHostAlloc", 8L, 0);
    cuda.create("cuEventCreate", 0);
    cuda.create("cuStreamCreate", 0);
    cuda.create("cublasCreate_v2");
    cuda.expect("cuDevicePrimaryCtxRelease_v2", 0);
    assertThat(standIn.figure(Figure.LEFT)).isEqualTo(5);
    assertThat(standIn.figure(Figure.HANDLES)).isZero();
    assertThat(standIn.figure(Figure.DEVICE_ALLOCATIONS)).isZero();
    assertThat(standIn.figure(Figure.HOST_ALLOCATIONS)).isZero();
    assertThat(standIn.figure(Figure.CONTEXTS_RETAINED)).isZero();
    assertThat(cuda.call("cuMemAlloc_v2", cuda.out(), 8L)).isNotZero().isNotEqualTo(ILLEGAL_ADDRESS);
  }
}
