package dev.fullrank.cuda;

import dev.fullrank.ElementType;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The numbers of those matrices of a batch that a kernel is for, in a list for each type of elements. */
final class NumbersByType {
  private static final ElementType[] TYPES = ElementType.values();

  private final CudaWorkspace workspace;

  /** Where the list of each type begins, and the end of the last. */
  private final long[] from = new long[TYPES.length + 1];

  NumbersByType(CudaWorkspace workspace) {
    this.workspace = workspace;
  }

  /** Puts down the lists; matrices without a type are left out. */
  void describe(List<BatchMatrix> matrices, Function<BatchMatrix, @Nullable ElementType> type, DeviceWords words) {
    for (int t = 0; t < TYPES.length; t++) {
      from[t] = words.next();
      for (int i = 0; i < matrices.size(); i++) {
        if (type.apply(matrices.get(i)) == TYPES[t]) {
          words.add(i);
        }
      }
    }
    from[TYPES.length] = words.next();
  }

  /** Launches the kernel of each type that there is, a block a matrix. */
  void launch(String kernel, long table, boolean normalize, long last) {
    for (int t = 0; t < TYPES.length; t++) {
      long count = (from[t + 1] - from[t]) / Long.BYTES;
      if (count > 0) {
        workspace
            .kernel("batch", kernel + CudaWorkspace.suffix(TYPES[t]))
            .address(table)
            .address(from[t])
            .count(count)
            .flag(normalize)
            .address(last)
            .launchBlocks(count);
      }
    }
  }
}
