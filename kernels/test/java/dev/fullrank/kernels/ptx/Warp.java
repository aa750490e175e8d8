package dev.fullrank.kernels.ptx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Up to 32 threads that run together. Of the lanes that can go on, those at the lowest instruction go first, until they branch apart or
 * come to where others stand.
 */
final class Warp {
  /** Instructions of one warp in one block. No kernel in a test needs as many, so a loop that does not end is found within seconds. */
  private static final long MOST_STEPS = 1L << 26;

  private final Program program;
  private final List<Instruction> code;
  private final Registers registers;
  private final BlockMemory memory;
  private final int index;
  private final int threads;
  private final int[] position = new int[Registers.LANES];
  private int alive;
  private int together;
  private int atBarrier;
  private long lastMeeting;
  private long steps;
  private String block = "";
  private @Nullable Instruction current;

  /**
   * A warp that runs nothing yet.
   *
   * @param index of the warp in its block
   * @param threads of the block
   */
  Warp(Program program, BlockMemory memory, int index, int threads) {
    this.program = program;
    this.code = program.code();
    this.memory = memory;
    this.index = index;
    this.threads = Math.min(Registers.LANES, threads - index * Registers.LANES);
    this.registers = new Registers(program.registers());
  }

  Registers registers() {
    return registers;
  }

  BlockMemory memory() {
    return memory;
  }

  /** The number in its block of the thread in a lane. */
  int thread(int lane) {
    return index * Registers.LANES + lane;
  }

  /** Says that the thread in this lane makes the accesses that follow. */
  Timeline enter(int lane) {
    Timeline timeline = memory.timeline();
    timeline.enter(thread(lane), lastMeeting);
    return timeline;
  }

  /** Puts all threads of the warp at the beginning. */
  void start(int blockX, int blockY, Grid grid) {
    registers.clear();
    for (RegisterTable.Special special : program.registers().specials()) {
      for (int lane = 0; lane < Registers.LANES; lane++) {
        int value = special.kind().value(thread(lane), blockX, blockY, grid);
        registers.set(special.register(), lane, Type.U32.narrow(value));
      }
    }
    block = "block (" + blockX + ", " + blockY + ")";
    alive = -1 >>> (Registers.LANES - threads);
    go(alive, 0);
    together = 0;
    atBarrier = 0;
    lastMeeting = 0;
    steps = 0;
  }

  /** Runs until every lane has ended or waits at a barrier of the block. */
  void run() {
    while (true) {
      int ready = alive & ~together & ~atBarrier;
      if (ready != 0) {
        int first = lowest(ready);
        int group = at(first, ready);
        int others = ready & ~group;
        run(first, group, others == 0 ? Integer.MAX_VALUE : lowest(others));
      } else if (together == 0) {
        return;
      } else {
        meet();
      }
    }
  }

  /** Lanes that wait at a barrier of the block. */
  int waiting() {
    return atBarrier;
  }

  /** Where a waiting lane waits, an index of the code. */
  int position(int lane) {
    return position[lane];
  }

  boolean hasEnded(int lane) {
    return (alive >>> lane & 1) == 0;
  }

  /** Lanes that exist. */
  int size() {
    return threads;
  }

  /** Lets the lanes go on behind the barrier. */
  void release() {
    go(atBarrier, position[Integer.numberOfTrailingZeros(atBarrier)] + 1);
    atBarrier = 0;
  }

  /** All lanes of the warp that have not ended met here: what they did before comes before what they do next. */
  void orderAll(int lanes) {
    if (lanes == alive) {
      lastMeeting = memory.timeline().passWarpBarrier();
    }
  }

  /** A fault of the present instruction in one lane. */
  PtxFault fault(int lane, String problem) {
    return fault(lane, current == null ? code.getFirst() : current, problem);
  }

  /** A fault of any instruction. */
  PtxFault fault(int lane, Instruction instruction, String problem) {
    return new PtxFault(program.name(), block + ", thread " + thread(lane), instruction, problem);
  }

