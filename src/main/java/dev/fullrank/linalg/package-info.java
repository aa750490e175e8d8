/**
 * The algorithms, each written once over {@link dev.fullrank.linalg.DenseOps}; no SIMD, no threads, no device. Internal: not
 * covered by the library's compatibility promise.
 */
@NullMarked
package dev.fullrank.linalg;

import org.jspecify.annotations.NullMarked;
