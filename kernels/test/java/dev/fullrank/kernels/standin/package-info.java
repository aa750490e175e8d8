/**
 * A stand-in for NVIDIA's libraries: C libraries with the names and functions of libcuda, cuBLAS and cuSOLVER that compute on the CPU, and
 * the interpreter of PTX behind them for kernels. It tests our own logic, from the loading of JCuda to the last copy, on machines without a
 * GPU; what it returns says nothing about NVIDIA's libraries.
 *
 * <p>{@link dev.fullrank.kernels.standin.StandIn} is the entrance; the C sources lie in {@code kernels/test/c}.
 */
@NullMarked
package dev.fullrank.kernels.standin;

import org.jspecify.annotations.NullMarked;
