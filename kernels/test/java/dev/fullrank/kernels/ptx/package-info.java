/**
 * An interpreter of PTX for tests: runs kernels thread by thread on native memory and reports what a GPU would leave undefined.
 *
 * <p>{@link dev.fullrank.kernels.ptx.PtxModule} is the entrance. Text becomes a tree ({@code Parser}, {@code Syntax}), the tree of an entry
 * becomes an array of instructions over numbered registers ({@code Assembler}, {@code Decoder} and the {@code …Ops} that it asks), and
 * blocks of warps run these ({@code Launch}, {@code Block}, {@code Warp}). A warp executes one instruction for all of its lanes that
 * stand at it, always those at the lowest address first, so that lanes that parted meet again. Memory is made of {@code Region}s, each with
 * a shadow that knows which bytes were written and who touched them last.
 *
 * <p>It is stricter than the hardware: all threads of a block must meet at the same barrier instruction, lanes that exchange values at the
 * same exchange, and stores of equal values race in shared memory. Only barriers order threads: those of a block, and
 * {@code bar.warp.sync} if it names all lanes of the warp that have not ended. Fences, atomics and shuffles order nothing, so a kernel
 * whose blocks hand data to one another is reported as racing. Unsupported are barriers for a part of a block, carry flags, packed and
 * half-precision arithmetic, textures, and everything that came after PTX 7.0.
 */
@NullMarked
package dev.fullrank.kernels.ptx;

import org.jspecify.annotations.NullMarked;
