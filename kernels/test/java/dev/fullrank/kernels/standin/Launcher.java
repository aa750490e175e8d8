package dev.fullrank.kernels.standin;

import dev.fullrank.kernels.ptx.BlockOrder;
import dev.fullrank.kernels.ptx.DeviceMemory;
import dev.fullrank.kernels.ptx.Grid;
import dev.fullrank.kernels.ptx.PtxModule;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The interpreter as the stand-in driver calls it: runs kernels, and hears of memory that is allocated, freed or written. The driver calls
 * with its lock held, so that one call runs at a time.
 */
final class Launcher {
  /** CUDA_ERROR_LAUNCH_FAILED, which breaks the context: what a fault of any kind becomes. */
  private static final int LAUNCH_FAILED = 719;

  // Offsets of the fields of struct standin_launch in driver.h.
  private static final long FUNCTION = 0;
  private static final long MODULE = 8;
  private static final long GRID = 16;
  private static final long BLOCK = 28;
  private static final long SHARED_BYTES = 40;
  private static final long PARAMETERS = 44;
  private static final long PARAMETER = 48;
  private static final long VALUES = 56;
  private static final long LAUNCH_BYTES = 64;

  /** Bytes of struct parameter: offset and size, 32 bits each. */
  private static final long PARAMETER_BYTES = 8;

  private final NativeFunctions driver;
  private final DeviceMemory memory = new DeviceMemory();
  private final Map<String, PtxModule> parsed = new HashMap<>();
  private final Map<String, Long> launched = new ConcurrentHashMap<>();
  private final Map<String, byte[][]> arguments = new ConcurrentHashMap<>();
  private volatile BlockOrder order = BlockOrder.forward();
  private volatile @Nullable Throwable fault;

  Launcher(NativeFunctions driver) {
    this.driver = driver;
  }

  /** What the interpreter knows of the device's memory. */
  DeviceMemory memory() {
    return memory;
  }

  /** The first exception of a launch since the last {@link #forget}. */
  @Nullable Throwable fault() {
    return fault;
  }

  /** The names of the kernels that were launched since the last {@link #forget}, and how often. */
  Map<String, Long> launched() {
    return Map.copyOf(launched);
  }

  /** Argument i of the last launch of a kernel since the last {@link #forget}. */
  long argument(String kernel, int i) {
    byte[][] last = arguments.get(kernel);
    if (last == null) {
      throw new IllegalStateException(kernel + " was not launched");
    }
    return ByteBuffer.wrap(last[i]).order(ByteOrder.nativeOrder()).getLong();
  }

  void forget() {
    launched.clear();
    arguments.clear();
    fault = null;
    order = BlockOrder.forward();
  }

  void order(BlockOrder wanted) {
    order = wanted;
  }

  /** Makes the driver call this object from now on. */
  void install() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment functions = arena.allocate(ValueLayout.ADDRESS, 4);
      functions.setAtIndex(ValueLayout.ADDRESS, 0, stub("launch", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS)));
      functions.setAtIndex(
          ValueLayout.ADDRESS, 1, stub("allocated", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG)));
      functions.setAtIndex(ValueLayout.ADDRESS, 2, stub("freed", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG)));
      functions.setAtIndex(
          ValueLayout.ADDRESS,
          3,
          stub(
              "written",
              FunctionDescriptor.ofVoid(
                  ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG)));
      driver.call("standin_set_launcher", functions);
    }
  }

  private MemorySegment stub(String method, FunctionDescriptor descriptor) {
    MethodType type = descriptor.toMethodType();
    try {
      MethodHandle handle = MethodHandles.lookup().findVirtual(Launcher.class, method, type).bindTo(this);
      return Linker.nativeLinker().upcallStub(handle, descriptor, Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  // What leaves an upcall as an exception ends the JVM: the four methods below keep everything.

  @SuppressWarnings("UnusedMethod") // called from C
  private int launch(MemorySegment address) {
    try {
      run(address.reinterpret(LAUNCH_BYTES));
      return 0;
    } catch (Throwable e) {
      keep(e);
      return LAUNCH_FAILED;
    }
  }

  @SuppressWarnings("UnusedMethod") // called from C
  private void allocated(long address, long bytes) {
    keeping(() -> memory.register(address, bytes));
  }

  @SuppressWarnings("UnusedMethod") // called from C
  private void freed(long address) {
    keeping(() -> memory.unregister(address));
  }

  @SuppressWarnings("UnusedMethod") // called from C
  private void written(long address, long width, long pitch, long rows) {
    keeping(
        () -> {
          for (long row = 0; row < rows; row++) {
            memory.markWritten(address + row * pitch, width);
          }
        });
  }

  private void keeping(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      keep(e);
    }
  }

  private void keep(Throwable e) {
    if (fault == null) {
      fault = e;
    }
  }

  private void run(MemorySegment launch) {
    if (ints(launch, GRID)[2] != 1 || ints(launch, BLOCK)[1] != 1 || ints(launch, BLOCK)[2] != 1) {
      throw new IllegalArgumentException("the interpreter runs grids of two dimensions with blocks of one");
    }
    String function = string(launch.get(ValueLayout.JAVA_LONG, FUNCTION));
    byte[][] values = parameters(launch);
    launched.merge(function, 1L, Long::sum);
    arguments.put(function, values);
    int[] grid = ints(launch, GRID);
    Grid shape = new Grid(grid[0], grid[1], ints(launch, BLOCK)[0], launch.get(ValueLayout.JAVA_INT, SHARED_BYTES), order);
    module(launch.get(ValueLayout.JAVA_LONG, MODULE)).kernel(function).launch(memory, shape, values);
  }

  /** Modules with the same text are the same here. */
  private PtxModule module(long id) {
    String text = string(driver.callForLong("standin_module_text", id));
    return parsed.computeIfAbsent(text, PtxModule::parse);
  }

  private static byte[][] parameters(MemorySegment launch) {
    int count = launch.get(ValueLayout.JAVA_INT, PARAMETERS);
    MemorySegment places = memory(launch.get(ValueLayout.JAVA_LONG, PARAMETER), count * PARAMETER_BYTES);
    byte[][] values = new byte[count][];
    for (int i = 0; i < count; i++) {
      int offset = places.getAtIndex(ValueLayout.JAVA_INT, 2L * i);
      int bytes = places.getAtIndex(ValueLayout.JAVA_INT, 2L * i + 1);
      values[i] = memory(launch.get(ValueLayout.JAVA_LONG, VALUES) + offset, bytes).toArray(ValueLayout.JAVA_BYTE);
    }
    return values;
  }

  private static int[] ints(MemorySegment launch, long offset) {
    return launch.asSlice(offset, 3 * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
  }

  private static String string(long address) {
    return memory(address, Long.MAX_VALUE).getString(0);
  }

  private static MemorySegment memory(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }
}
