/**
 * The gradient-check suite: matrices with known singular values, certificates and differences that need no trust in the code
 * under test, and one table of worst ratios. It depends on the public interface of the library alone, so that it also checks
 * regularizers written elsewhere:
 *
 * <pre>{@code
 * double ratio = GradientCheck.standard(seed).worstRatio(mine, z, 1e-3, 1);   // at most 1: the gradient fits the values
 * System.out.print(CheckTable.of(CheckSuite.of(Subject.library(), Extent.SHORT, CheckSuite.DEFAULT_SEED).run()));
 * }</pre>
 */
@NullMarked
package dev.fullrank.check;

import org.jspecify.annotations.NullMarked;
