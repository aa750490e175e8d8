package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** lanczos_step: the next vector of Lanczos, and two coefficients. */
final class LanczosStep {
  private static final String NAME = "lanczos_step";

  private final int k;
  private final int step;
  private final DeviceArray u;
  private final DeviceArray v;
  private final DeviceArray previous;
  private final DeviceArray coefficients;

  private LanczosStep(int k, int step) {
    Data data = new Data(NAME + k + " " + step);
    this.k = k;
    this.step = step;
    this.u = DeviceArray.doubles(k).fill(data::normal);
    this.v = DeviceArray.doubles(k).fill(data::normal);
    // neither is read in the first step
    this.previous = DeviceArray.doubles(k).fill(() -> step > 0 ? data.normal() : Double.NaN);
    this.coefficients = DeviceArray.doubles(2 * step + 2).fill(() -> step > 0 ? data.normal() : Double.NaN);
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (int k : Shape.LENGTHS) {
      for (int step : new int[] {0, 1, 2}) {
        trials.add(new Trial(NAME, k + " entries, step " + step, kernels -> new LanczosStep(k, step).check(kernels)));
      }
    }
    trials.add(new Trial(NAME, "nothing is left", LanczosStep::nothingIsLeft));
    trials.add(new Trial(NAME, "NaN", kernels -> new LanczosStep(40, 1).spoiled().check(kernels)));
    return trials.stream();
  }

  private LanczosStep spoiled() {
    u.set(0, 39, Double.NaN);
    return this;
  }

  /** A vector that is an eigenvector: v has one entry, and u is twice that. */
  private static void nothingIsLeft(Kernels kernels) {
    LanczosStep trial = new LanczosStep(5, 0);
    trial.v.fill(() -> 0).set(0, 3, 1);
    trial.u.fill(() -> 0).set(0, 3, 2);
    trial.check(kernels);
    Accuracy.same("α", trial.coefficients.get(0), 2);
    Accuracy.same("ρ", trial.coefficients.get(1), 0);
    Accuracy.same("next", trial.previous.get(3), 0);
  }

  private void check(Kernels kernels) {
    double[] before = new double[k];
    for (int i = 0; i < k; i++) {
      before[i] = step > 0 ? previous.get(i) : 0;
    }
    double beta = step > 0 ? coefficients.get(2 * step - 1) : 0;
    new Call(kernels, NAME).count(k).count(step).input(u).input(v).output(previous).output(coefficients).launch(Blocks.one());
    double alpha = Reduction.sum(k, Blocks.ONE, i -> u.get(i) * v.get(i));
    Accuracy.same("α", coefficients.get(2 * step), alpha);
    if (!Double.isNaN(alpha)) {
      double sizes = Exact.sum(k, i -> Exact.product(u.get(i), v.get(i)).abs()).doubleValue();
      double permitted = (Math.ceilDiv(k, Blocks.ONE) + 11) * Element.F64.roundoff() * sizes;
      Accuracy.within("α", alpha, Exact.sum(k, i -> Exact.product(u.get(i), v.get(i))), permitted);
    }
    double[] rest = new double[k];
    for (int i = 0; i < k; i++) {
      rest[i] = u.get(i) - (alpha * v.get(i) + (step > 0 ? beta * before[i] : 0));
    }
    double norm = Math.sqrt(Reduction.sum(k, Blocks.ONE, i -> rest[i] * rest[i]));
    Accuracy.same("ρ", coefficients.get(2 * step + 1), norm);
    for (int i = 0; i < k; i++) {
      Accuracy.same("next " + i, previous.get(i), norm == 0 ? 0 : rest[i] / norm);
    }
  }
}
