package dev.fullrank.kernels.ptx;

/** How a result that is not representable is rounded. */
enum Rounding {
  /** To the nearest, ties to even: {@code .rn}, {@code .rni}. */
  NEAREST("rn"),
  /** Toward zero: {@code .rz}, {@code .rzi}. */
  ZERO("rz"),
  /** Toward minus infinity: {@code .rm}, {@code .rmi}. */
  DOWN("rm"),
  /** Toward infinity: {@code .rp}, {@code .rpi}. */
  UP("rp");

  static final String[] MODIFIERS = {"rn", "rz", "rm", "rp"};

  /** The same when the result is to be an integer. */
  static final String[] INTEGER_MODIFIERS = {"rni", "rzi", "rmi", "rpi"};

  private final String modifier;

  Rounding(String modifier) {
    this.modifier = modifier;
  }

  /** The rounding of a modifier for numbers or for integers. */
  static Rounding of(String modifier) {
    for (Rounding rounding : values()) {
      if (modifier.startsWith(rounding.modifier)) {
        return rounding;
      }
    }
    throw new IllegalArgumentException(modifier);
  }

  /** Its modifier for numbers; for integers an i follows. */
  String modifier() {
    return modifier;
  }

  /** The integer that the number is rounded to, with its sign where it is zero. */
  double toIntegral(double number) {
    return switch (this) {
      case NEAREST -> Math.rint(number);
      case ZERO -> number < 0 ? Math.ceil(number) : Math.floor(number);
      case DOWN -> Math.floor(number);
      case UP -> Math.ceil(number);
    };
  }

  /** The float that a double is rounded to. */
  float toSingle(double number) {
    float nearest = (float) number;
    if (nearest > number && lowers(number)) {
      return Math.nextDown(nearest);
    }
    return nearest < number && raises(number) ? Math.nextUp(nearest) : nearest;
  }

  /** Whether a neighbour above an exact result of this sign must be replaced by the one below. */
  boolean lowers(double sign) {
    return this == DOWN || (this == ZERO && sign > 0);
  }

  /** Whether a neighbour below an exact result of this sign must be replaced by the one above. */
  boolean raises(double sign) {
    return this == UP || (this == ZERO && sign < 0);
  }
}
