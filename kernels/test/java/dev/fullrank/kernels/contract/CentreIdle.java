package dev.fullrank.kernels.contract;

/** Columns of centre_E whose factors underflow, common/scale_j = 2^-1600, all but one: whole quads of them are not read. */
final class CentreIdle {
  private static final int ROWS = 10;
  private static final int COLUMNS = 14;

  private CentreIdle() {}

  static void check(Kernels kernels, String name, Element type, int active) {
    DeviceArray x = Layout.DENSE.matrix(type, ROWS, COLUMNS).fill(() -> 3);
    DeviceArray scale = DeviceArray.doubles(COLUMNS).fill(() -> 0x1p600);
    DeviceArray zeros = DeviceArray.doubles(COLUMNS).fill(() -> 0);
    DeviceArray y = Layout.ODD.matrix(Element.F64, ROWS, COLUMNS);
    scale.set(0, active, 1);
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        if (j / Deviations.QUAD != active / Deviations.QUAD) {
          x.forget(i, j);
        }
      }
    }
    new Call(kernels, name)
        .matrix(x)
        .count(ROWS)
        .count(COLUMNS)
        .input(zeros)
        .input(zeros)
        .input(scale)
        .input(DeviceArray.of(0x1p-1000))
        .output(y)
        .count(y.stride())
        .launch(Blocks.grid(1, 1));
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        Accuracy.same("y " + i + ", " + j, y.get(i, j), j == active ? 0x3p-1000 : 0);
      }
    }
  }
}
