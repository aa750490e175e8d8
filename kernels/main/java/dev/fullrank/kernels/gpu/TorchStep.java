package dev.fullrank.kernels.gpu;

import dev.fullrank.ElementType;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A step of PyTorch on matrices that lie one after the other.
 *
 * @param term {@code variance}, {@code covariance}, {@code svdvals} or {@code nuclear}
 * @param type FLOAT32 or FLOAT64
 * @param backward whether the gradient is computed too
 * @param count how many matrices
 * @param b rows of each
 * @param d columns of each
 */
public record TorchStep(String term, ElementType type, boolean backward, int count, int b, int d) {
  /** For {@code torch_times.py}. */
  String command(Path file) {
    String direction = backward ? "backward" : "forward";
    return String.join(
        " ",
        "prepare",
        term,
        type.name().toLowerCase(Locale.ROOT),
        direction,
        Integer.toString(count),
        Integer.toString(b),
        Integer.toString(d),
        file.toString());
  }
}
