package dev.fullrank.kernels.contract;

import java.util.List;

/** How a matrix lies in memory. */
enum Layout {
  /** Row after row, from an aligned address on. */
  DENSE(0, 0),
  /** With gaps of four or more elements, all rows aligned to four. */
  PADDED(4, 4),
  /** With gaps, rows aligned to nothing but single elements. */
  ODD(1, 3),
  /** Few rows, very far apart. */
  FAR(0, 0);

  /** The layouts of ordinary memory. */
  static final List<Layout> NEAR = List.of(DENSE, PADDED, ODD);

  /** A turn that is far, as its neighbours are. */
  static final int FAR_TURN = -99;

  /** Elements of a group that is moved in one piece. */
  private static final int QUAD = 4;

  private final int offset;
  private final int gap;

  Layout(int offset, int gap) {
    this.offset = offset;
    this.gap = gap;
  }

  /** Memory for a matrix of that shape. */
  DeviceArray matrix(Element type, int rows, int columns) {
    if (this == FAR) {
      return new FarArray(type, rows, columns);
    }
    int stride = this == PADDED ? Math.ceilDiv(columns, QUAD) * QUAD + gap : columns + gap;
    return new DeviceArray(type, rows, columns, stride, offset);
  }

  DeviceArray matrix(Element type, Shape shape) {
    return matrix(type, shape.rows(), shape.columns());
  }

  /** One of the near layouts after the other; far below 0. */
  static Layout turn(int number) {
    return number < 0 ? FAR : NEAR.get(number % NEAR.size());
  }
}
