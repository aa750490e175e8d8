package dev.fullrank.linalg;

/** In which floating-point format the products inside an operation are formed and summed; matrices keep their own formats. */
public enum Precision {
  /** binary32, u = 2⁻²⁴: twice as many elements in a vector. */
  SINGLE,
  /** binary64, u = 2⁻⁵³. */
  DOUBLE
}
