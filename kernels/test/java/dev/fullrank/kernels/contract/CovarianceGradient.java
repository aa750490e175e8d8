package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** covariance_gradient_O: from the common unit back to that of the data. */
final class CovarianceGradient {
  private static final double[] UNITS = {1, 0x1p-129, 0x1p129, 0x1p-300, 0x1p300, 0x1p-1000, 0x1p1000};

  private final DeviceArray g;
  private final DeviceArray out;

  private CovarianceGradient(DeviceArray g, DeviceArray out) {
    this.g = g;
    this.out = out;
  }

  private void launch(Kernels kernels, String name, double factor, double common) {
    int b = out.rows();
    int d = out.columns();
    new Call(kernels, name)
        .matrix(g)
        .count(b)
        .count(d)
        .number(factor)
        .input(DeviceArray.of(common))
        .output(out)
        .count(out.stride())
        .launch(Blocks.grid(Math.ceilDiv(d, Blocks.TILE), Math.ceilDiv(b, Blocks.TILE)));
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.ALL) {
      String name = "covariance_gradient" + type.suffix();
      for (Shape shape : Shape.UGLY) {
        int number = trials.size();
        trials.add(new Trial(name, shape + ", number " + number, kernels -> of(type, shape, number).check(kernels, name, 1)));
      }
      trials.add(new Trial(name, "far rows", kernels -> of(type, Shape.FAR, Layout.FAR_TURN).check(kernels, name, 1)));
      trials.add(new Trial(name, "ties", kernels -> ties(kernels, name, type)));
      for (double common : UNITS) {
        trials.add(new Trial(name, "unit " + common, kernels -> of(type, new Shape(9, 5), 1).check(kernels, name, common)));
      }
      trials.add(new Trial(name, "unit NaN", kernels -> notFinite(kernels, name, type)));
    }
    return trials.stream();
  }

  private static CovarianceGradient of(Element type, Shape shape, int number) {
    DeviceArray g = Layout.turn(number + 1).matrix(Element.F64, shape).fill(new Data(type + " " + shape)::normal);
    return new CovarianceGradient(g, Layout.turn(number).matrix(type, shape));
  }

  /** Rounding alone. */
  private static void ties(Kernels kernels, String name, Element type) {
    DeviceArray g = Ties.matrix(Layout.PADDED, Element.F64, type, Deviations.QUAD);
    CovarianceGradient gradient = new CovarianceGradient(g, Layout.ODD.matrix(type, g.rows(), g.columns()));
    gradient.launch(kernels, name, 1, 1);
    for (int i = 0; i < g.rows(); i++) {
      for (int j = 0; j < g.columns(); j++) {
        Accuracy.same("out of " + g.get(i, j), gradient.out.get(i, j), type.round(g.get(i, j)));
      }
    }
  }

  private static void notFinite(Kernels kernels, String name, Element type) {
    CovarianceGradient gradient = of(type, new Shape(3, 40), 2);
    gradient.launch(kernels, name, 1, Double.NaN);
    for (int i = 0; i < gradient.out.rows(); i++) {
      for (int j = 0; j < gradient.out.columns(); j++) {
        Accuracy.same("out " + i + ", " + j, gradient.out.get(i, j), Double.NaN);
      }
    }
  }

  /** With a factor that brings results near the cube of the unit, and those of 2^-300 near 1. */
  private void check(Kernels kernels, String name, double common) {
    double factor = common == 0x1p-300 ? 0x1.3p-900 : common == 0x1p300 ? 0x1.3p900 : 1.3;
    launch(kernels, name, factor, common);
    BigDecimal cube = Exact.of(common).pow(3);
    double roundoff = Element.F64.roundoff() + out.type().roundoff();
    for (int i = 0; i < out.rows(); i++) {
      for (int j = 0; j < out.columns(); j++) {
        BigDecimal exact = Exact.quotient(Exact.product(g.get(i, j), factor), cube);
        double size = Math.min(exact.abs().doubleValue(), Double.MAX_VALUE);
        Accuracy.within("out " + i + ", " + j, out.type(), out.get(i, j), exact, roundoff * size + out.type().leastSubnormal());
      }
    }
  }
}
