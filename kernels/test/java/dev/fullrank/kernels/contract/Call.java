package dev.fullrank.kernels.contract;

import dev.fullrank.kernels.ptx.DeviceMemory;
import dev.fullrank.kernels.ptx.Grid;
import dev.fullrank.kernels.ptx.PtxKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of a kernel. It is launched with several grids and orders of blocks, each time in fresh memory, all of which must give the same
 * bits, write all of the outputs, and leave inputs and gaps alone.
 */
final class Call {
  private final PtxKernel kernel;
  private final List<Parameter> parameters = new ArrayList<>();

  private record Parameter(long value, @Nullable DeviceArray array, boolean output) {}

  Call(Kernels kernels, String name) {
    kernel = kernels.kernel(name);
  }

  /** The next parameter, memory that must not change: what has values is to stay as it is, what has none must not be written. */
  Call input(DeviceArray array) {
    return add(0, array, false);
  }

  /** The next parameter, the same or null. */
  Call optional(@Nullable DeviceArray array) {
    return array == null ? count(0) : input(array);
  }

  /** The next parameter, a matrix that must not change, and its stride. */
  Call matrix(DeviceArray array) {
    return input(array).count(array.stride());
  }

  /** The next parameter, memory of which every element is to be written, or has a value already. */
  Call output(DeviceArray array) {
    return add(0, array, true);
  }

  /** The next parameter, an integer. */
  Call count(long value) {
    return add(value, null, false);
  }

  /** The next parameter, a truth value. */
  Call flag(boolean value) {
    return count(value ? 1 : 0);
  }

  /** The next parameter, a double. */
  Call number(double value) {
    return count(Double.doubleToRawLongBits(value));
  }

  private Call add(long value, @Nullable DeviceArray array, boolean output) {
    parameters.add(new Parameter(value, array, output));
    return this;
  }

  /** Launches; the outputs then have the values that the kernel left. */
  void launch(Blocks blocks) {
    @Nullable Map<DeviceArray, long[]> first = null;
    for (Grid grid : blocks.grids()) {
      Map<DeviceArray, long[]> found = launch(grid);
      if (first == null) {
        first = found;
      } else {
        compare(first, found, grid);
      }
    }
    if (first != null) {
      first.forEach(DeviceArray::become);
    }
  }

  private Map<DeviceArray, long[]> launch(Grid grid) {
    try (DeviceMemory memory = new DeviceMemory()) {
      Map<DeviceArray, Long> addresses = new LinkedHashMap<>();
      long[] values = new long[parameters.size()];
      for (int i = 0; i < values.length; i++) {
        Parameter parameter = parameters.get(i);
        DeviceArray array = parameter.array();
        if (array instanceof Table table) {
          table.link(linked -> addresses.computeIfAbsent(linked, a -> a.place(memory)));
        }
        values[i] = array == null ? parameter.value() : addresses.computeIfAbsent(array, a -> a.place(memory));
      }
      kernel.launch(memory, grid, values);
      Set<DeviceArray> written = written();
      Map<DeviceArray, long[]> outputs = new LinkedHashMap<>();
      addresses.forEach((array, address) -> {
        long[] found = array.collect(memory, address, written.contains(array), kernel.name());
        if (written.contains(array)) {
          outputs.put(array, found);
        }
      });
      return outputs;
    }
  }

  /** The arrays that are outputs, as parameters or in a table. */
  private Set<DeviceArray> written() {
    Set<DeviceArray> written = new HashSet<>();
    for (Parameter parameter : parameters) {
      if (parameter.output() && parameter.array() != null) {
        written.add(parameter.array());
      }
      if (parameter.array() instanceof Table table) {
        written.addAll(table.outputs());
      }
    }
    return written;
  }

  private void compare(Map<DeviceArray, long[]> first, Map<DeviceArray, long[]> found, Grid grid) {
    for (Map.Entry<DeviceArray, long[]> output : found.entrySet()) {
      int at = Arrays.mismatch(first.get(output.getKey()), output.getValue());
      if (at >= 0) {
        throw new AssertionError(kernel.name() + ": element " + at + " of " + output.getKey() + " has other bits with " + grid);
      }
    }
  }
}
