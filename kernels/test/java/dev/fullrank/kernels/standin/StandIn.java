package dev.fullrank.kernels.standin;

import dev.fullrank.kernels.ptx.BlockOrder;
import dev.fullrank.kernels.ptx.DeviceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stand-in driver of this process: settings, counters and faults. The libraries lie in the folder that the system property {@value
 * #PROPERTY} names; where it is not set they are compiled, and it is set, so that the library under test finds the same files. The first
 * user in a process decides. Safe for use by any number of threads, but settings, counters and faults exist once.
 *
 * <p>By default there is one device of compute capability 9.0 with 1 GiB, and work is done at once. {@link #deferred} makes each stream
 * keep its work until something waits for it.
 */
public final class StandIn {
  /** The folder of CUDA's libraries, for the stand-in and for the library under test. */
  public static final String PROPERTY = "fullrank.cuda.libraries";

  /** The variable with settings for another process, such as {@code "devices=2,memory=1000000,fail=cuLaunchKernel:1:700"}. */
  public static final String VARIABLE = "FULLRANK_STANDIN";

  private static final String DRIVER = "libcuda.so.1";

  /** More than the stand-in's longest complaint. */
  private static final int COMPLAINT_BYTES = 1024;

  private static @Nullable StandIn instance;

  private final Path folder;
  private final NativeFunctions driver;
  private final Launcher launcher;

  private StandIn(Path folder) {
    this.folder = folder;
    driver = new NativeFunctions(folder, DRIVER);
    if (!driver.has("standin_set")) {
      throw new IllegalStateException(folder + ", which " + PROPERTY + " names, holds another driver than the stand-in");
    }
    launcher = new Launcher(driver);
    launcher.install();
  }

  /** The stand-in of this process, with all settings as they were at its start and nothing counted. */
  public static synchronized StandIn fresh() {
    if (instance == null) {
      if (System.getProperty(PROPERTY) == null) {
        System.setProperty(PROPERTY, folder(12).toString());
      }
      instance = new StandIn(Path.of(System.getProperty(PROPERTY)).toAbsolutePath());
    }
    instance.reset();
    return instance;
  }

  /** Where the libraries of a version of CUDA are, 12 or 13; compiles them if need be. */
  public static Path folder(int major) {
    String named = System.getProperty(PROPERTY);
    Path sibling = named == null ? null : Path.of(named).toAbsolutePath().resolveSibling("cuda" + major);
    return sibling != null && Files.exists(sibling.resolve(DRIVER)) ? sibling : StandInBuild.folder().resolve("cuda" + major);
  }

  /** The folder of this process's libraries. */
  public Path folder() {
    return folder;
  }

  /** All settings as at the start; counts, failures, the complaint and the fault are forgotten. What is allocated stays. */
  public void reset() {
    driver.call("standin_default_settings");
    driver.call("standin_reset");
    launcher.forget();
  }

  /** How many devices there are, 0 to 16. */
  public void devices(int count) {
    set("devices", count);
  }

  /** What cuInit returns: a value of CUresult. */
  public void initResult(int code) {
    set("init", code);
  }

  /** The version of CUDA that the driver says it supports, major·1000 + minor·10. */
  public void driverVersion(int version) {
    set("driver", version);
  }

  /** The compute capability of all devices, major·10 + minor. */
  public void capability(int capability) {
    set("capability", capability);
  }

  /** Bytes of each device; allocations beyond fail with CUDA_ERROR_OUT_OF_MEMORY. */
  public void memoryLimit(long bytes) {
    set("memory", bytes);
  }

  /** The most bytes of shared memory of a block, for functions that were allowed it. */
  public void sharedBytes(int bytes) {
    set("shared", bytes);
  }

  /** Whether work stays in its stream until something waits for it, so that a missing wait shows. */
  public void deferred(boolean deferred) {
    set("deferred", deferred ? 1 : 0);
  }

  /** What gesvdj ends with. */
  public void gesvdj(Outcome outcome) {
    set("gesvdj", outcome.code());
  }

  /** What gesvdjBatched ends with for the last matrix of a batch. */
  public void gesvdjBatched(Outcome outcome) {
    set("gesvdjBatched", outcome.code());
  }

  /** What gesvd ends with. */
  public void gesvd(Outcome outcome) {
    set("gesvd", outcome.code());
  }

  /** By how many ulps of 1 values and vectors of gesvdj and gesvdjBatched are too large, at most and relatively. */
  public void noise(int ulps) {
    set("noise", ulps);
  }

  /** Whether the first entry of what syrk computes is wrong, by one in a thousand. */
  public void syrkIsWrong(boolean wrong) {
    set("syrk", wrong ? Outcome.WRONG.code() : 0);
  }

  /** The order in which the blocks of a launch run. */
  public void blockOrder(BlockOrder order) {
    launcher.order(order);
  }

  /**
   * Lets one call of a function do nothing but return a code of its library. Codes of the driver that break a context break the current
   * one: every later call returns them too.
   *
   * @param function its name, with or without _v2, or the start of names followed by a star
   * @param nth which call from now on, from 1
   */
  public void fail(String function, int nth, int code) {
    addFailure(function, nth, code);
  }

  /** The same with every call from now on. */
  public void failAlways(String function, int code) {
    addFailure(function, 0, code);
  }

  /**
   * Breaks every context, as a fault of earlier work does: what is pending is dropped, and every later call returns the code.
   *
   * @param code a value of CUresult after which a context is of no use, such as 700
   */
  public void breakContexts(int code) {
    if (driver.call("standin_break", code) != 0) {
      throw new IllegalArgumentException(code + " does not break a context");
    }
  }

  /** Calls of a function, named as in {@link #fail}, since the last {@link #reset}. */
  public long calls(String function) {
    try (Arena arena = Arena.ofConfined()) {
      return driver.callForLong("standin_calls", arena.allocateFrom(function));
    }
  }

  /** What the stand-in counted. */
  public long figure(Figure figure) {
    try (Arena arena = Arena.ofConfined()) {
      return driver.callForLong("standin_figure", arena.allocateFrom(figure.key()));
    }
  }

  /** Device memory as a program allocates it that uses the library; a context must be current. */
  public long allocate(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ValueLayout.JAVA_LONG);
      require("cuMemAlloc_v2", driver.call("cuMemAlloc_v2", address, bytes));
      return address.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /** Gives device memory back. */
  public void free(long address) {
    require("cuMemFree_v2", driver.call("cuMemFree_v2", address));
  }

  /** Waits for all streams, as a program does before it looks at what the library computed. */
  public void synchronise() {
    require("cuCtxSynchronize", driver.call("cuCtxSynchronize"));
  }

  private static void require(String function, int code) {
    if (code != 0) {
      throw new IllegalStateException(function + " returned " + code);
    }
  }

  /** What the interpreter knows of the device's memory; addresses are the device's. */
  public DeviceMemory memory() {
    return launcher.memory();
  }

  /** The first sentence about wrong use since the last {@link #reset}; empty if there was none. */
  public String complaint() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(COMPLAINT_BYTES);
      driver.call("standin_complaint", text, (long) COMPLAINT_BYTES);
      return text.getString(0);
    }
  }

  /** The names of the kernels that were launched since the last {@link #reset}. */
  public Set<String> launched() {
    return launcher.launched().keySet();
  }

  /** How often a kernel was launched since the last {@link #reset}. */
  public long launches(String kernel) {
    return launcher.launched().getOrDefault(kernel, 0L);
  }

  /** Argument i of the last launch of a kernel since the last {@link #reset}. */
  public long argument(String kernel, int i) {
    return launcher.argument(kernel, i);
  }

  /** The first exception of the interpreter since the last {@link #reset}, or null. */
  public @Nullable Throwable fault() {
    return launcher.fault();
  }

  /** Fails if the stand-in was used wrongly, a kernel failed, or something wrote outside of its memory. */
  public void expectNoFault() {
    String complaint = complaint();
    Throwable fault = fault();
    if (!complaint.isEmpty() || fault != null) {
      throw new AssertionError(complaint.isEmpty() ? "a kernel failed" : complaint, fault);
    }
    if (figure(Figure.DAMAGED) != 0) {
      throw new AssertionError("something wrote just outside of device memory or pinned memory, or into it after it was freed");
    }
  }

  private void set(String name, long value) {
    try (Arena arena = Arena.ofConfined()) {
      if (driver.call("standin_set", arena.allocateFrom(name), value) != 0) {
        throw new IllegalArgumentException(name + " cannot be " + value);
      }
    }
  }

  private void addFailure(String function, long nth, int code) {
    try (Arena arena = Arena.ofConfined()) {
      if (driver.call("standin_fail", arena.allocateFrom(function), nth, code) != 0) {
        throw new IllegalArgumentException(function + ", call " + nth + ", code " + code);
      }
    }
  }
}
