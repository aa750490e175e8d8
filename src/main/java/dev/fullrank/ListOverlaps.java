package dev.fullrank;

/**
 * Refuses lists in which a gradient shares elements with an input or with another gradient. Sorts the address ranges, so that n
 * matrices cost n·log n and not n² comparisons. A workspace: nothing is allocated once it has seen a list as long.
 */
final class ListOverlaps {
  private static final Matrix[] NONE = {};

  private Matrix[] inputs = NONE;
  private Matrix[] gradients = NONE;

  /** Per view, inputs first and gradients after them: the hash of its memory, and where in it the view begins. */
  private int[] memory = {};

  private long[] start = {};

  /** Numbers of the views, to be sorted by memory and start. */
  private int[] order = {};

  private int n;

  /**
   * Compares the first n of each.
   *
   * @throws IllegalArgumentException naming the first two views found to overlap
   */
  void check(Matrix[] inputs, Matrix[] gradients, int n) {
    this.inputs = inputs;
    this.gradients = gradients;
    this.n = n;
    if (order.length < 2 * n) {
      memory = new int[2 * n];
      start = new long[2 * n];
      order = new int[2 * n];
    }
    try {
      int known = locate();
      sort(known);
      sweep(known);
    } finally {
      this.inputs = NONE;
      this.gradients = NONE;
    }
  }

  private Matrix view(int v) {
    return v < n ? inputs[v] : gradients[v - n];
  }

  /** Fills in where each view lies and returns how many are to be sorted; those that cannot be are compared at once. */
  private int locate() {
    int known = 0;
    for (int v = 0; v < 2 * n; v++) {
      memory[v] = view(v).memoryHash();
      start[v] = view(v).address();
      if (memory[v] != Matrix.UNKNOWN_MEMORY) {
        order[known++] = v;
      } else {
        for (int g = n; g < 2 * n; g++) {
          compare(v, g);
        }
      }
    }
    return known;
  }

  /** Heapsort, which is in place and never slow. */
  private void sort(int count) {
    for (int root = count / 2 - 1; root >= 0; root--) {
      siftDown(root, count);
    }
    for (int end = count - 1; end > 0; end--) {
      int largest = order[0];
      order[0] = order[end];
      order[end] = largest;
      siftDown(0, end);
    }
  }

  private void siftDown(int root, int end) {
    int sinking = order[root];
    int at = root;
    for (int child = 2 * at + 1; child < end; child = 2 * at + 1) {
      if (child + 1 < end && isBefore(order[child], order[child + 1])) {
        child++;
      }
      if (!isBefore(sinking, order[child])) {
        break;
      }
      order[at] = order[child];
      at = child;
    }
    order[at] = sinking;
  }

  private boolean isBefore(int v, int w) {
    return memory[v] != memory[w] ? memory[v] < memory[w] : start[v] < start[w];
  }

  /** Of two views that overlap, the one that begins later begins before the other ends. */
  private void sweep(int count) {
    for (int i = 0; i < count; i++) {
      int v = order[i];
      long end = start[v] + view(v).extent();
      for (int j = i + 1; j < count && memory[order[j]] == memory[v] && start[order[j]] < end; j++) {
        compare(v, order[j]);
      }
    }
  }

  /** Two arrays may have one hash, so what the order suggests is looked at here. */
  private void compare(int v, int w) {
    if ((v < n && w < n) || !view(v).overlaps(view(w))) {
      return;
    }
    if (v < n || w < n) {
      int input = Math.min(v, w);
      int gradient = Math.max(v, w) - n;
      throw new IllegalArgumentException("gradient " + gradient + " overlaps input " + input + " in memory; pass memory of its own");
    }
    if (!interleave(view(v), view(w))) {
      throw new IllegalArgumentException(
          "gradients " + (Math.min(v, w) - n) + " and " + (Math.max(v, w) - n) + " overlap in memory; pass memory of their own");
    }
  }

  /**
   * Whether two views of overlapping address ranges are known to share no element: they have the same strides, and their lines
   * fall into different parts of the period, as those of adjacent column blocks do.
   */
  static boolean interleave(Matrix a, Matrix b) {
    if (a.type() != b.type() || a.rowStride() != b.rowStride() || a.columnStride() != b.columnStride()) {
      return false;
    }
    long period = Math.max(a.rowStride(), a.columnStride()) * a.type().bytes();
    long phase = Math.floorMod(b.address() - a.address(), period);
    return phase >= line(a) && phase + line(b) <= period;
  }

  /** Bytes from the first to the last element of a line, which is a row or a column, whichever is denser. */
  private static long line(Matrix m) {
    boolean rows = m.columnStride() <= m.rowStride();
    long elements = rows ? (m.columns() - 1) * m.columnStride() + 1 : (m.rows() - 1) * m.rowStride() + 1;
    return elements * m.type().bytes();
  }
}
