package dev.fullrank.kernels.ptx;

import org.jspecify.annotations.Nullable;

/**
 * The memory side of an instruction: finds the place of each lane and checks it.
 *
 * @param type of one element
 * @param count of elements, which lie side by side
 * @param strong whether other threads may be meant to see it at any time: {@code .volatile}, {@code .relaxed} and the like
 */
record Access(Decoding.Place place, Type type, int count, boolean strong) {
  /** The generic address that a lane accesses. */
  long address(Warp warp, int lane) {
    long address = warp.registers().get(place.base(), lane) + place.offset();
    return address + place.space().window();
  }

  /** The region of it, where all elements lie inside and aligned. */
  Region region(Warp warp, int lane, long address) {
    Space space = place.space().of(address);
    Region region = warp.memory().find(space, address, warp.thread(lane));
    if (region == null) {
      throw warp.fault(lane, warp.memory().describe(space, address));
    }
    require(warp, lane, region.checkBounds(address, count * type.bytes()));
    return region;
  }

  long load(Warp warp, int lane, Region region, long address) {
    Timeline timeline = warp.enter(lane);
    int bytes = type.bytes();
    String problem = strong ? region.checkStrongLoad(address, bytes, timeline) : region.checkLoad(address, bytes, timeline);
    require(warp, lane, problem);
    return region.get(address, bytes);
  }

  void store(Warp warp, int lane, Region region, long address, long value) {
    Timeline timeline = warp.enter(lane);
    int bytes = type.bytes();
    String problem =
        strong ? region.checkStrongStore(address, bytes, value, timeline) : region.checkStore(address, bytes, value, timeline);
    require(warp, lane, problem);
    region.put(address, bytes, value);
  }

  /** The old value of an element that nobody else touches until {@link #replace}. */
  long exclusive(Warp warp, int lane, Region region, long address) {
    require(warp, lane, region.checkAtomic(address, type.bytes(), warp.enter(lane)));
    return region.get(address, type.bytes());
  }

  void replace(Region region, long address, long value) {
    region.put(address, type.bytes(), value);
  }

  private static void require(Warp warp, int lane, @Nullable String problem) {
    if (problem != null) {
      throw warp.fault(lane, problem);
    }
  }
}
