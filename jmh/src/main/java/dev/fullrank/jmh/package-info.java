/** Benchmarks; each one verifies its result before it is timed. */
@NullMarked
package dev.fullrank.jmh;

import org.jspecify.annotations.NullMarked;
