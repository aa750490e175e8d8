package dev.fullrank.kernels.ptx;

import java.util.Locale;

/**
 * {@code shfl.sync}: each lane takes a value from another lane of its segment. A lane that would reach beyond the segment keeps its own
 * value, and its predicate is false.
 */
final class Shuffle {
  /** Bits of the lane in sources and clamps. */
  private static final int LANE_MASK = Registers.LANES - 1;

  /** Position of the segment mask in the third source. */
  private static final int SEGMENT_SHIFT = 8;

  /** Where a lane reads from. */
  private enum Mode {
    UP,
    DOWN,
    BFLY,
    IDX
  }

  private final Mode mode;
  private final int target;
  private final int inRange;
  private final int value;
  private final int distance;
  private final int bounds;

  private Shuffle(Mode mode, int target, int inRange, int value, int distance, int bounds) {
    this.mode = mode;
    this.target = target;
    this.inRange = inRange;
    this.value = value;
    this.distance = distance;
    this.bounds = bounds;
  }

  /** {@code shfl.sync.mode.b32 d|p, a, b, c, membermask}, where |p may be missing. */
  static Operation decode(Decoding code) {
    Mode mode = Mode.valueOf(code.takeOne("up", "down", "bfly", "idx").toUpperCase(Locale.ROOT));
    Type type = Type.B32;
    code.require(code.type() == type, type);
    Operand targets = code.operand(0);
    int target = code.target(targets instanceof Operand.Pair pair ? pair.first() : targets, type);
    int inRange = targets instanceof Operand.Pair pair ? code.target(pair.second(), Type.PRED) : -1;
    Shuffle shuffle = new Shuffle(mode, target, inRange, code.source(1, type), code.source(2, type), code.source(3, type));
    return WarpOps.together(code.source(4, type), shuffle::run);
  }

  private void run(Warp warp, int lanes) {
    Registers registers = warp.registers();
    long[] values = new long[Registers.LANES];
    WarpOps.forEach(lanes, lane -> values[lane] = registers.get(value, lane));
    WarpOps.forEach(lanes, lane -> {
      int clamp = (int) registers.get(bounds, lane) & LANE_MASK;
      int segment = (int) (registers.get(bounds, lane) >>> SEGMENT_SHIFT) & LANE_MASK;
      int by = (int) registers.get(distance, lane) & LANE_MASK;
      int first = lane & segment;
      // The last lane to read from; the first one where the mode is "up".
      int limit = first | (clamp & ~segment);
      int from = switch (mode) {
        case UP -> lane - by;
        case DOWN -> lane + by;
        case BFLY -> lane ^ by;
        case IDX -> first | (by & ~segment);
      };
      boolean inside = mode == Mode.UP ? from >= limit : from <= limit;
      int source = inside ? from : lane;
      if ((lanes >>> source & 1) == 0) {
        throw warp.fault(lane, "lane " + lane + " reads from lane " + source + ", which takes no part");
      }
      registers.set(target, lane, values[source]);
      if (inRange >= 0) {
        registers.assign(inRange, 1 << lane, inside ? -1 : 0);
      }
    });
  }
}
