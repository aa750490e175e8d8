package dev.fullrank.kernels.ptx;

/** Something a kernel did that a GPU punishes or leaves undefined. The message names kernel, thread, instruction and fault. */
public final class PtxFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  PtxFault(String kernel, String thread, Instruction instruction, String problem) {
    super(kernel + ", " + thread + ", line " + instruction.line + ": " + instruction.text + " — " + problem);
  }
}
