/**
 * CUDA by way of JCuda: the one package that names it. Internal; may change without notice.
 *
 * <p>Its classes are defined by a loader of their own, which {@link dev.fullrank.cuda.CudaAvailability} makes; nothing outside names
 * them.
 */
@NullMarked
package dev.fullrank.cuda.binding;

import org.jspecify.annotations.NullMarked;
