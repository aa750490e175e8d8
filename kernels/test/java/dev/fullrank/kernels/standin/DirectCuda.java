package dev.fullrank.kernels.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/** CUDA called directly, as a C program would: the context of device 0 is current in the thread that makes the object. */
final class DirectCuda implements AutoCloseable {
  private static final int OUT_BYTES = 16;

  /** Devices that the tests use at once. */
  private static final int MOST_DEVICES = 2;

  private final StandIn standIn;
  private final NativeFunctions functions;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment out = arena.allocate(OUT_BYTES, Long.BYTES);

  DirectCuda(StandIn standIn) {
    this.standIn = standIn;
    functions = new NativeFunctions(standIn.folder(), libraries(standIn.folder()));
    expect("cuInit", 0);
    makeCurrent(0);
  }

  /** Those of the version of CUDA that is there, each after what it needs. */
  static String[] libraries(Path folder) {
    return Files.exists(folder.resolve("libcublas.so.12"))
        ? new String[] {"libcuda.so.1", "libcublas.so.12", "libcusolver.so.11"}
        : new String[] {"libcuda.so.1", "libcublas.so.13", "libcusolver.so.12"};
  }

  /** Retains the context of a device and makes it current. */
  void makeCurrent(int device) {
    expect("cuCtxSetCurrent", create("cuDevicePrimaryCtxRetain", device));
  }

  /** Calls a function and returns its code. */
  int call(String name, Object... arguments) {
    return functions.call(name, arguments);
  }

  /** Calls a function that must succeed. */
  void expect(String name, Object... arguments) {
    assertThat(call(name, arguments)).as(name).isZero();
  }

  /** Calls a function that writes a handle or an address through its first argument, and returns that. */
  long create(String name, Object... others) {
    Object[] arguments = new Object[others.length + 1];
    arguments[0] = out;
    System.arraycopy(others, 0, arguments, 1, others.length);
    expect(name, arguments);
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  /** Room for results of calls, 16 bytes. */
  MemorySegment out() {
    return out;
  }

  /** The int that a call wrote to {@link #out}. */
  int outInt() {
    return out.get(ValueLayout.JAVA_INT, 0);
  }

  long allocate(long bytes) {
    return create("cuMemAlloc_v2", bytes);
  }

  void free(long... addresses) {
    for (long address : addresses) {
      expect("cuMemFree_v2", address);
    }
  }

  /** Host memory until this object is closed. */
  MemorySegment host(long bytes) {
    return arena.allocate(Math.max(bytes, 1), Long.BYTES);
  }

  /** Host memory with these numbers. */
  MemorySegment host(double... values) {
    MemorySegment memory = host((long) values.length * Double.BYTES);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_DOUBLE, 0, values.length);
    return memory;
  }

  /** New device memory with numbers of the given type. */
  long upload(Real real, double... values) {
    long address = allocate(real.bytes(Math.max(1, values.length)));
    MemorySegment memory = host(real.bytes(values.length));
    real.write(memory, values);
    expect("cuMemcpyHtoD_v2", address, memory, real.bytes(values.length));
    return address;
  }

  double[] download(Real real, long address, int count) {
    MemorySegment memory = host(real.bytes(count));
    expect("cuMemcpyDtoH_v2", memory, address, real.bytes(count));
    return real.read(memory, count);
  }

  int downloadInt(long address) {
    MemorySegment memory = host(Integer.BYTES);
    expect("cuMemcpyDtoH_v2", memory, address, (long) Integer.BYTES);
    return memory.get(ValueLayout.JAVA_INT, 0);
  }

  /** Gives back all references to contexts, whatever was set, and the thread's current one. */
  @Override
  public void close() {
    standIn.reset();
    standIn.devices(MOST_DEVICES);
    expect("cuCtxSetCurrent", MemorySegment.NULL);
    for (int device = 0; device < MOST_DEVICES; device++) {
      int code;
      do {
        code = call("cuDevicePrimaryCtxRelease_v2", device);
      } while (code == 0);
    }
    arena.close();
  }
}
