/**
 * Benchmarks by JMH; each one verifies its result before it is timed. The whole grid takes two hours; a part of it, with what is
 * allocated per call (which has to be nothing, to rounding):
 *
 * <pre>
 *   java -jar jmh/target/benchmarks.jar SvMax -p b=256 -p d=2048 -p type=FLOAT32 -p parallelism=1 -prof gc
 *   java -jar jmh/target/benchmarks.jar Hinge -p device=cuda:0 -p parallelism=1
 * </pre>
 *
 * Beside other libraries: {@code ./fullrank bench}, in the package {@code bench}.
 */
@NullMarked
package dev.fullrank.jmh;

import org.jspecify.annotations.NullMarked;
