/**
 * Each kernel against its contract page, in the interpreter of PTX, and the text of the kernels itself.
 *
 * <p>A {@code Trial} runs one kernel once: {@code DeviceArray}s describe the memory, a {@code Call} launches in all the ways that must not
 * matter and watches what is read and written, and the class of that kernel compares what came out with exact arithmetic. Trials can be run
 * on altered kernels too, which they must find out.
 */
@NullMarked
package dev.fullrank.kernels.contract;

import org.jspecify.annotations.NullMarked;
