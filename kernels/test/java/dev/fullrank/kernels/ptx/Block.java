package dev.fullrank.kernels.ptx;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A block of threads: its warps run in turn, each as far as the next barrier. */
final class Block {
  private final Program program;
  private final BlockMemory memory;
  private final List<Warp> warps = new ArrayList<>();

  Block(Program program, BlockMemory memory, Grid grid) {
    this.program = program;
    this.memory = memory;
    for (int first = 0; first < grid.threads(); first += Registers.LANES) {
      warps.add(new Warp(program, memory, warps.size(), grid.threads()));
    }
  }

  void run(int x, int y, Grid grid) {
    memory.startBlock();
    for (Warp warp : warps) {
      warp.start(x, y, grid);
    }
    boolean more = true;
    while (more) {
      for (Warp warp : warps) {
        warp.run();
      }
      more = passBarrier();
    }
  }

  /** Lets the threads pass the barrier that they wait at; false if all have ended. */
  private boolean passBarrier() {
    @Nullable Warp first = firstWaiting();
    if (first == null) {
      return false;
    }
    int lane = Integer.numberOfTrailingZeros(first.waiting());
    int at = first.position(lane);
    Instruction instruction = program.code().get(at);
    for (Warp warp : warps) {
      for (int other = 0; other < warp.size(); other++) {
        if (warp.hasEnded(other) || warp.position(other) != at) {
          String elsewhere = warp.hasEnded(other) ? " has ended" : " waits at line " + program.code().get(warp.position(other)).line;
          throw first.fault(lane, instruction, "divergent barrier: thread " + warp.thread(other) + elsewhere);
        }
      }
    }
    if (instruction.operation instanceof Operation.Barrier barrier && barrier.vote() != null) {
      vote(barrier.vote());
    }
    warps.forEach(Warp::release);
    memory.timeline().passBlockBarrier();
    return true;
  }

  private @Nullable Warp firstWaiting() {
    for (Warp warp : warps) {
      if (warp.waiting() != 0) {
        return warp;
      }
    }
    return null;
  }

  private void vote(Operation.Vote vote) {
    int yes = 0;
    int threads = 0;
    for (Warp warp : warps) {
      yes += Integer.bitCount(warp.registers().lanesWhere(vote.source()) & warp.waiting());
      threads += warp.size();
    }
    for (Warp warp : warps) {
      Registers registers = warp.registers();
      switch (vote.kind()) {
        case "and" -> registers.assign(vote.target(), warp.waiting(), yes == threads ? -1 : 0);
        case "or" -> registers.assign(vote.target(), warp.waiting(), yes > 0 ? -1 : 0);
        default -> {
          for (int lane = 0; lane < warp.size(); lane++) {
            registers.set(vote.target(), lane, yes);
          }
        }
      }
      registers.written[vote.target()] |= warp.waiting();
    }
  }
}
