/**
 * The command {@code fullrank bench}: Fullrank beside other libraries on the same numbers, in one run.
 *
 * <p>{@link dev.fullrank.jmh.bench.Main} plans the cells of the grid; each implementation lives in a process of its own
 * ({@link dev.fullrank.jmh.bench.Worker}), because MKL's symbols answer for OpenBLAS and PyTorch when loaded beside them, and
 * because a library that crashes must not take the others with it. Rounds go from process to process, so that only one computes
 * at a time and a disturbance of the machine meets all of them.
 *
 * <p>On a GPU ({@link dev.fullrank.jmh.bench.GpuBench}) the library is measured in the process of the command, and PyTorch in one of
 * Python's; device matrices, timing and the talk with PyTorch are those of {@link dev.fullrank.kernels.gpu}.
 */
@NullMarked
package dev.fullrank.jmh.bench;

import org.jspecify.annotations.NullMarked;
