package dev.fullrank.check;

import dev.fullrank.ElementType;

/** The promised accuracy of gradients. */
final class Tolerance {
  /** Richardson differences and certificates in double: the accuracy promised for a gradient computed in double. */
  static final double DOUBLE_GRADIENT = 1e-11;

  /** The accuracy promised for a gradient stored in float: a few tens of its rounding errors. */
  static final double FLOAT_GRADIENT = 4e-6;

  private Tolerance() {}

  /** δ of the certificate for a gradient stored in this type. */
  static double certificate(ElementType gradientType) {
    return switch (gradientType) {
      case FLOAT64 -> DOUBLE_GRADIENT;
      case FLOAT32 -> FLOAT_GRADIENT;
      case BFLOAT16, FLOAT16 -> gradientType.epsilon();
    };
  }

  /** The type in which the suite asks for the gradient of data of this type: never less than float. */
  static ElementType gradientType(ElementType dataType) {
    return dataType == ElementType.FLOAT64 ? ElementType.FLOAT64 : ElementType.FLOAT32;
  }
}
