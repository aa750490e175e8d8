package dev.fullrank.check;

import java.util.List;

/** Groups of test matrices, each built around one idea. */
public enum MatrixFamily {
  /** Orthogonal up to a factor, or polar factor known by construction: the optimum of SVMax, all singular values equal. */
  ORTHOGONAL,
  /** Matrices of the classics whose singular values are trigonometric or algebraic numbers. */
  STRUCTURED,
  /** Any wanted spectrum, hidden by exact orthogonal matrices. */
  PRESCRIBED_SPECTRUM,
  /** The same matrix near overflow and among the subnormal numbers of every element type. */
  SCALED,
  /** Collapsed, repeated and vanishing embeddings, and extreme shapes. */
  DEGENERATE;

  /** The matrices of this family; the same ones for the same seed. */
  public List<TestMatrix> matrices(Extent extent, long seed) {
    return switch (this) {
      case ORTHOGONAL -> OrthogonalMatrices.all(extent, seed);
      case STRUCTURED -> StructuredMatrices.all(extent, seed);
      case PRESCRIBED_SPECTRUM -> PrescribedSpectra.all(extent, seed);
      case SCALED -> ScaledMatrices.all(extent);
      case DEGENERATE -> DegenerateMatrices.all(extent);
    };
  }
}
