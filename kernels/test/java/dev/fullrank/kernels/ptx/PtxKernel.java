package dev.fullrank.kernels.ptx;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** An entry of a module. Safe for use by several threads on different memories; launches on one memory take turns. */
public final class PtxKernel {
  /** What every device grants a block without being asked; variables may not have more. */
  private static final int MOST_STATIC_SHARED_BYTES = 48 << 10;

  /** What the most generous device grants a kernel that was allowed more; whether it was is the driver's to know. */
  private static final int MOST_SHARED_BYTES = 227 << 10;

  private final Program program;
  private final Map<String, List<Integer>> limits;
  private final List<Region> variables;

  /**
   * A kernel.
   *
   * @param limits numbers of header directives
   * @param variables of the module that live in device memory
   */
  PtxKernel(Program program, Map<String, List<Integer>> limits, List<Region> variables) {
    this.program = program;
    this.limits = limits;
    this.variables = variables;
  }

  /** Its name in the module. */
  public String name() {
    return program.name();
  }

  /** Bytes of each parameter, in order. */
  public List<Integer> parameterSizes() {
    return program.parameters().stream().map(MemoryLayout.Place::bytes).toList();
  }

  /** Most threads of a block that {@code .maxntid} or {@code .reqntid} allows; 1024 if neither is given. */
  public int mostThreads() {
    List<Integer> stated = limits.getOrDefault(".reqntid", limits.getOrDefault(".maxntid", List.of(Grid.MOST_THREADS)));
    return stated.stream().reduce(1, Math::multiplyExact);
  }

  /** Bytes of its shared variables. */
  public int sharedBytes() {
    return program.shared().stream().mapToInt(MemoryLayout.Place::bytes).sum();
  }

  /** Runs x · y blocks, first to last, with parameters that are all of 64 bits. */
  public void launch(DeviceMemory memory, int gridX, int gridY, int threads, int sharedBytes, long... parameters) {
    launch(memory, new Grid(gridX, gridY, threads, sharedBytes), parameters);
  }

  /** The same with any order of blocks. A double goes by its bits. */
  public void launch(DeviceMemory memory, Grid grid, long... parameters) {
    byte[][] raw = new byte[parameters.length][];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(parameters[i]).array();
    }
    launch(memory, grid, raw);
  }

  /**
   * Runs all blocks of a grid.
   *
   * @param parameters the bytes of each, as many as it is declared with
   * @throws IllegalArgumentException if count or size of the parameters, the block or its shared memory do not fit
   * @throws PtxFault if the kernel does what a GPU punishes or leaves undefined
   */
  public void launch(DeviceMemory memory, Grid grid, byte[]... parameters) {
    checkBlock(grid);
    byte[] packed = pack(parameters);
    synchronized (memory) {
      variables.forEach(memory::attach);
      memory.timeline().startLaunch();
      try (Arena arena = Arena.ofConfined()) {
        Block block = new Block(program, new BlockMemory(memory, program, grid, packed, arena), grid);
        for (int i : grid.order().of(Math.multiplyExact(grid.x(), grid.y()))) {
          block.run(i % grid.x(), i / grid.x(), grid);
        }
      }
    }
  }

  private void checkBlock(Grid grid) {
    boolean exact = limits.containsKey(".reqntid");
    if (grid.threads() > mostThreads() || (exact && grid.threads() < mostThreads())) {
      throw refused(grid.threads() + " threads a block, where " + (exact ? ".reqntid" : ".maxntid") + " says " + mostThreads());
    }
    int variables = sharedBytes();
    if (variables > MOST_STATIC_SHARED_BYTES) {
      throw refused(variables + " bytes of shared variables, more than the " + MOST_STATIC_SHARED_BYTES + " that every device grants");
    }
    int shared = grid.sharedBytes() + variables;
    if (shared > MOST_SHARED_BYTES) {
      throw refused(shared + " bytes of shared memory, more than the " + MOST_SHARED_BYTES + " that any device grants");
    }
  }

  private byte[] pack(byte[]... values) {
    List<MemoryLayout.Place> places = program.parameters();
    if (values.length != places.size()) {
      throw refused(values.length + " parameters, where " + places.size() + " are declared");
    }
    byte[] packed = new byte[places.isEmpty() ? 0 : (int) places.getLast().address() + places.getLast().bytes()];
    for (int i = 0; i < values.length; i++) {
      MemoryLayout.Place place = places.get(i);
      if (values[i].length != place.bytes()) {
        throw refused(values[i].length + " bytes for parameter " + place.name() + ", which has " + place.bytes());
      }
      System.arraycopy(values[i], 0, packed, (int) place.address(), place.bytes());
    }
    return packed;
  }

  private IllegalArgumentException refused(String problem) {
    return new IllegalArgumentException(name() + ": " + problem);
  }
}
