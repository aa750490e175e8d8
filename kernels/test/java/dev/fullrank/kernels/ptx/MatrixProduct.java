package dev.fullrank.kernels.ptx;

/**
 * {@code mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {d, d}, {a}, {b}, {c, c}}: D := A·B + C of 8×4 and 4×8 by a warp. Lane l has
 * a_(l/4, l mod 4), b_(l mod 4, l/4), and of C and D row l/4, columns 2·(l mod 4) and the next. Here the four terms are added one after the
 * other by fused multiply-adds; a card may round otherwise.
 */
final class MatrixProduct {
  private static final int OUTER = 8;
  private static final int INNER = 4;
  private static final int ALL_LANES = -1;

  private final int[] d;
  private final int a;
  private final int b;
  private final int[] c;

  private MatrixProduct(int[] d, int a, int b, int[] c) {
    this.d = d;
    this.a = a;
    this.b = b;
    this.c = c;
  }

  static Operation decode(Decoding code) {
    for (String modifier : new String[] {"sync", "aligned", "m8n8k4", "row", "col"}) {
      code.takeOne(modifier);
    }
    for (int i = 0; i < 4; i++) {
      Type type = code.type();
      code.require(type == Type.F64, type);
    }
    int[] d = {code.target(element(code, 0, 2, 0), Type.F64), code.target(element(code, 0, 2, 1), Type.F64)};
    int a = code.source(element(code, 1, 1, 0), Type.F64);
    int b = code.source(element(code, 2, 1, 0), Type.F64);
    int[] c = {code.source(element(code, 3, 2, 0), Type.F64), code.source(element(code, 3, 2, 1), Type.F64)};
    MatrixProduct product = new MatrixProduct(d, a, b, c);
    return new Operation.Together() {
      @Override
      public int members(Warp warp, int lane) {
        return ALL_LANES;
      }

      @Override
      public void execute(Warp warp, int lanes) {
        product.run(warp.registers());
      }
    };
  }

  private static Operand element(Decoding code, int operand, int size, int index) {
    if (code.operand(operand) instanceof Operand.Vector vector && vector.elements().size() == size) {
      return vector.elements().get(index);
    }
    throw code.error("operand " + (operand + 1) + " must have " + size + " elements in braces");
  }

  private void run(Registers registers) {
    double[][] left = new double[OUTER][INNER];
    double[][] right = new double[INNER][OUTER];
    for (int lane = 0; lane < Registers.LANES; lane++) {
      left[lane / INNER][lane % INNER] = number(registers, a, lane);
      right[lane % INNER][lane / INNER] = number(registers, b, lane);
    }
    for (int lane = 0; lane < Registers.LANES; lane++) {
      double first = number(registers, c[0], lane);
      double second = number(registers, c[1], lane);
      int row = lane / INNER;
      int column = 2 * (lane % INNER);
      for (int l = 0; l < INNER; l++) {
        first = Math.fma(left[row][l], right[l][column], first);
        second = Math.fma(left[row][l], right[l][column + 1], second);
      }
      registers.set(d[0], lane, Double.doubleToRawLongBits(first));
      registers.set(d[1], lane, Double.doubleToRawLongBits(second));
    }
  }

  private static double number(Registers registers, int register, int lane) {
    return Double.longBitsToDouble(registers.get(register, lane));
  }
}
