package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** centre_E: deviations in one unit for all columns. */
final class Centre {
  private static final double U = Element.F64.roundoff();
  private static final int ROWS = 64;

  private final Deviations deviations;
  private final DeviceArray y;
  private final double common;

  private Centre(Deviations deviations, DeviceArray y, double common) {
    this.deviations = deviations;
    this.y = y;
    this.common = common;
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element type : Element.ALL) {
      String name = "centre" + type.suffix();
      for (Shape shape : Shape.UGLY) {
        int number = trials.size();
        double common = new double[] {1, 0x1p-300, 0x1p200}[number % 3];
        trials.add(new Trial(name, shape + ", number " + number, kernels -> of(type, shape, number, common).check(kernels, name)));
      }
      trials.add(new Trial(name, "far rows", kernels -> of(type, Shape.FAR, Layout.FAR_TURN, 1).check(kernels, name)));
      // rows of which not every one is aligned
      Shape odd = new Shape(33, 19);
      for (Layout layout : Layout.NEAR) {
        Layout other = layout == Layout.DENSE ? Layout.PADDED : Layout.DENSE;
        trials.add(
            new Trial(
                name,
                odd + " " + layout + " to " + other,
                kernels -> new Centre(Deviations.of(type, odd, layout, true), other.matrix(Element.F64, odd), 1).check(kernels, name)));
      }
      for (int active = 0; active < Deviations.QUAD; active++) {
        int column = Deviations.QUAD + active;
        trials.add(new Trial(name, "idle quads around column " + column, kernels -> CentreIdle.check(kernels, name, type, column)));
      }
      Shape wide = new Shape(70, 132);
      trials.add(new Trial(name, wide + " aligned", kernels -> of(type, wide, 0, 0x1p-3).check(kernels, name)));
      trials.add(new Trial(name, "NaN in one delta", kernels -> of(type, new Shape(9, 9), 1, 1).checkNan(kernels, name)));
    }
    return trials.stream();
  }

  private static Centre of(Element type, Shape shape, int number, double common) {
    return new Centre(Deviations.of(type, shape, number), Layout.turn(number / 3 + number).matrix(Element.F64, shape), common);
  }

  private void launch(Kernels kernels, String name) {
    deviations
        .begin(new Call(kernels, name))
        .optional(common == 1 ? null : DeviceArray.of(common))
        .output(y)
        .count(y.stride())
        .launch(deviations.blocks(ROWS));
  }

  private void check(Kernels kernels, String name) {
    launch(kernels, name);
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.columns(); j++) {
        checkEntry(i, j);
      }
    }
  }

  private void checkEntry(int i, int j) {
    BigDecimal deviation = deviations.exact(i, j);
    double factor = common / deviations.scale(j);
    double permitted = factor * U * (deviations.first(i, j) + deviation.abs().doubleValue()) + Double.MIN_VALUE;
    String what = "y " + i + ", " + j;
    Accuracy.within(what, y.get(i, j), deviation.multiply(Exact.of(factor)), permitted);
    Accuracy.holds(what + " is -0", deviation.signum() != 0 || 1 / y.get(i, j) > 0);
  }

  private void checkNan(Kernels kernels, String name) {
    deviations.spoil(4);
    launch(kernels, name);
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.columns(); j++) {
        if (j == 4) {
          Accuracy.same("y " + i + ", 4", y.get(i, j), Double.NaN);
        } else {
          checkEntry(i, j);
        }
      }
    }
  }
}
