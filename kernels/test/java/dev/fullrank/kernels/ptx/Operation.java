package dev.fullrank.kernels.ptx;

import org.jspecify.annotations.Nullable;

/** What an instruction does, decoded: registers are numbers, types are chosen. */
sealed interface Operation {
  /** Computes or touches memory in each lane by itself. */
  @FunctionalInterface
  non-sealed interface Compute extends Operation {
    /** Executes in the lanes whose bits are set. */
    void execute(Warp warp, int lanes);
  }

  /** Needs lanes of a warp at the same time. */
  non-sealed interface Together extends Operation {
    /** The lanes that must take part, in the opinion of one lane. */
    int members(Warp warp, int lane);

    /** Executes when all those lanes that have not ended are there. */
    void execute(Warp warp, int lanes);
  }

  /** Goes on elsewhere. */
  record Branch(int label) implements Operation {}

  /** Ends threads. */
  record Exit() implements Operation {}

  /** Waits for all threads of the block, and may combine one predicate of each. */
  record Barrier(@Nullable Vote vote) implements Operation {}

  /**
   * What a barrier computes.
   *
   * @param kind {@code popc}, {@code and} or {@code or}
   * @param source predicate to combine
   * @param target register or predicate for the result
   */
  record Vote(String kind, int source, int target) {}
}
