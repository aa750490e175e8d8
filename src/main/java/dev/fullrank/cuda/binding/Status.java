package dev.fullrank.cuda.binding;

import dev.fullrank.cuda.CudaException;
import dev.fullrank.cuda.CudaException.Kind;
import jcuda.driver.CUresult;
import jcuda.jcublas.cublasStatus;
import jcuda.jcusolver.cusolverStatus;

/** Turns the codes that CUDA's functions return into exceptions. */
final class Status {
  // Values of CUresult that came after JCuda 12.6.
  private static final int CUDA_ERROR_CONTAINED = 226;
  private static final int CUDA_ERROR_TENSOR_MEMORY_LEAK = 721;

  private Status() {}

  /** Checks a function of the driver. */
  static void cuda(int status, String function) {
    if (status != CUresult.CUDA_SUCCESS) {
      throw new CudaException(function, CUresult.stringFor(status), kind(status));
    }
  }

  /** Checks a function of cuBLAS, whose work goes into the given stream. */
  static void blas(int status, String function, CurrentStream stream) {
    if (status != cublasStatus.CUBLAS_STATUS_SUCCESS) {
      boolean memory = status == cublasStatus.CUBLAS_STATUS_ALLOC_FAILED;
      throw error(function, cublasStatus.stringFor(status), memory, stream);
    }
  }

  /** Checks a function of cuSOLVER, whose work goes into the given stream. */
  static void solver(int status, String function, CurrentStream stream) {
    if (status != cusolverStatus.CUSOLVER_STATUS_SUCCESS) {
      boolean memory = status == cusolverStatus.CUSOLVER_STATUS_ALLOC_FAILED;
      throw error(function, cusolverStatus.stringFor(status), memory, stream);
    }
  }

  /** The libraries have one code for all failures of the driver under them; the driver tells whether the context is lost. */
  private static CudaException error(String function, String error, boolean memory, CurrentStream stream) {
    if (memory) {
      return new CudaException(function, error, Kind.OUT_OF_MEMORY);
    }
    int below = stream.state();
    return below == CUresult.CUDA_SUCCESS
        ? new CudaException(function, error, Kind.OTHER)
        : new CudaException(function, error + " because of " + CUresult.stringFor(below), kind(below));
  }

  private static Kind kind(int status) {
    return switch (status) {
      case CUresult.CUDA_ERROR_OUT_OF_MEMORY -> Kind.OUT_OF_MEMORY;
      // After these every later call fails as well, says the documentation of CUresult.
      case CUresult.CUDA_ERROR_DEINITIALIZED,
          CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
          CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE,
          CUDA_ERROR_CONTAINED,
          CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
          CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
          CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED,
          CUresult.CUDA_ERROR_ASSERT,
          CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
          CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
          CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
          CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
          CUresult.CUDA_ERROR_INVALID_PC,
          CUresult.CUDA_ERROR_LAUNCH_FAILED,
          CUDA_ERROR_TENSOR_MEMORY_LEAK,
          CUresult.CUDA_ERROR_MPS_CLIENT_TERMINATED,
          CUresult.CUDA_ERROR_EXTERNAL_DEVICE ->
          Kind.CONTEXT_LOST;
      default -> Kind.OTHER;
    };
  }
}
