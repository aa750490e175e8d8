package dev.fullrank.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * NVIDIA's driver, asked by the foreign function interface before any class of JCuda is touched: once the initializer of one of those
 * has failed, the class stays unusable.
 */
final class Driver {
  /** CUDA 12.0, as major·1000 + minor·10: what JCuda's natives were built with, and what cuBLAS 12 asks for. */
  private static final int LEAST_VERSION = 12_000;

  /** Bytes that no name of an error has; the longest so far is of 48. */
  private static final long NAME_BYTES = 256;

  // Values of CUresult.
  private static final int SUCCESS = 0;
  private static final int STUB_LIBRARY = 34;
  private static final int NO_DEVICE = 100;
  private static final int SYSTEM_NOT_READY = 802;
  private static final int SYSTEM_DRIVER_MISMATCH = 803;
  private static final int COMPAT_NOT_SUPPORTED_ON_DEVICE = 804;

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup functions;

  private Driver(SymbolLookup functions) {
    this.functions = functions;
  }

  /** The driver in one of the named folders, else the one of the system; it stays open, for JCuda's natives to be linked with. */
  static Driver find(CudaEnvironment environment) throws Refusal {
    for (Path folder : environment.folders()) {
      Path file = folder.resolve(environment.driver());
      if (Files.exists(file)) {
        return open(file);
      }
    }
    try {
      return new Driver(SymbolLookup.libraryLookup(environment.driver(), Arena.global()));
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          "no NVIDIA driver was found (" + environment.driver() + ")",
          "where there is an NVIDIA GPU, install its driver; start a container with --gpus all");
    }
  }

  private static Driver open(Path file) throws Refusal {
    try {
      return new Driver(SymbolLookup.libraryLookup(file, Arena.global()));
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          "the NVIDIA driver " + file + " cannot be opened", "look at ldd " + file + ", or name another folder of CUDA's libraries");
    }
  }

  /** Initialises the driver, makes sure that there is a device, and returns the CUDA version that the driver supports. */
  int start() throws Refusal {
    check("cuInit", call("cuInit", ValueLayout.JAVA_INT, 0));
    int version = ask("cuDriverGetVersion");
    if (version < LEAST_VERSION) {
      throw new Refusal(
          "the NVIDIA driver supports CUDA up to " + CudaGeneration.text(version),
          "update it to one for CUDA " + CudaGeneration.text(LEAST_VERSION) + " or newer");
    }
    if (ask("cuDeviceGetCount") == 0) {
      throw new Refusal("the NVIDIA driver sees no GPU", remedy(NO_DEVICE));
    }
    return version;
  }

  /** The number that a function writes to the address it is given. */
  private int ask(String function) throws Refusal {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
      check(function, call(function, ValueLayout.ADDRESS, number));
      return number.get(ValueLayout.JAVA_INT, 0);
    }
  }

  private void check(String function, int status) throws Refusal {
    if (status != SUCCESS) {
      throw new Refusal("the NVIDIA driver does not work: " + function + " reported " + name(status), remedy(status));
    }
  }

  private int call(String function, MemoryLayout parameter, Object argument) throws Refusal {
    return call(function, FunctionDescriptor.of(ValueLayout.JAVA_INT, parameter), argument);
  }

  private int call(String function, FunctionDescriptor descriptor, Object... arguments) throws Refusal {
    MemorySegment address = functions.find(function).orElse(MemorySegment.NULL);
    if (address.equals(MemorySegment.NULL)) {
      throw new Refusal("the NVIDIA driver has no function " + function, "reinstall it");
    }
    try {
      return (int) linker.downcallHandle(address, descriptor).invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native function throws nothing", e);
    }
  }

  /** The driver's name for one of its errors, or only the number. */
  private String name(int status) throws Refusal {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(ValueLayout.ADDRESS);
      int known =
          call(
              "cuGetErrorName",
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS),
              status,
              name);
      return known == SUCCESS
          ? name.get(ValueLayout.ADDRESS, 0).reinterpret(NAME_BYTES).getString(0) + " (" + status + ")"
          : "error " + status;
    }
  }

  private static String remedy(int status) {
    return switch (status) {
      case STUB_LIBRARY -> "this is the library for linking: take the folder 'stubs' out of LD_LIBRARY_PATH";
      case NO_DEVICE -> "see what nvidia-smi lists, and whether CUDA_VISIBLE_DEVICES hides it; start a container with --gpus all";
      case SYSTEM_NOT_READY -> "start the service nvidia-fabricmanager, which GPUs with NVSwitch need";
      case SYSTEM_DRIVER_MISMATCH, COMPAT_NOT_SUPPORTED_ON_DEVICE ->
          "the library and the kernel module are of different versions: restart after an update, or take CUDA's folder 'compat' out of"
              + " LD_LIBRARY_PATH";
      default -> "see whether nvidia-smi works, and restart the machine if it does not";
    };
  }
}
