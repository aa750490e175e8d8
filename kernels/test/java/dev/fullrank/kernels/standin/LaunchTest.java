package dev.fullrank.kernels.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fullrank.kernels.ptx.PtxFault;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A kernel written by hand goes through the stand-in driver into the interpreter and back. */
class LaunchTest {
  private static final int INVALID_VALUE = 1;
  private static final int INVALID_IMAGE = 200;
  private static final int NO_BINARY_FOR_GPU = 209;
  private static final int INVALID_PTX = 218;
  private static final int UNSUPPORTED_PTX_VERSION = 222;
  private static final int INVALID_HANDLE = 400;
  private static final int NOT_FOUND = 500;
  private static final int ILLEGAL_ADDRESS = 700;
  private static final int LAUNCH_FAILED = 719;

  /** out_i = factor · in_i for i < n, one thread an element. */
  private static final String SCALE =
      """
      .version 7.0
      .target sm_75
      .address_size 64
      .visible .entry scale(
      	.param .u64 scale_param_0, // in
      	.param .u64 scale_param_1,
      	.param .u64 scale_param_2,
      	.param .f64 scale_param_3
      )
      {
      	.reg .pred 	%p<2>;
      	.reg .b32 	%r<4>;
      	.reg .f64 	%fd<4>;
      	.reg .b64 	%rd<10>;
      	ld.param.u64 	%rd1, [scale_param_0];
      	ld.param.u64 	%rd2, [scale_param_1];
      	ld.param.u64 	%rd3, [scale_param_2];
      	ld.param.f64 	%fd1, [scale_param_3];
      	mov.u32 	%r1, %ctaid.x;
      	mov.u32 	%r2, %ntid.x;
      	mov.u32 	%r3, %tid.x;
      	mul.wide.u32 	%rd4, %r1, %r2;
      	cvt.u64.u32 	%rd5, %r3;
      	add.s64 	%rd6, %rd4, %rd5;
      	setp.ge.s64 	%p1, %rd6, %rd3;
      	@%p1 bra 	$L__BB0_2;
      	cvta.to.global.u64 	%rd1, %rd1;
      	cvta.to.global.u64 	%rd2, %rd2;
      	shl.b64 	%rd7, %rd6, 3;
      	add.s64 	%rd8, %rd1, %rd7;
      	add.s64 	%rd9, %rd2, %rd7;
      	ld.global.f64 	%fd2, [%rd8];
      	mul.f64 	%fd3, %fd2, %fd1;
      	st.global.f64 	[%rd9], %fd3;
      $L__BB0_2:
      	ret;
      }
      """;

  private final StandIn standIn = StandIn.fresh();
  private final DirectCuda cuda = new DirectCuda(standIn);
  private final long module = cuda.create("cuModuleLoadData", image(SCALE));
  private final long scale = cuda.create("cuModuleGetFunction", module, image("scale"));

  @AfterEach
  void close() {
    cuda.close();
  }

  private MemorySegment image(String text) {
    MemorySegment memory = cuda.host(text.length() + 1L);
    memory.setString(0, text);
    return memory;
  }

  private int launch(int blocks, int threads, long in, long out, long n, double factor) {
    return launch(blocks, threads, 0, in, out, n, factor);
  }

  private int launch(int blocks, int threads, int sharedBytes, long in, long out, long n, double factor) {
    MemorySegment values = cuda.host(4L * Long.BYTES);
    MemorySegment addresses = cuda.host(4L * Long.BYTES);
    long[] parameters = {in, out, n, Double.doubleToRawLongBits(factor)};
    for (int i = 0; i < parameters.length; i++) {
      values.setAtIndex(ValueLayout.JAVA_LONG, i, parameters[i]);
      addresses.setAtIndex(ValueLayout.JAVA_LONG, i, values.address() + (long) i * Long.BYTES);
    }
    return cuda.call("cuLaunchKernel", scale, blocks, 1, 1, threads, 1, 1, sharedBytes, 0L, addresses, 0L);
  }

  @Test
  void aKernelComputes() {
    long in = cuda.upload(Real.DOUBLE, 1, 2, 3, 4, 5);
    long out = cuda.allocate(5 * Double.BYTES);
    assertThat(launch(3, 2, in, out, 5, 3)).isZero();
    assertThat(cuda.download(Real.DOUBLE, out, 5)).containsExactly(3, 6, 9, 12, 15);
    assertThat(standIn.figure(Figure.LAUNCHES)).isEqualTo(1);
    standIn.expectNoFault();
  }

  @Test
  void aDeferredKernelRunsWhenItIsWaitedForWithTheParametersOfItsLaunch() {
    long in = cuda.upload(Real.DOUBLE, 1, 2);
    long out = cuda.upload(Real.DOUBLE, 0, 0);
    standIn.deferred(true);
    assertThat(launch(1, 2, in, out, 2, 3)).isZero();
    assertThat(standIn.memory().isWritten(out, 16)).isTrue();
    assertThat(MemorySegment.ofAddress(out).reinterpret(16).toArray(ValueLayout.JAVA_DOUBLE)).containsOnly(0);
    assertThat(cuda.download(Real.DOUBLE, out, 2)).containsExactly(3, 6);
  }

