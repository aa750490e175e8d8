package dev.fullrank.kernels.ptx;

import java.util.Locale;
import java.util.Random;

/** The order in which the blocks of a launch run, one after another. A right kernel gives the same bits in every order. */
public final class BlockOrder {
  private enum Kind {
    FORWARD,
    REVERSE,
    SHUFFLED
  }

  private final Kind kind;
  private final long seed;

  private BlockOrder(Kind kind, long seed) {
    this.kind = kind;
    this.seed = seed;
  }

  /** First to last. */
  public static BlockOrder forward() {
    return new BlockOrder(Kind.FORWARD, 0);
  }

  /** Last to first. */
  public static BlockOrder reverse() {
    return new BlockOrder(Kind.REVERSE, 0);
  }

  /** A random order, the same one for the same seed. */
  public static BlockOrder shuffled(long seed) {
    return new BlockOrder(Kind.SHUFFLED, seed);
  }

  /** The numbers 0 … count−1 in this order. */
  int[] of(int count) {
    int[] order = new int[count];
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      // Fisher and Yates from the inside: the number i takes the place of one that is there already, which moves to the end.
      int place = kind == Kind.SHUFFLED ? random.nextInt(i + 1) : i;
      order[i] = order[place];
      order[place] = kind == Kind.REVERSE ? count - 1 - i : i;
    }
    return order;
  }

  @Override
  public String toString() {
    return kind == Kind.SHUFFLED ? "shuffled by " + seed : kind.toString().toLowerCase(Locale.ROOT);
  }
}
