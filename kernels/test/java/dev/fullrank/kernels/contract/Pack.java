package dev.fullrank.kernels.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** pack_E_T: rows times their factors, in the type that is computed in. */
final class Pack {
  private static final long NONE = -1;

  private final DeviceArray x;
  private final DeviceArray y;
  private final @Nullable DeviceArray unit;
  private final @Nullable DeviceArray inverse;

  private Pack(DeviceArray x, DeviceArray y, @Nullable DeviceArray unit, @Nullable DeviceArray inverse) {
    this.x = x;
    this.y = y;
    this.unit = unit;
    this.inverse = inverse;
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    for (Element from : Element.ALL) {
      for (Element to : Element.COMPUTED) {
        String name = "pack" + from.suffix() + to.suffix();
        for (Shape shape : Shape.FEW) {
          int number = trials.size();
          trials.add(
              new Trial(
                  name,
                  shape + ", number " + number,
                  kernels -> of(from, to, shape, number).check(kernels, name, number % 3 == 0 ? null : DeviceArray.word(NONE))));
        }
        for (int number = 0; number < 4; number++) {
          int turn = 4 * trials.size() + number;
          Shape tiles = new Shape(42, 33);
          trials.add(new Trial(name, tiles + ", number " + turn, kernels -> of(from, to, tiles, turn).check(kernels, name, null)));
        }
        trials.add(new Trial(name, "far rows", kernels -> of(from, to, Shape.FAR, Layout.FAR_TURN).check(kernels, name, null)));
        trials.add(
            new Trial(name, "not finite", kernels -> of(from, to, new Shape(35, 34), 3).check(kernels, name, DeviceArray.word(5))));
      }
    }
    for (Element type : List.of(Element.F16, Element.BF16)) {
      String name = "pack" + type.suffix() + "_f64";
      trials.add(new Trial(name, "all numbers of the type", kernels -> everything(kernels, name, type)));
    }
    return trials.stream();
  }

  /** All numbers of 16 bits are widened exactly. */
  private static void everything(Kernels kernels, String name, Element type) {
    int side = 1 << Byte.SIZE;
    DeviceArray x = Layout.DENSE.matrix(type, side, side);
    for (int bits = 0; bits < side * side; bits++) {
      x.setBits(bits / side, bits % side, bits);
    }
    Pack pack = new Pack(x, Layout.DENSE.matrix(Element.F64, side, side), null, null);
    pack.launch(kernels, name, null);
    for (int bits = 0; bits < side * side; bits++) {
      Accuracy.same("number " + bits, pack.y.get(bits / side, bits % side), type.widen(bits));
    }
  }

  /** With all combinations of layouts and of arrays that are there. */
  private static Pack of(Element from, Element to, Shape shape, int number) {
    Data data = new Data(from + " " + shape);
    DeviceArray x = Layout.turn(number).matrix(from, shape);
    DeviceArray unit = DeviceArray.doubles(shape.rows());
    DeviceArray inverse = DeviceArray.doubles(shape.rows());
    for (int i = 0; i < shape.rows(); i++) {
      double largest = 0;
      for (int j = 0; j < shape.columns(); j++) {
        x.set(i, j, data.inRow(i, from));
        largest = Math.max(largest, Math.abs(x.get(i, j)));
      }
      unit.set(0, i, largest == 0 ? 1 : Math.scalb(1.0, -Math.clamp(Math.getExponent(largest), -1000, 1000)));
      inverse.set(0, i, data.positive());
    }
    DeviceArray y = Layout.turn(number + 1).matrix(to, shape);
    return new Pack(x, y, number % 4 < 2 ? unit : null, number % 2 == 0 ? inverse : null);
  }

  private static double factor(@Nullable DeviceArray factors, int i) {
    return factors == null ? 1 : factors.get(i);
  }

  private void launch(Kernels kernels, String name, @Nullable DeviceArray first) {
    new Call(kernels, name)
        .matrix(x)
        .count(x.rows())
        .count(x.columns())
        .optional(unit)
        .optional(inverse)
        .output(y)
        .count(y.stride())
        .optional(first)
        .launch(Blocks.tiles(x.rows(), x.columns()));
  }

  private void check(Kernels kernels, String name, @Nullable DeviceArray first) {
    launch(kernels, name, first);
    int b = x.rows();
    int d = x.columns();
    double roundoff = Element.F64.roundoff() + y.type().roundoff();
    for (int i = 0; i < b; i++) {
      BigDecimal factor = Exact.product(factor(unit, i), factor(inverse, i));
      for (int j = 0; j < d; j++) {
        String what = "y " + i + ", " + j;
        if (first != null && first.bits(0, 0) != NONE) {
          Accuracy.same(what, y.get(i, j), 0);
        } else {
          BigDecimal exact = Exact.of(x.get(i, j)).multiply(factor);
          double permitted = roundoff * exact.abs().doubleValue() + y.type().leastSubnormal();
          Accuracy.within(what, y.type(), y.get(i, j), exact, permitted);
          Accuracy.same(what, y.get(i, j), y.type().round(x.get(i, j) * factor(unit, i) * factor(inverse, i)));
        }
      }
    }
  }
}
