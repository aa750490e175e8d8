package dev.fullrank.jmh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;

/** Where and when a run took place. */
record Machine(String cpu, int cores, String java, String os, LocalDate date) {
  static Machine detect(Clock clock) {
    return new Machine(
        cpuName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        LocalDate.now(clock));
  }

  private static String cpuName() {
    Path file = Path.of("/proc/cpuinfo");
    try {
      List<String> lines = Files.isReadable(file) ? Files.readAllLines(file) : List.of();
      String flags = value(lines, "flags");
      String vectors = flags.contains("avx512f") ? ", AVX-512" : flags.contains("avx2") ? ", AVX2" : "";
      String name = value(lines, "model name");
      return name.isEmpty() ? System.getProperty("os.arch") : name.replaceAll("\\s+", " ") + vectors;
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  private static String value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }
}
