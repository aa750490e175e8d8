package dev.fullrank;

/** The number formats in which a {@link Matrix} may be stored. All arithmetic on them is done in double. */
public enum ElementType {
  /** IEEE 754 binary64, 53 significant bits. */
  FLOAT64(Double.BYTES, 0x1p-52),
  /** IEEE 754 binary32, 24 significant bits. */
  FLOAT32(Float.BYTES, 0x1p-23),
  /** The upper half of a binary32: its exponent range with 8 significant bits. */
  BFLOAT16(Short.BYTES, 0x1p-7),
  /** IEEE 754 binary16, 11 significant bits, largest finite value 65504. */
  FLOAT16(Short.BYTES, 0x1p-10);

  private final int bytes;
  private final double epsilon;

  ElementType(int bytes, double epsilon) {
    this.bytes = bytes;
    this.epsilon = epsilon;
  }

  /** The size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** The distance from 1 to the next larger number of this type: twice the unit roundoff. */
  public double epsilon() {
    return epsilon;
  }
}
