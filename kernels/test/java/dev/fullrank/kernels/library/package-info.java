/** The library end to end through the real JCuda on the stand-in driver, whose kernels the interpreter runs. */
@NullMarked
package dev.fullrank.kernels.library;

import org.jspecify.annotations.NullMarked;
