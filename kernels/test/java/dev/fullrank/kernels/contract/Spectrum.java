package dev.fullrank.kernels.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/** spectrum_T: which singular values count, and sums of them. */
final class Spectrum {
  private final DeviceArray sigma;
  private final double threshold;
  private final boolean complete;

  private Spectrum(DeviceArray sigma, double threshold, boolean complete) {
    this.sigma = sigma;
    this.threshold = threshold;
    this.complete = complete;
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.COMPUTED) {
      String name = "spectrum" + type.suffix();
      for (int k : Shape.LENGTHS) {
        boolean complete = k % 2 == 0;
        trials.add(new Trial(name, k + " values", kernels -> random(type, k, complete).check(kernels, name)));
      }
      for (Place place : Place.among(Blocks.ONE)) {
        for (double value : new double[] {0.5, 2, Double.NaN}) {
          DeviceArray sigma = DeviceArray.vector(type, place.entries()).fill(() -> 1).set(0, place.index(), value);
          Spectrum spectrum = new Spectrum(sigma, 0.75, false);
          trials.add(new Trial(name, value + " at " + place, kernels -> spectrum.check(kernels, name)));
        }
      }
      DeviceArray mostlyOnes = DeviceArray.vector(type, Place.most(Blocks.ONE)).fill(() -> 1).set(0, 0, 4);
      Spectrum atThreshold = new Spectrum(mostlyOnes, 0.25, false);
      trials.add(new Trial(name, "all at the threshold", kernels -> atThreshold.check(kernels, name)));
      double nan = Double.NaN;
      double[][] cases = {{4, 2, 1, 0.5}, {0, 0, 0}, {3, 5, 4}, {1, nan, 0.75}, {nan, 1}, {2, 0}};
      for (double[] values : cases) {
        for (boolean complete : new boolean[] {false, true}) {
          DeviceArray sigma = DeviceArray.vector(type, values.length);
          for (int j = 0; j < values.length; j++) {
            sigma.set(0, j, values[j]);
          }
          // the threshold is exactly one of the values in the first case: it is not above
          Spectrum spectrum = new Spectrum(sigma, 0.25, complete);
          String what = Arrays.toString(values) + (complete ? " complete" : "");
          trials.add(new Trial(name, what, kernels -> spectrum.check(kernels, name)));
        }
      }
    }
    return trials.stream();
  }

  private static Spectrum random(Element type, int k, boolean complete) {
    Data data = new Data("spectrum" + k);
    double[] values = new double[k];
    for (int j = 0; j < k; j++) {
      values[j] = data.positive();
    }
    Arrays.sort(values);
    DeviceArray sigma = DeviceArray.vector(type, k);
    for (int j = 0; j < k; j++) {
      sigma.set(0, j, values[k - 1 - j]);
    }
    return new Spectrum(sigma, 1 / 3.0, complete);
  }

  private void check(Kernels kernels, String name) {
    int k = sigma.columns();
    DeviceArray weight = DeviceArray.vector(sigma.type(), k);
    DeviceArray result = DeviceArray.doubles(5);
    new Call(kernels, name)
        .input(sigma)
        .count(k)
        .number(threshold)
        .flag(complete)
        .output(weight)
        .output(result)
        .launch(Blocks.one());
    double least = threshold * sigma.get(0);
    double largest = Double.NEGATIVE_INFINITY;
    double smallest = Double.POSITIVE_INFINITY;
    int above = 0;
    for (int j = 0; j < k; j++) {
      boolean counts = sigma.get(j) > least;
      Accuracy.same("weight " + j, weight.get(j), complete || counts ? 1 : 0);
      above += counts ? 1 : 0;
      largest = Math.max(largest, sigma.get(j));
      smallest = Math.min(smallest, sigma.get(j));
    }
    sum("sum", result.get(0), sigma::get);
    sum("sum without weight", result.get(4), j -> weight.get(j) == 0 ? sigma.get(j) : 0);
    Accuracy.same("count", result.get(1), above);
    Accuracy.same("largest", result.get(2), largest);
    Accuracy.same("smallest", result.get(3), smallest);
  }

  private void sum(String what, double actual, IntToDoubleFunction term) {
    int k = sigma.columns();
    Accuracy.same(what, actual, Reduction.sum(k, Blocks.ONE, term));
    if (!Double.isNaN(actual)) {
      double permitted = (Math.ceilDiv(k, Blocks.ONE) + 10) * Element.F64.roundoff();
      Accuracy.relative(what, actual, Exact.sum(k, j -> Exact.of(term.applyAsDouble(j))), permitted);
    }
  }
}
