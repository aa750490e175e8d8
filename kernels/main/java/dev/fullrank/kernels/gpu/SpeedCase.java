package dev.fullrank.kernels.gpu;

import static dev.fullrank.kernels.gpu.Checklist.require;

import dev.fullrank.ElementType;
import dev.fullrank.Evaluation;
import dev.fullrank.Matrix;
import dev.fullrank.Regularizer;
import dev.fullrank.SvMax;
import dev.fullrank.cuda.CudaQueue;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A training step of a regularizer, forward and backward on float data in the memory of the device, at one shape.
 *
 * @param kind what is done
 * @param b rows
 * @param d columns
 */
record SpeedCase(Kind kind, int b, int d) {
  /** What is done. */
  enum Kind {
    /** Nobody asks for the value, so that nobody waits. */
    HINGE("hinge", Term.HINGE),
    /** The value of each step is waited for. */
    HINGE_WITH_VALUE("hinge, value awaited", Term.HINGE),
    COVARIANCE("covariance", Term.COVARIANCE),
    /** By gesvdj in double, as the accuracy that is promised for float data needs. */
    SVMAX("SVMax", Term.SVMAX),
    /** By gesvdj in single precision, which a coarser tolerance allows. */
    COARSE_SVMAX("SVMax, single precision", Term.SVMAX);

    private final String title;
    private final Term term;

    Kind(String title, Term term) {
      this.title = title;
      this.term = term;
    }

    String title() {
      return title;
    }

    /** What of PyTorch it is set beside. */
    List<String> rivals() {
      return switch (this) {
        case HINGE, HINGE_WITH_VALUE -> List.of("variance");
        case COVARIANCE -> List.of("covariance");
        case SVMAX, COARSE_SVMAX -> List.of("svdvals", "nuclear");
      };
    }

    /** What that computes: it does not normalise rows, which SVMax does besides. */
    Term termOfRivals() {
      return term == Term.SVMAX ? Term.MEAN_SINGULAR_VALUE : term;
    }
  }

  /** Five times what is promised for a gradient of float data: a wrong factor or divisor is off by far more. */
  private static final double TOLERANCE = 2e-5;

  /** What single precision loses in a decomposition of k singular values, as the library reckons: this times k. */
  private static final double SINGLE_ROUNDOFF = 0x1p-18;

  /** Small singular values amplify what is lost in the polar factor; a wrong result is off by about 1. */
  private static final double AMPLIFICATION = 10;

  /** The hinge reads the matrix twice and writes the gradient; a copy reads once and writes once. */
  private static final int PASSES_OF_HINGE = 3;

  private static final int PASSES_OF_COPY = 2;

  private int k() {
    return Math.min(b, d);
  }

  private Regularizer create() {
    return kind == Kind.COARSE_SVMAX
        ? SvMax.builder().device(Gpu.DEVICE).tolerance(k() * SINGLE_ROUNDOFF).build()
        : kind.term.on(Gpu.DEVICE);
  }

  /** The numbers of the matrix. */
  Matrix data() {
    return HostMatrices.normal(ElementType.FLOAT32, b, d);
  }

  /** Compares value and gradient with those of the CPU, and then measures. */
  SpeedRow measure(double seconds, Rivals rivals) {
    Matrix host = data();
    try (Gpu gpu = Gpu.open();
        Regularizer r = create()) {
      Matrix z = gpu.copy(host, d);
      Matrix out = gpu.empty(ElementType.FLOAT32, b, d, d);
      double value = r.valueAndGradient(z, out);
      Matrix gradient = gpu.fetch(out);
      kind.term.compare(host, value, gradient, kind == Kind.COARSE_SVMAX ? AMPLIFICATION * k() * SINGLE_ROUNDOFF : TOLERANCE);
      CudaQueue queue = gpu.queue();
      Timing timing = Timing.of(step(r, z, out), queue::synchronize, seconds);
      require(HostMatrices.sameBits(gpu.fetch(out), gradient), "the gradient has changed while it was timed");
      Map<String, Timing> beside = rivals.beside(this, seconds);
      return kind == Kind.HINGE
          ? new SpeedRow(this, timing, beside, rate(PASSES_OF_HINGE, timing), rate(PASSES_OF_COPY, copy(gpu, z, out, seconds)))
          : new SpeedRow(this, timing, beside, 0, 0);
    }
  }

  private Runnable step(Regularizer r, Matrix z, Matrix out) {
    if (kind == Kind.HINGE_WITH_VALUE) {
      return () -> r.valueAndGradient(z, out);
    }
    return () -> {
      try (Evaluation evaluation = r.forward(z)) {
        evaluation.gradient(1, out);
      }
    };
  }

  private static Timing copy(Gpu gpu, Matrix from, Matrix to, double seconds) {
    CudaQueue queue = gpu.queue();
    long bytes = (long) from.rows() * from.columns() * from.type().bytes();
    return Timing.of(() -> queue.copy(to.address(), from.address(), bytes), queue::synchronize, seconds);
  }

  /** Bytes a second. */
  private double rate(int passes, Timing timing) {
    return (double) passes * b * d * Float.BYTES / timing.median();
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %d×%d", kind.title(), b, d);
  }
}
