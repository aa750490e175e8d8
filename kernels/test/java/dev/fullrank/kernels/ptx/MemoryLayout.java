package dev.fullrank.kernels.ptx;

import java.util.ArrayList;
import java.util.List;

/** Gives variables their addresses in one memory of a kernel. */
final class MemoryLayout {
  /** A variable and where it lies. */
  record Place(String name, long address, int bytes) {}

  private final List<Place> places = new ArrayList<>();
  private final int gap;
  private long end;

  /**
   * An empty layout.
   *
   * @param start address of the first variable
   * @param gap unused bytes behind each variable, so that an access a little behind it does not meet the next
   */
  MemoryLayout(long start, int gap) {
    this.end = start;
    this.gap = gap;
  }

  Place add(Syntax.Variable variable) {
    long address = (end + variable.alignment() - 1) / variable.alignment() * variable.alignment();
    Place place = new Place(variable.name(), address, Math.toIntExact(variable.bytes()));
    places.add(place);
    end = address + place.bytes() + gap;
    return place;
  }

  List<Place> places() {
    return places;
  }

  /** The address behind everything. */
  long end() {
    return end;
  }
}
