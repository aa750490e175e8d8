package dev.fullrank.kernels.ptx;

/**
 * The memories. A generic address is a global one, or lies in the window of another memory: the number of the window, times 2^60, plus
 * the address there. User programs see native addresses below 2^47, so the windows are free.
 */
enum Space {
  GENERIC(0),
  GLOBAL(0),
  CONST(0),
  SHARED(1),
  LOCAL(2),
  PARAM(3);

  private static final int WINDOW_BITS = 60;

  private final long window;

  Space(int number) {
    window = (long) number << WINDOW_BITS;
  }

  /** The generic address of address 0 here. */
  long window() {
    return window;
  }

  /** The memory that an address in this space lies in. */
  Space of(long address) {
    if (this != GENERIC) {
      return this;
    }
    long number = address >>> WINDOW_BITS;
    for (Space space : values()) {
      if (number != 0 && number == space.window >>> WINDOW_BITS) {
        return space;
      }
    }
    return GLOBAL;
  }
}
