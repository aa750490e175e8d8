package dev.fullrank.kernels.contract;

import java.util.List;

/** Rows and columns. */
record Shape(int rows, int columns) {
  /** Sizes around those of warps, tiles and parts, with few elements each. */
  static final List<Shape> UGLY = list(
      1, 1, 1, 2, 2, 1, 3, 3, 1, 129, 129, 1, 2, 31, 31, 2, 32, 32, 33, 31, 31, 33, 64, 3, 63, 4, 65, 5, 3, 127, 2, 128, 5, 257, 40, 65,
      10, 20, 20, 10);

  /** A few of them, for kernels that have many types. */
  static final List<Shape> FEW = list(1, 1, 3, 2, 2, 128, 33, 31, 9, 129, 65, 5);

  /** For rows that are far apart. */
  static final Shape FAR = new Shape(40, 6);

  /** Rows around the 256 threads that a block has for one. */
  static final List<Shape> LONG_ROWS = list(
      1, 1, 1, 2, 2, 1, 3, 3, 5, 31, 3, 32, 4, 33, 2, 127, 3, 128, 2, 129, 2, 255, 2, 256, 3, 257, 2, 700, 2, 1030,
      1, Place.most(Blocks.THREADS));

  /** Lengths around the 1024 threads of a kernel that is one block. */
  static final List<Integer> LENGTHS = List.of(1, 2, 3, 31, 32, 33, 129, 1023, 1024, 1025, 2500, 4097, Place.most(Blocks.ONE));

  /** Rows, columns, rows, columns, … */
  static List<Shape> list(int... sizes) {
    Shape[] shapes = new Shape[sizes.length / 2];
    for (int i = 0; i < shapes.length; i++) {
      shapes[i] = new Shape(sizes[2 * i], sizes[2 * i + 1]);
    }
    return List.of(shapes);
  }

  @Override
  public String toString() {
    return rows + "×" + columns;
  }
}
