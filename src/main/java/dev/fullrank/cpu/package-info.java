/**
 * Dense operations on the CPU: packed panels, register tiles on the Vector API with a scalar twin, and the one file that knows
 * threads. Internal: not covered by the library's compatibility promise.
 */
@NullMarked
package dev.fullrank.cpu;

import org.jspecify.annotations.NullMarked;