  /** Runs lanes that stand at the same instruction, up to where others stand. */
  private void run(int first, int group, int limit) {
    int lanes = group;
    int next = first;
    while (next < limit && lanes != 0) {
      Instruction instruction = code.get(next);
      current = instruction;
      int active = lanes & registers.lanesWhere(instruction.guard);
      check(instruction, lanes, active);
      if (instruction.operation instanceof Operation.Compute compute) {
        if (active != 0) {
          compute.execute(this, active);
          markWritten(instruction, active);
        }
      } else if (instruction.operation instanceof Operation.Branch branch && active == lanes) {
        next = program.labels().get(branch.label()) - 1;
      } else if (active != 0) {
        control(instruction.operation, next, active);
        lanes &= ~active;
      }
      next++;
    }
    go(lanes, next);
  }

  private void control(Operation operation, int at, int lanes) {
    switch (operation) {
      case Operation.Branch branch -> go(lanes, program.labels().get(branch.label()));
      case Operation.Exit exit -> alive &= ~lanes;
      case Operation.Barrier barrier -> {
        go(lanes, at);
        atBarrier |= lanes;
      }
      case Operation.Together meeting -> {
        go(lanes, at);
        together |= lanes;
      }
      case Operation.Compute compute -> throw new AssertionError("needs no control");
    }
  }

  private void check(Instruction instruction, int lanes, int active) {
    if (++steps > MOST_STEPS) {
      throw fault(Integer.numberOfTrailingZeros(lanes), "still running after " + MOST_STEPS + " instructions of the warp");
    }
    int guard = instruction.guard;
    requireWritten(guard >= 0 ? guard : ~guard, lanes);
    for (int register : instruction.reads) {
      requireWritten(register, active);
    }
  }

  private void requireWritten(int register, int lanes) {
    int missing = lanes & ~registers.written[register];
    if (missing != 0) {
      String name = program.registers().name(register);
      throw fault(Integer.numberOfTrailingZeros(missing), "reads register " + name + ", which was never written");
    }
  }

  private void markWritten(Instruction instruction, int lanes) {
    for (int register : instruction.writes) {
      registers.written[register] |= lanes;
    }
  }

  /** Executes one operation for which all lanes that it names are there. */
  private void meet() {
    for (int rest = together; rest != 0; rest &= rest - 1) {
      int lane = Integer.numberOfTrailingZeros(rest);
      int at = position[lane];
      Instruction instruction = code.get(at);
      current = instruction;
      if (instruction.operation instanceof Operation.Together operation) {
        int members = members(operation, lane);
        int lanes = members & alive;
        if ((lanes & ~at(at, together)) == 0 && agree(operation, lanes, members)) {
          operation.execute(this, lanes);
          markWritten(instruction, lanes);
          together &= ~lanes;
          go(lanes, at + 1);
          return;
        }
      }
    }
    int lane = Integer.numberOfTrailingZeros(together);
    Instruction instruction = code.get(position[lane]);
    String others = " waits in vain for other lanes that it names: they ended, wait elsewhere, or name other lanes";
    throw fault(lane, instruction, "lane " + lane + others);
  }

  private int members(Operation.Together operation, int lane) {
    int members = operation.members(this, lane);
    if ((members >>> lane & 1) == 0) {
      throw fault(lane, "lane " + lane + " is not in its own mask 0x" + Integer.toHexString(members));
    }
    return members;
  }

  private boolean agree(Operation.Together operation, int lanes, int members) {
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      if (members(operation, Integer.numberOfTrailingZeros(rest)) != members) {
        return false;
      }
    }
    return true;
  }

  private void go(int lanes, int to) {
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      position[Integer.numberOfTrailingZeros(rest)] = to;
    }
  }

  private int lowest(int lanes) {
    int lowest = Integer.MAX_VALUE;
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      lowest = Math.min(lowest, position[Integer.numberOfTrailingZeros(rest)]);
    }
    return lowest;
  }

  private int at(int place, int lanes) {
    int there = 0;
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      int lane = Integer.numberOfTrailingZeros(rest);
      if (position[lane] == place) {
        there |= 1 << lane;
      }
    }
    return there;
  }
}
