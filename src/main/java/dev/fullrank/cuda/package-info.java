/**
 * Computation on NVIDIA GPUs: how CUDA is found and loaded, device memory, and the operations of the regularizers on it. Internal; may
 * change without notice.
 *
 * <p>No class here names JCuda: {@link dev.fullrank.cuda.CudaLibrary} and the interfaces that it leads to are all that is used of CUDA.
 * {@link dev.fullrank.cuda.CudaAvailability} has one, or says why not.
 */
@NullMarked
package dev.fullrank.cuda;

import org.jspecify.annotations.NullMarked;
