package dev.fullrank.cuda;

import java.lang.foreign.MemorySegment;

/**
 * Σσ of A from a computed polar factor P and no singular values: of H = PᵀA and N = PᵀP,
 *
 * <pre>
 *   Σσ ≈ (3·tr H − ⟨N, H⟩)/2
 * </pre>
 *
 * <p>With A = P₀·S, S positive semidefinite, and P = P₀ + D, tr H is off by δ = ⟨P₀ᵀD, S⟩ and ⟨N, H⟩ by 3·δ + O(D²): what remains is at most
 * 3/2·‖D‖₂²·Σσ. If P₀ is the polar factor of a part of A only, ⟨D, rest of A⟩ remains as well.
 */
final class PolarSums {
  private final CudaWorkspace workspace;
  private final DeviceBuffer parts;

  PolarSums(CudaWorkspace workspace) {
    this.workspace = workspace;
    this.parts = workspace.buffer();
  }

  /**
   * Puts the sums of {@code root_rows} over k×k matrices in double into the stream.
   *
   * @param t H
   * @param m N
   * @param z another matrix, whose trace and norm are wanted
   * @param out where the five sums go
   */
  void add(int k, long t, long m, long z, long out) {
    long rows = parts.atLeast((long) Report.ROOT_SUMS * k * Double.BYTES);
    workspace.kernel("root", "root_rows").count(k).address(t).address(m).address(z).address(rows).launchBlocks(k);
    workspace.kernel("root", "root_sums").count(k).address(rows).address(out).launchOnce();
  }

  /** Σσ, from the sums that lie in a report at {@link Report#ROOT}. */
  static double nuclearNorm(MemorySegment report) {
    double trace = CudaWorkspace.number(report, Report.ROOT);
    double cubic = CudaWorkspace.number(report, Report.ROOT + 1);
    return 1.5 * trace - 0.5 * cubic;
  }
}
