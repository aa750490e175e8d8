package dev.fullrank.cuda;

import java.util.List;
import java.util.Map;

/**
 * The libraries of a major version of CUDA.
 *
 * <p>JCuda's natives were built with CUDA 12. Of the functions that are called here CUDA 13 has all, with the same prototypes; but the
 * names of the libraries, which are the names of their symbol versions as well, have gone one up.
 *
 * @param major the version
 * @param required those that JCuda's natives are linked with
 * @param inOrder these and those that they need in turn, each after what it needs
 * @param renamed what JCuda's natives call a library, and its name in this version
 */
record CudaGeneration(int major, List<String> required, List<String> inOrder, Map<String, String> renamed) {
  static final CudaGeneration TWELVE =
      new CudaGeneration(
          12,
          List.of("libcublas.so.12", "libcusolver.so.11", "libcusolverMg.so.11"),
          List.of(
              "libnvJitLink.so.12",
              "libcublasLt.so.12",
              "libcublas.so.12",
              "libcusparse.so.12",
              "libcusolver.so.11",
              "libcusolverMg.so.11"),
          Map.of());

  static final CudaGeneration THIRTEEN =
      new CudaGeneration(
          13,
          List.of("libcublas.so.13", "libcusolver.so.12", "libcusolverMg.so.12"),
          List.of(
              "libnvJitLink.so.13",
              "libcublasLt.so.13",
              "libcublas.so.13",
              "libcusparse.so.12",
              "libcusolver.so.12",
              "libcusolverMg.so.12"),
          Map.of(
              "libcublas.so.12", "libcublas.so.13",
              "libcusolver.so.11", "libcusolver.so.12",
              "libcusolverMg.so.11", "libcusolverMg.so.12"));

  /** All that are used, the newest first. */
  static final List<CudaGeneration> ALL = List.of(THIRTEEN, TWELVE);

  CudaGeneration {
    required = List.copyOf(required);
    inOrder = List.copyOf(inOrder);
    renamed = Map.copyOf(renamed);
  }

  /** Whether a driver that supports CUDA up to the given version, major·1000 + minor·10, runs these libraries. */
  boolean runsOn(int driverVersion) {
    return driverVersion / 1000 >= major;
  }

  /** Such a version as people write it. */
  static String text(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
