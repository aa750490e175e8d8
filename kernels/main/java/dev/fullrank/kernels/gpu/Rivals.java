package dev.fullrank.kernels.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Times of PyTorch, as {@code torch_times.py} writes them: a line with the version, then lines of name, b, d and median microseconds,
 * separated by tabs.
 */
final class Rivals {
  private final String version;
  private final Map<String, Double> microseconds = new HashMap<>();

  private Rivals(String version) {
    this.version = version;
  }

  /** What the file says; nothing if there is none. */
  static Rivals read(@Nullable Path file) throws IOException {
    if (file == null || !Files.isRegularFile(file) || Files.size(file) == 0) {
      return new Rivals("");
    }
    Rivals rivals = new Rivals(Files.readAllLines(file).getFirst());
    for (String line : Files.readAllLines(file).stream().skip(1).toList()) {
      String[] cells = line.split("\t", -1);
      rivals.microseconds.put(key(cells[0], cells[1], cells[2]), Double.valueOf(cells[3]));
    }
    return rivals;
  }

  private static String key(String name, String b, String d) {
    return name + ' ' + b + ' ' + d;
  }

  /** Of PyTorch and its CUDA; empty if there are no times. */
  String version() {
    return version;
  }

  OptionalDouble microseconds(String name, SpeedCase at) {
    Double time = microseconds.get(key(name, String.valueOf(at.b()), String.valueOf(at.d())));
    return time == null ? OptionalDouble.empty() : OptionalDouble.of(time);
  }
}
