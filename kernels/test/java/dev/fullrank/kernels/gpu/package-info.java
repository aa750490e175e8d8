/** What runs on a machine with a GPU, at small sizes on the stand-in driver: that it finds nothing there, and what it would find. */
@NullMarked
package dev.fullrank.kernels.gpu;

import org.jspecify.annotations.NullMarked;
