package dev.fullrank.kernels.contract;

import java.util.List;

/** A matrix, cut into chunks of rows. */
record Columns(Shape shape, int chunkRows) {
  /** Chunks that end before, with and after the last row, and rows around those of a block. */
  static List<Columns> shapes() {
    return List.of(
        of(1, 1, 1), of(2, 2, 1), of(3, 5, 2), of(2, 33, 2), of(31, 4, 128), of(32, 32, 32), of(33, 31, 32), of(63, 3, 31), of(64, 8, 32),
        of(65, 36, 64), of(66, 1, 64), of(129, 34, 128), of(128, 2, 64), of(257, 3, 100), of(300, 4, 256), of(1027, 2, 1024));
  }

  private static Columns of(int rows, int columns, int chunkRows) {
    return new Columns(new Shape(rows, columns), chunkRows);
  }

  /** Columns of variance near 1, about 0 and far from it, constant ones, and such whose first row is far from the mean. */
  DeviceArray data(Layout layout, Element type) {
    Data data = new Data(type + toString());
    DeviceArray x = layout.matrix(type, shape);
    for (int i = 0; i < x.rows(); i++) {
      for (int j = 0; j < x.columns(); j++) {
        x.set(
            i,
            j,
            switch (j % 5) {
              case 1 -> 1000 + data.normal();
              case 2 -> -0.3;
              case 3 -> i % chunkRows == 0 ? 300 : data.normal();
              case 4 -> data.normal() * data.powerOfTwo(-12, 3);
              default -> data.normal();
            });
      }
    }
    return x;
  }
}
