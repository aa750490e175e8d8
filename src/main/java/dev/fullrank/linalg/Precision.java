package dev.fullrank.linalg;

/** In which precision products with data, or sums over data, are formed. */
public enum Precision {
  /**
   * Factors rounded to binary32, products and sums in it: relative errors of some n·2⁻²⁴ for sums of n terms, at twice the speed.
   * Only for data of a narrower type than binary64.
   */
  SINGLE,
  /** Everything in binary64. */
  DOUBLE
}
