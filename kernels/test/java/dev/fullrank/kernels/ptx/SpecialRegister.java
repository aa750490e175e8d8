package dev.fullrank.kernels.ptx;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Registers that the hardware fills, all of 32 bits. Blocks have one dimension, grids two. */
enum SpecialRegister {
  TID_X,
  TID_Y,
  TID_Z,
  NTID_X,
  NTID_Y,
  NTID_Z,
  CTAID_X,
  CTAID_Y,
  CTAID_Z,
  NCTAID_X,
  NCTAID_Y,
  NCTAID_Z,
  LANEID,
  WARPID,
  LANEMASK_EQ,
  LANEMASK_LT,
  LANEMASK_LE,
  LANEMASK_GT,
  LANEMASK_GE;

  private static final String WARP_SIZE = "WARP_SZ";
  private static final Map<String, SpecialRegister> NAMED = new HashMap<>();

  static {
    for (SpecialRegister register : values()) {
      NAMED.put(register.toString(), register);
    }
  }

  /** The register of that name, null if it is none. */
  static @Nullable SpecialRegister named(String name) {
    return NAMED.get(name);
  }

  /** Whether the name stands for the number of lanes. */
  static boolean isWarpSize(String name) {
    return name.equals(WARP_SIZE);
  }

  /** Its value in a thread. */
  int value(int thread, int blockX, int blockY, Grid grid) {
    int lane = thread % Registers.LANES;
    int bit = 1 << lane;
    return switch (this) {
      case TID_X -> thread;
      case NTID_X -> grid.threads();
      case CTAID_X -> blockX;
      case CTAID_Y -> blockY;
      case NCTAID_X -> grid.x();
      case NCTAID_Y -> grid.y();
      case TID_Y, TID_Z, CTAID_Z -> 0;
      case NTID_Y, NTID_Z, NCTAID_Z -> 1;
      case LANEID -> lane;
      case WARPID -> thread / Registers.LANES;
      case LANEMASK_EQ -> bit;
      case LANEMASK_LT -> bit - 1;
      case LANEMASK_LE -> bit | (bit - 1);
      case LANEMASK_GT -> ~(bit | (bit - 1));
      case LANEMASK_GE -> ~(bit - 1);
    };
  }

  /** As PTX writes it, such as {@code %tid.x} or {@code %lanemask_lt}. */
  @Override
  public String toString() {
    String name = name().toLowerCase(Locale.ROOT);
    return "%" + (name.startsWith("lanemask") ? name : name.replace('_', '.'));
  }
}
