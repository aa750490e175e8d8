package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each call arrives at the libraries as their documentation wants it, through the real JCuda, and what they report comes back. Skipped
 * where the recording libraries cannot be built.
 */
@Tag("single")
@Timeout(300)
class BindingTest {
  @TempDir private static Path built = Path.of("");

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void buildLibraries() throws IOException {
    assumeTrue(CudaEnvironment.LINUX.equals(System.getProperty("os.name") + " " + System.getProperty("os.arch")), "another platform");
    assumeTrue(RecordingCuda.canBeBuilt(), "no gcc to build the recording libraries with");
    RecordingCuda.driver(built);
    RecordingCuda.libraries(built, CudaGeneration.THIRTEEN);
  }

  @Test
  void eachArgumentArrivesInItsPlace() throws IOException, InterruptedException {
    FreshJava.Outcome outcome = java().flag("-Dstdout.encoding=UTF-8").run(CallsBinding.class);
    assertThat(outcome.out()).as(outcome.err()).containsExactlyElementsOf(expectedCalls());
  }

  @Test
  void aCallLeavesNoGarbage() throws IOException, InterruptedException {
    FreshJava java = java().flag("-Dallocation=true").variable("RECORDER_IS_SILENT", "1");
    assertThat(java.run(CallsBinding.class).out()).containsExactly("allocated: 0");
    assertThat(java.flag("-Dgarbage=true").run(CallsBinding.class).out())
        .as("the count finds an object a call")
        .hasSize(1)
        .doesNotContain("allocated: 0");
  }

  @ParameterizedTest
  @CsvSource({
    "cuMemAlloc_v2, 2, OUT_OF_MEMORY, cuMemAlloc reported CUDA_ERROR_OUT_OF_MEMORY",
    "cuMemHostAlloc, 2, OUT_OF_MEMORY, cuMemHostAlloc reported CUDA_ERROR_OUT_OF_MEMORY",
    "cuCtxSetCurrent, 4, CONTEXT_LOST, cuCtxSetCurrent reported CUDA_ERROR_DEINITIALIZED",
    "cuCtxSetCurrent, 709, CONTEXT_LOST, cuCtxSetCurrent reported CUDA_ERROR_CONTEXT_IS_DESTROYED",
    "cuModuleLoadData, 222, OTHER, cuModuleLoadData reported CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
    "cuModuleGetFunction, 500, OTHER, cuModuleGetFunction of name reported CUDA_ERROR_NOT_FOUND",
    "cuDevicePrimaryCtxRetain, 101, OTHER, cuDevicePrimaryCtxRetain reported CUDA_ERROR_INVALID_DEVICE",
    "cuStreamCreate, 2, OUT_OF_MEMORY, cuStreamCreate reported CUDA_ERROR_OUT_OF_MEMORY",
    "cuMemcpyHtoDAsync_v2, 1, OTHER, cuMemcpyHtoDAsync reported CUDA_ERROR_INVALID_VALUE",
    "cuMemcpyDtoDAsync_v2, 214, CONTEXT_LOST, cuMemcpyDtoDAsync reported CUDA_ERROR_ECC_UNCORRECTABLE",
    "cuMemsetD8Async, 226, CONTEXT_LOST, cuMemsetD8Async reported INVALID CUresult: 226",
    "cuLaunchKernel, 701, OTHER, cuLaunchKernel reported CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
    "cuLaunchKernel, 700, CONTEXT_LOST, cuLaunchKernel reported CUDA_ERROR_ILLEGAL_ADDRESS",
    "cuStreamSynchronize, 719, CONTEXT_LOST, cuStreamSynchronize reported CUDA_ERROR_LAUNCH_FAILED",
    "cublasSgemm_v2, 3, OUT_OF_MEMORY, cublasSgemm reported CUBLAS_STATUS_ALLOC_FAILED",
    "cublasDsyrk_v2, 13, OTHER, cublasDsyrk reported CUBLAS_STATUS_EXECUTION_FAILED",
    "cusolverDnSgesvdj, 2, OUT_OF_MEMORY, cusolverDnSgesvdj reported CUSOLVER_STATUS_ALLOC_FAILED",
    "cusolverDnDgesvd, 6, OTHER, cusolverDnDgesvd reported CUSOLVER_STATUS_EXECUTION_FAILED",
    "cusolverDnDormqr_bufferSize, 3, OTHER, cusolverDnDormqr_bufferSize reported CUSOLVER_STATUS_INVALID_VALUE"
  })
  void whatAFunctionReportsIsThrown(String function, int code, CudaException.Kind kind, String message)
      throws IOException, InterruptedException {
    FreshJava.Outcome outcome = java().variable("RECORDER_FAILS", function + ":" + code).run(CallsBinding.class);
    assertThat(outcome.out()).as(outcome.err()).contains(kind + ": " + message);
  }

