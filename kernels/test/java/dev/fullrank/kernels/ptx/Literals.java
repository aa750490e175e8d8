package dev.fullrank.kernels.ptx;

/** Reads the numbers of PTX. */
final class Literals {
  private static final int HEXADECIMAL = 16;

  private Literals() {}

  static Operand.Literal number(Token token, boolean negative) {
    String digits = token.text();
    try {
      if (digits.startsWith("0f") || digits.startsWith("0F")) {
        return pattern(token, negative, Operand.Notation.SINGLE, Float.BYTES);
      }
      if (digits.startsWith("0d") || digits.startsWith("0D")) {
        return pattern(token, negative, Operand.Notation.DOUBLE, Double.BYTES);
      }
      if (digits.endsWith("U")) {
        digits = digits.substring(0, digits.length() - 1);
      }
      boolean hexadecimal = digits.startsWith("0x") || digits.startsWith("0X");
      if (!hexadecimal && digits.length() > 1 && digits.charAt(0) == '0') {
        throw new PtxSyntaxException(token.line(), token.text(), "octal and binary numbers are not supported");
      }
      long value = hexadecimal ? Long.parseUnsignedLong(digits.substring(2), HEXADECIMAL) : Long.parseUnsignedLong(digits);
      return new Operand.Literal(negative ? -value : value, Operand.Notation.INTEGER);
    } catch (NumberFormatException e) {
      throw new PtxSyntaxException(token.line(), token.text(), "not a number");
    }
  }

  private static Operand.Literal pattern(Token token, boolean negative, Operand.Notation notation, int bytes) {
    String digits = token.text().substring(2);
    if (negative || digits.length() != 2 * bytes) {
      throw new PtxSyntaxException(token.line(), token.text(), "not the bits of a number of " + bytes + " bytes");
    }
    return new Operand.Literal(Long.parseUnsignedLong(digits, HEXADECIMAL), notation);
  }
}
