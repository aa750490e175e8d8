package dev.fullrank.kernels.ptx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The memories that the threads of a block see. */
final class BlockMemory {
  /** Every variable of shared, local and parameter memory is aligned to no more. */
  private static final int ALIGNMENT = 256;

  private final DeviceMemory device;
  private final List<Region> shared = new ArrayList<>();
  private final List<Region> local = new ArrayList<>();
  private final Region parameters;

  BlockMemory(DeviceMemory device, Program program, Grid grid, byte[] parameters, Arena arena) {
    this.device = device;
    if (grid.sharedBytes() > 0) {
      shared.add(region("the dynamic shared memory", Space.SHARED, 0, grid.sharedBytes(), Region.Sharing.BLOCK, arena));
    }
    for (MemoryLayout.Place place : program.shared()) {
      shared.add(region("the shared variable " + place.name(), Space.SHARED, place.address(), place.bytes(), Region.Sharing.BLOCK, arena));
    }
    for (int i = 0; i < grid.threads() && program.localBytes() > 0; i++) {
      local.add(region("the local memory", Space.LOCAL, 0, program.localBytes(), Region.Sharing.NONE, arena));
    }
    this.parameters = region("the parameters", Space.PARAM, 0, parameters.length, Region.Sharing.NONE, arena);
    this.parameters.data().copyFrom(MemorySegment.ofArray(parameters));
    this.parameters.markWritten(Space.PARAM.window(), parameters.length);
  }

  private static Region region(String name, Space space, long address, int bytes, Region.Sharing sharing, Arena arena) {
    return new Region(name, space.window() + address, arena.allocate(bytes, ALIGNMENT), sharing);
  }

  /** Begins another block, whose shared and local memory nobody wrote. */
  void startBlock() {
    shared.forEach(Region::clear);
    local.forEach(Region::clear);
    timeline().startBlock();
  }

  Timeline timeline() {
    return device.timeline();
  }

  /** The region that holds the byte at a generic address, which must be in the given space; null if there is none. */
  @Nullable Region find(Space space, long address, int thread) {
    return switch (space) {
      case SHARED -> shared(address);
      case LOCAL -> local.isEmpty() || !local.get(thread).contains(address) ? null : local.get(thread);
      case PARAM -> parameters.contains(address) ? parameters : null;
      default -> device.find(address);
    };
  }

  /** Says of an address that {@link #find} does not know where it is. */
  String describe(Space space, long address) {
    return switch (space) {
      case SHARED, LOCAL, PARAM -> "outside of all variables, at " + space.toString().toLowerCase(Locale.ROOT) + " address "
          + (address - space.window());
      default -> device.describe(address);
    };
  }

  private @Nullable Region shared(long address) {
    for (Region region : shared) {
      if (region.contains(address)) {
        return region;
      }
    }
    return null;
  }
}
