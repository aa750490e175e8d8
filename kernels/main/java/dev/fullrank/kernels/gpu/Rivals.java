package dev.fullrank.kernels.gpu;

import dev.fullrank.ElementType;
import dev.fullrank.Matrix;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Times of PyTorch beside a case, each step measured once; none where there is no PyTorch, which is no failure. */
final class Rivals implements AutoCloseable {
  /** What single precision leaves of sums over columns; a divisor of b in place of b − 1 is off by more. */
  private static final double TOLERANCE = 1e-4;

  /** The same of a polar factor, which is moved by κ·ε, with κ of some thousands; a wrong factor or operand is off by more. */
  private static final double TOLERANCE_OF_DECOMPOSITIONS = 2e-2;

  private final @Nullable PyTorch torch;
  private final PrintStream out;
  private final Map<TorchStep, Optional<Timing>> measured = new HashMap<>();

  private Rivals(@Nullable PyTorch torch, PrintStream out) {
    this.torch = torch;
    this.out = out;
  }

  /** Starts PyTorch, or says why there is none. */
  static Rivals start(String python, PrintStream out) {
    try {
      return new Rivals(PyTorch.start(python, Gpu.DEVICE, Term.GAMMA), out);
    } catch (Dialogue.Failure e) {
      out.println("  nothing to compare with: " + e.getMessage());
      return new Rivals(null, out);
    }
  }

  /** Of PyTorch and its CUDA; empty if there is none. */
  String version() {
    return torch == null ? "" : torch.version();
  }

  /** The times for a case, by the names of PyTorch's terms. */
  Map<String, Timing> beside(SpeedCase at, double seconds) {
    Map<String, Timing> times = new LinkedHashMap<>();
    for (String term : at.kind().rivals()) {
      TorchStep step = new TorchStep(term, ElementType.FLOAT32, true, 1, at.b(), at.d());
      measured.computeIfAbsent(step, s -> measure(at, s, seconds)).ifPresent(time -> times.put(term, time));
    }
    return times;
  }

  private Optional<Timing> measure(SpeedCase at, TorchStep step, double seconds) {
    if (torch == null) {
      return Optional.empty();
    }
    try {
      Matrix z = at.data();
      PyTorch.Result result = torch.prepare(step, z);
      Term term = at.kind().termOfRivals();
      double tolerance = term == Term.MEAN_SINGULAR_VALUE ? TOLERANCE_OF_DECOMPOSITIONS : TOLERANCE;
      term.compare(z, result.value(), Objects.requireNonNull(result.gradient()), tolerance);
      return Optional.of(torch.time(seconds));
    } catch (Dialogue.Failure | AssertionError e) {
      out.println("  PyTorch is not timed at " + step + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    if (torch != null) {
      torch.close();
    }
  }
}
