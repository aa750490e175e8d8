package dev.fullrank;

import dev.fullrank.cpu.CpuOps;
import dev.fullrank.cuda.HostTransfer;
import dev.fullrank.linalg.Operand;

/** Copies between matrices on the host with as many threads as a regularizer may use. */
final class HostStore implements HostTransfer {
  private final CpuOps ops;
  private final Operand operand = new Operand();

  HostStore(int threads) {
    this.ops = CpuOps.create(threads);
  }

  @Override
  public void copy(Matrix from, Matrix to) {
    try {
      ops.store(operand.set(from, null, null), to);
    } finally {
      operand.clear();
    }
  }
}
