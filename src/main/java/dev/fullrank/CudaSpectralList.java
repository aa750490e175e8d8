package dev.fullrank;

import dev.fullrank.cuda.BatchMatrix;
import dev.fullrank.cuda.CudaSession;
import dev.fullrank.cuda.DeviceBatch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates functions of s_μ of many matrices on a GPU, as many at a time as memory allows. What is too large, or cannot be certified this
 * way, is left undone. One caller at a time.
 */
final class CudaSpectralList {
  private final SpectralRegularizer regularizer;
  private final SpectralOptions options;
  private final CudaSession session;
  private @Nullable CudaGuard guard;
  private @Nullable DeviceBatch batch;

  CudaSpectralList(SpectralRegularizer regularizer, CudaSession session) {
    this.regularizer = regularizer;
    this.options = regularizer.options();
    this.session = session;
  }

  /**
   * Evaluates the first n matrices, whose arguments have been checked, and tells the list of each that it has done or failed at.
   *
   * @throws DeviceException if the device refuses what comes before any matrix
   */
  void evaluate(Matrix[] inputs, Matrix[] gradients, int n, ListEvaluator list) {
    int next = 0;
    while (next < n) {
      DeviceBatch b;
      try {
        b = batch();
      } catch (DeviceException e) {
        close();
        if (e.kind() == DeviceException.Kind.FAILED) {
          throw e;
        }
        return; // one by one they may fit, or will say that the device is lost
      }
      b.clear();
      while (next < n && (!b.takes(inputs[next]) || b.add(next, inputs[next], gradients[next]))) {
        next++;
      }
      evaluateAll(b, list);
    }
  }

  private DeviceBatch batch() {
    DeviceBatch made = batch;
    if (made == null) {
      CudaGuard entered = new CudaGuard(session);
      guard = entered;
      boolean svd = options.route() == Route.JACOBI;
      made = entered.get(() -> new DeviceBatch(entered.workspace(), new HostStore(options.parallelism()), svd));
      batch = made;
    }
    return made;
  }

  private void evaluateAll(DeviceBatch b, ListEvaluator list) {
    CudaGuard entered = Objects.requireNonNull(guard);
    try {
      entered.run(() -> evaluate(b, list));
      entered.leave();
    } catch (DeviceException e) {
      close();
      for (BatchMatrix m : b.matrices()) {
        if (e.kind() == DeviceException.Kind.OUT_OF_MEMORY) { // one by one they may fit
          list.retry(m.index());
        } else {
          list.fail(m.index(), () -> e);
        }
      }
    }
  }

  private void evaluate(DeviceBatch b, ListEvaluator list) {
    if (b.matrices().isEmpty()) {
      return;
    }
    b.compute(options.normalizeRows());
    for (BatchMatrix m : b.matrices()) {
      judge(b, m, list);
    }
    b.writeGradients(options.normalizeRows());
    for (BatchMatrix m : b.matrices()) {
      RuntimeException failure = m.failure();
      if (failure != null) {
        list.fail(m.index(), () -> failure);
      }
    }
  }

  private void judge(DeviceBatch b, BatchMatrix m, ListEvaluator list) {
    if (m.failure() != null) {
      return;
    }
    if (!m.isFinite()) {
      if (options.nonFinite() == NonFinitePolicy.THROW) {
        list.fail(m.index(), () -> b.nonFinite(m));
      } else {
        list.succeed(m.index(), loss(m, Double.NaN));
        m.wantGradient(Double.NaN);
      }
      return;
    }
    int exponent = Math.getExponent(m.unit());
    if (regularizer.needsUnitRows() && !options.normalizeRows()) {
      try {
        SpectralWorkspace.requireUnitRows(Math.scalb(Math.sqrt(m.largestRowSum()), -exponent));
      } catch (IllegalArgumentException e) {
        list.fail(m.index(), () -> e);
        return;
      }
    }
    if (m.isCertified(options.toleranceFor(m.input().type()), options.rankPolicy())) {
      int divisor = options.divisor().of(m.input().rows(), m.input().columns());
      double s = SpectralWorkspace.mean(m.sum(), divisor, exponent);
      list.succeed(m.index(), loss(m, s));
      m.wantGradient(regularizer.slope(s, m.input().rows(), m.input().columns()) / divisor);
    }
  }

  private double loss(BatchMatrix m, double s) {
    return regularizer.loss(s, m.input().rows(), m.input().columns());
  }

  /** Gives the device's memory back. */
  void close() {
    CudaGuard entered = guard;
    guard = null;
    batch = null;
    if (entered != null) {
      entered.close();
    }
  }
}