  @Test
  void aFaultBreaksTheContextAndKeepsTheException() {
    long in = cuda.upload(Real.DOUBLE, 1, 2);
    assertThat(launch(1, 3, in, in, 3, 3)).isZero();
    assertThat(cuda.call("cuStreamSynchronize", 0L)).isEqualTo(LAUNCH_FAILED);
    assertThat(cuda.call("cuMemAlloc_v2", cuda.out(), 8L)).isEqualTo(LAUNCH_FAILED);
    assertThat(standIn.fault()).isInstanceOf(PtxFault.class).hasMessageContaining("scale");
    assertThatThrownBy(standIn::expectNoFault).isInstanceOf(AssertionError.class).hasCauseInstanceOf(PtxFault.class);
  }

  @Test
  void memoryThatNobodyWroteIsAFault() {
    long in = cuda.allocate(8);
    assertThat(launch(1, 1, in, in, 1, 3)).isZero();
    assertThat(standIn.fault()).hasMessageContaining("never written");
  }

  @Test
  void aParameterInFreedMemoryIsAFault() {
    long in = cuda.upload(Real.DOUBLE, 1);
    cuda.free(in);
    assertThat(launch(1, 1, in, in, 1, 3)).isZero();
    assertThat(cuda.call("cuCtxSynchronize")).isEqualTo(ILLEGAL_ADDRESS);
    assertThat(standIn.complaint()).contains("scale: parameter 0").contains("freed memory");
  }

  @Test
  void shapesThatNoDeviceTakesAreRefused() {
    long in = cuda.upload(Real.DOUBLE, 1);
    assertThat(launch(0, 1, in, in, 1, 3)).isEqualTo(INVALID_VALUE);
    assertThat(launch(1, 1025, in, in, 1, 3)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cuLaunchKernel", scale, 1, 65536, 1, 1, 1, 1, 0, 0L, in, 0L)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cuLaunchKernel", scale, 1, 1, 1, 1, 1, 1, 49153, 0L, in, 0L)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cuLaunchKernel", scale, 1, 1, 1, 1, 1, 1, 0, 0L, 0L, 0L)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.call("cuLaunchKernel", 4711L, 1, 1, 1, 1, 1, 1, 0, 0L, in, 0L)).isEqualTo(INVALID_HANDLE);
    assertThat(cuda.call("cuLaunchKernel", scale, 1, 1, 1, 1, 1, 1, 0, 4711L, in, 0L)).isEqualTo(INVALID_HANDLE);
  }

  @Test
  void moreSharedMemoryThanEveryDeviceGrantsMustBeAllowed() {
    int mostDynamicShared = 8;
    long in = cuda.upload(Real.DOUBLE, 1);
    assertThat(launch(1, 1, 48 << 10, in, in, 1, 3)).isZero();
    assertThat(launch(1, 1, (48 << 10) + 1, in, in, 1, 3)).isEqualTo(INVALID_VALUE);
    cuda.expect("cuFuncSetAttribute", scale, mostDynamicShared, 100 << 10);
    assertThat(launch(1, 1, 100 << 10, in, in, 1, 3)).isZero();
    assertThat(launch(1, 1, (100 << 10) + 1, in, in, 1, 3)).isEqualTo(INVALID_VALUE);
    standIn.sharedBytes(64 << 10);
    assertThat(cuda.call("cuFuncSetAttribute", scale, mostDynamicShared, 100 << 10)).isEqualTo(INVALID_VALUE);
    assertThat(cuda.download(Real.DOUBLE, in, 1)).containsExactly(9);
  }

  @Test
  void modulesAreLookedAt() {
    assertThat(load("no module")).isEqualTo(INVALID_IMAGE);
    assertThat(load(SCALE + "\u0001")).isEqualTo(INVALID_PTX);
    standIn.driverVersion(12_080);
    assertThat(load(SCALE.replace("7.0", "9.0"))).isEqualTo(UNSUPPORTED_PTX_VERSION);
    standIn.capability(70);
    assertThat(load(SCALE)).isEqualTo(NO_BINARY_FOR_GPU);
    assertThat(cuda.call("cuModuleGetFunction", cuda.out(), module, image("scal"))).isEqualTo(NOT_FOUND);
    cuda.expect("cuModuleUnload", module);
    assertThat(cuda.call("cuModuleGetFunction", cuda.out(), module, image("scale"))).isEqualTo(INVALID_HANDLE);
    assertThat(launch(1, 1, 0, 0, 0, 0)).isEqualTo(INVALID_HANDLE);
  }

  private int load(String text) {
    return cuda.call("cuModuleLoadData", cuda.out(), image(text));
  }
}
