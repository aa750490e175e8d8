package dev.fullrank.kernels.standin;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A program of its own that says what it sees of the stand-in in the folder that it is given; failures are negative. */
final class DriverProbe {
  private DriverProbe() {}

  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    NativeFunctions cuda = new NativeFunctions(folder, DirectCuda.libraries(folder));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      int init = cuda.call("cuInit", 0);
      int version = read(cuda.call("cuDriverGetVersion", out), out);
      int devices = read(cuda.call("cuDeviceGetCount", out), out);
      cuda.call("cuDevicePrimaryCtxRetain", out, 0);
      cuda.call("cuCtxSetCurrent", out.get(ValueLayout.JAVA_LONG, 0));
      cuda.call("cublasCreate_v2", out);
      int blas = read(cuda.call("cublasGetVersion_v2", out.get(ValueLayout.JAVA_LONG, 0), out), out);
      System.out.println("cuInit " + init + " version " + version + " devices " + devices + " cuBLAS " + blas);
    }
  }

  private static int read(int code, MemorySegment out) {
    return code == 0 ? out.get(ValueLayout.JAVA_INT, 0) : -code;
  }
}