  @Test
  void aLibraryThatFailsBecauseTheContextIsLostSaysSo() throws IOException, InterruptedException {
    FreshJava java = java().variable("RECORDER_FAILS", "cublasSgemm_v2:13,cuStreamSynchronize:700");
    assertThat(java.run(CallsBinding.class).out())
        .contains("CONTEXT_LOST: cublasSgemm reported CUBLAS_STATUS_EXECUTION_FAILED because of CUDA_ERROR_ILLEGAL_ADDRESS");
  }

  @ParameterizedTest
  @CsvSource({
    "cublasCreate_v2:1, cuStreamDestroy_v2 0x57",
    "cublasSetMathMode:7, cublasDestroy_v2 0xb1 / cuStreamDestroy_v2 0x57",
    "cusolverDnCreate:2, cublasDestroy_v2 0xb1 / cuStreamDestroy_v2 0x57",
    "cusolverDnCreateGesvdjInfo:2, cusolverDnDestroy 0x50 / cublasDestroy_v2 0xb1 / cuStreamDestroy_v2 0x57",
    "cusolverDnSetStream:1, cusolverDnDestroyGesvdjInfo 0x62 / cusolverDnDestroyGesvdjInfo 0x61 / cusolverDnDestroy 0x50"
        + " / cublasDestroy_v2 0xb1 / cuStreamDestroy_v2 0x57"
  })
  void aQueueThatIsMadeHalfWayGivesBackWhatItHas(String failure, String releases) throws IOException, InterruptedException {
    List<String> lines = java().variable("RECORDER_FAILS", failure).run(CallsBinding.class).out();
    List<String> released = lines.stream().filter(line -> line.matches("(cublas|cusolverDn|cuStream)Destroy.*")).toList();
    assertThat(String.join(" / ", released)).isEqualTo(releases);
    assertThat(lines).contains("cuDevicePrimaryCtxRelease_v2 1").noneMatch(line -> line.contains("the queue is made"));
  }

  @Test
  void closingGoesOnAfterAnError() throws IOException, InterruptedException {
    FreshJava java =
        java().variable("RECORDER_FAILS", "cusolverDnDestroy:7,cublasDestroy_v2:1,cuStreamDestroy_v2:400,cuDevicePrimaryCtxRelease_v2:3");
    assertThat(java.run(CallsBinding.class).out())
        .contains("cuStreamDestroy_v2 0x57", "cuDevicePrimaryCtxRelease_v2 1")
        .contains(
            "OTHER: cusolverDnDestroy reported CUSOLVER_STATUS_INTERNAL_ERROR",
            "then cublasDestroy reported CUBLAS_STATUS_NOT_INITIALIZED",
            "then cuStreamDestroy reported CUDA_ERROR_INVALID_HANDLE",
            "then cuDevicePrimaryCtxRelease reported CUDA_ERROR_NOT_INITIALIZED");
  }

  /** What CallsBinding calls, by the documentation of the driver API, cuBLAS and cuSOLVER. */
  private static List<String> expectedCalls() throws IOException {
    try (InputStream in = Objects.requireNonNull(BindingTest.class.getResourceAsStream("calls.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private FreshJava java() {
    return new FreshJava(folder).flag("--enable-native-access=ALL-UNNAMED").flag("-Dfullrank.cuda.libraries=" + built);
  }
}
