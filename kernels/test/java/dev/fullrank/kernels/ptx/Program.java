package dev.fullrank.kernels.ptx;

import java.util.List;

/**
 * A kernel, ready to run.
 *
 * @param code its instructions; the last one ends the thread
 * @param labels index of the instruction that each label stands before
 * @param registers of a thread
 * @param parameters of the kernel, in order
 * @param shared static arrays of shared memory
 * @param localBytes local memory of a thread
 */
record Program(
    String name,
    List<Instruction> code,
    List<Integer> labels,
    RegisterTable registers,
    List<MemoryLayout.Place> parameters,
    List<MemoryLayout.Place> shared,
    int localBytes) {}
