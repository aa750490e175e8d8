package dev.fullrank.jmh.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the processes of the libraries on the CPU find.
 *
 * @param natives where native libraries are unpacked
 * @param avx2 whether all are held to AVX2
 */
record Surroundings(Path natives, boolean avx2) {
  /** Those of this process, which are the launcher's and the user's, and what the libraries ask for. */
  List<String> jvmOptions() {
    List<String> options = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
    options.removeIf(option -> option.startsWith("-agentlib") || option.startsWith("-javaagent"));
    options.add("--sun-misc-unsafe-memory-access=allow");
    options.add("-Dorg.bytedeco.javacpp.cachedir=" + natives.resolve("javacpp"));
    options.add("-Dslf4j.internal.verbosity=ERROR");
    if (avx2) {
      options.add("-XX:+IgnoreUnrecognizedVMOptions");
      options.add("-XX:UseAVX=2");
    }
    return options;
  }

  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("DJL_OFFLINE", "true");
    environment.put("DJL_CACHE_DIR", natives.resolve("djl").toString());
    environment.put("OPT_OUT_TRACKING", "true");
    if (avx2) {
      environment.put("MKL_ENABLE_INSTRUCTIONS", "AVX2");
      environment.put("OPENBLAS_CORETYPE", "Haswell");
      environment.put("ATEN_CPU_CAPABILITY", "avx2");
    }
    return environment;
  }
}
