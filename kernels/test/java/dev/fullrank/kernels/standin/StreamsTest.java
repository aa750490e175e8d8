package dev.fullrank.kernels.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deferred work: what is not waited for has not happened, and what is ordered happens in order. */
class StreamsTest {
  private static final int NOT_READY = 600;
  private static final int INVALID_HANDLE = 400;
  private static final int NON_BLOCKING = 1;
  private static final long DEFAULT_STREAM = 0;

  private final StandIn standIn = StandIn.fresh();
  private final DirectCuda cuda = new DirectCuda(standIn);
  private final long first = cuda.create("cuStreamCreate", NON_BLOCKING);
  private final long second = cuda.create("cuStreamCreate", NON_BLOCKING);
  private final long device = cuda.allocate(Double.BYTES);
  private final MemorySegment source = cuda.host(1.0);
  private final MemorySegment target = cuda.host(0.0);

  @BeforeEach
  void defer() {
    standIn.deferred(true);
  }

  @AfterEach
  void close() {
    standIn.expectNoFault();
    cuda.close();
  }

  private void toDevice(long stream) {
    cuda.expect("cuMemcpyHtoDAsync_v2", device, source, (long) Double.BYTES, stream);
  }

  private void toHost(long stream) {
    cuda.expect("cuMemcpyDtoHAsync_v2", target, device, (long) Double.BYTES, stream);
  }

  private double result() {
    return target.get(ValueLayout.JAVA_DOUBLE, 0);
  }

  @Test
  void aResultThatIsNotWaitedForIsNaN() {
    toDevice(first);
    toHost(first);
    assertThat(result()).isNaN();
    cuda.expect("cuStreamSynchronize", second);
    assertThat(result()).isNaN();
    cuda.expect("cuStreamSynchronize", first);
    assertThat(result()).isEqualTo(1);
  }

  @Test
  void withoutDeferringWorkIsDoneAtOnce() {
    standIn.deferred(false);
    toDevice(first);
    toHost(first);
    assertThat(result()).isEqualTo(1);
  }

  @Test
  void aSourceThatIsChangedTooEarlyArrivesChanged() {
    toDevice(first);
    source.set(ValueLayout.JAVA_DOUBLE, 0, 2);
    toHost(first);
    cuda.expect("cuStreamSynchronize", first);
    assertThat(result()).isEqualTo(2);
  }

  @Test
  void anotherStreamSeesWorkOnlyBehindAnEvent() {
    toDevice(first);
    toHost(second);
    cuda.expect("cuStreamSynchronize", second);
    assertThat(result()).isNaN();
    long event = cuda.create("cuEventCreate", 0);
    cuda.expect("cuEventRecord", event, first);
    cuda.expect("cuStreamWaitEvent", second, event, 0);
    toHost(second);
    cuda.expect("cuStreamSynchronize", second);
    assertThat(result()).isEqualTo(1);
  }

  @Test
  void anEventIsWaitedForUpToItsRecord() {
    toDevice(first);
    long event = cuda.create("cuEventCreate", 0);
    long later = cuda.create("cuEventCreate", 0);
    cuda.expect("cuEventRecord", event, first);
    toHost(first);
    cuda.expect("cuEventRecord", later, first);
    cuda.expect("cuEventSynchronize", event);
    assertThat(result()).isNaN();
    assertThat(cuda.call("cuEventElapsedTime", cuda.out(), event, later)).isEqualTo(NOT_READY);
    cuda.expect("cuEventSynchronize", later);
    assertThat(result()).isEqualTo(1);
    cuda.expect("cuEventElapsedTime", cuda.out(), event, later);
    assertThat(cuda.out().get(ValueLayout.JAVA_FLOAT, 0)).isNotNegative();
  }

  @Test
  void queriesMakeProgressOneStepAtATime() {
    toDevice(first);
    toHost(first);
    assertThat(cuda.call("cuStreamQuery", first)).isEqualTo(NOT_READY);
    assertThat(result()).isNaN();
    cuda.expect("cuStreamQuery", first);
    assertThat(result()).isEqualTo(1);
  }

  @Test
  void theDefaultStreamIsOrderedWithBlockingStreamsOnly() {
    long blocking = cuda.create("cuStreamCreate", 0);
    toDevice(blocking);
    toHost(DEFAULT_STREAM);
    cuda.expect("cuStreamSynchronize", DEFAULT_STREAM);
    assertThat(result()).isEqualTo(1);
    source.set(ValueLayout.JAVA_DOUBLE, 0, 2);
    toDevice(DEFAULT_STREAM);
    toHost(blocking);
    cuda.expect("cuStreamSynchronize", blocking);
    assertThat(result()).isEqualTo(2);
    source.set(ValueLayout.JAVA_DOUBLE, 0, 3);
    toDevice(first);
    toHost(DEFAULT_STREAM);
    cuda.expect("cuStreamSynchronize", DEFAULT_STREAM);
    assertThat(result()).isEqualTo(2);
  }

  @Test
  void freeingMemoryWaits() {
    long other = cuda.allocate(1);
    toDevice(first);
    toHost(first);
    cuda.free(other);
    assertThat(result()).isEqualTo(1);
  }

  @Test
  void aBufferThatPendingWorkReadsIsNotPoisoned() {
    cuda.expect("cuMemcpyHtoDAsync_v2", device, target, (long) Double.BYTES, first);
    toHost(first);
    cuda.expect("cuStreamSynchronize", first);
    assertThat(result()).isZero();
  }

  @Test
  void librariesPutTheirWorkIntoTheStreamOfTheirHandle() {
    long handle = cuda.create("cublasCreate_v2");
    cuda.expect("cublasSetStream_v2", handle, first);
    toDevice(first);
    MemorySegment two = cuda.host(2.0);
    long square = cuda.allocate(Double.BYTES);
    cuda.expect("cublasDgemm_v2", handle, 0, 0, 1, 1, 1, two, device, 1, device, 1, cuda.host(0.0), square, 1);
    two.set(ValueLayout.JAVA_DOUBLE, 0, 4);
    cuda.expect("cuMemcpyDtoHAsync_v2", target, square, (long) Double.BYTES, first);
    cuda.expect("cuStreamSynchronize", first);
    assertThat(result()).isEqualTo(2);
  }

  @Test
  void waitsAndCopiesAreCounted() {
    toDevice(first);
    toHost(first);
    cuda.expect("cuStreamSynchronize", first);
    assertThat(standIn.figure(Figure.SYNCHRONISATIONS)).isEqualTo(1);
    assertThat(standIn.figure(Figure.COPIES_TO_DEVICE)).isEqualTo(1);
    assertThat(standIn.figure(Figure.BYTES_TO_HOST)).isEqualTo(Double.BYTES);
    assertThat(standIn.calls("cuMemcpy*")).isEqualTo(2);
    assertThat(standIn.figure(Figure.STREAMS)).isEqualTo(2);
  }

  @Test
  void aDestroyedStreamIsRecognised() {
    cuda.expect("cuStreamDestroy_v2", second);
    assertThat(cuda.call("cuStreamSynchronize", second)).isEqualTo(INVALID_HANDLE);
    assertThat(standIn.complaint()).contains("no stream");
    standIn.reset();
  }
}
